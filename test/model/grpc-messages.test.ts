import fc from 'fast-check';
import { expect, test } from 'vitest';
import { grpcMessageSizes } from '../../src/model/grpc-messages.ts';
import { chunkLengths, cutInto } from '../support/random-chunks.ts';

function messageOf(size: number): Buffer {
  const bytes = Buffer.alloc(5 + size, 7);
  bytes[0] = size % 2;
  bytes.writeUInt32BE(size, 1);
  return bytes;
}

test('every message is found, whatever the borders of the chunks', () => {
  fc.assert(
    fc.property(
      fc.array(fc.oneof(fc.integer({ min: 0, max: 8 }), fc.integer({ min: 0, max: 90_000 })), { maxLength: 8 }),
      chunkLengths,
      (sizes, lengths) => {
        const sizesIn = grpcMessageSizes();
        const bytes = Buffer.concat(sizes.map(messageOf));
        expect(cutInto(bytes, lengths).flatMap(sizesIn)).toEqual(sizes.map((size) => size + 5));
      },
    ),
    { numRuns: 60 },
  );
});

test('a message counts with the chunk that ends it', () => {
  const sizesIn = grpcMessageSizes();
  const bytes = Buffer.concat([messageOf(10), messageOf(0), messageOf(3)]);
  expect(
    [bytes.subarray(0, 3), bytes.subarray(3, 14), bytes.subarray(14, 22), bytes.subarray(22)].map(sizesIn),
  ).toEqual([[], [], [15, 5], [8]]);
});
