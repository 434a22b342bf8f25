/** Messages of Protocol Buffers and frames of gRPC, written by hand. */

/** A number as a varint. */
export function varint(value: number | bigint): Buffer {
  const bytes: number[] = [];
  let left = BigInt.asUintN(64, BigInt(value));
  do {
    bytes.push(Number(left & 0x7fn) | (left > 0x7fn ? 0x80 : 0));
    left >>= 7n;
  } while (left > 0n);
  return Buffer.from(bytes);
}

export function fixed64(value: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeDoubleLE(value);
  return bytes;
}

type FieldValue = number | bigint | string | Buffer | { readonly double: number } | { readonly float: number };

/** Fields in the order given: numbers as varints, texts and bytes with their length, doubles and floats as such. */
export function message(...fields: readonly (readonly [number: number, value: FieldValue])[]): Buffer {
  return Buffer.concat(
    fields.flatMap(([number, value]) => {
      if (typeof value === 'number' || typeof value === 'bigint') return [varint(number * 8), varint(value)];
      if (typeof value === 'object' && 'double' in value) return [varint(number * 8 + 1), fixed64(value.double)];
      if (typeof value === 'object' && 'float' in value) {
        const bytes = Buffer.alloc(4);
        bytes.writeFloatLE(value.float);
        return [varint(number * 8 + 5), bytes];
      }
      const bytes = Buffer.from(value as string);
      return [varint(number * 8 + 2), varint(bytes.length), bytes];
    }),
  );
}

/** With the prefix of gRPC. */
export function frame(payload: Buffer, flags = 0): Buffer {
  const prefix = Buffer.alloc(5);
  prefix[0] = flags;
  prefix.writeUInt32BE(payload.length, 1);
  return Buffer.concat([prefix, payload]);
}
