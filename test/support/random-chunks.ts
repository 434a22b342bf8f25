import fc from 'fast-check';

/** Cuts bytes into pieces of the given lengths, again and again. */
export function cutInto(bytes: Buffer, lengths: readonly number[]): Buffer[] {
  const pieces: Buffer[] = [];
  for (let at = 0, i = 0; at < bytes.length; i += 1) {
    const length = lengths[i % lengths.length]!;
    pieces.push(bytes.subarray(at, at + length));
    at += length;
  }
  return pieces;
}

/** Lengths for `cutInto`: often a byte or two, sometimes a lot. */
export const chunkLengths = fc.array(fc.oneof(fc.integer({ min: 1, max: 3 }), fc.integer({ min: 1, max: 70_000 })), {
  minLength: 1,
  maxLength: 8,
});
