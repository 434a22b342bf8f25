/** A field as it stands in a message: number, wire type and value (Protocol Buffers, "Encoding"). */
export type WireField =
  | { readonly number: number; readonly wire: 'varint'; readonly value: bigint }
  | { readonly number: number; readonly wire: 'fixed64' | 'fixed32' | 'bytes'; readonly value: Buffer }
  | { readonly number: number; readonly wire: 'group'; readonly value: readonly WireField[] };

const maxFieldNumber = 2 ** 29 - 1;
/** Groups are long out of use; deeper ones are an attack. */
const maxGroups = 50;

/** The fields of a message in the order of its bytes; undefined when the bytes are no message. */
export function parseFields(bytes: Buffer): readonly WireField[] | undefined {
  const cursor: Cursor = { bytes, at: 0, groups: [] };
  const fields = fieldsUpTo(cursor);
  return fields && cursor.groups.length === 0 && cursor.at === bytes.length ? fields : undefined;
}

/** Values that stand one behind the other, each in as few bytes as it needs; undefined when it is no such list. */
export function parseVarints(bytes: Buffer): readonly bigint[] | undefined {
  const cursor: Cursor = { bytes, at: 0, groups: [] };
  const values: bigint[] = [];
  while (cursor.at < bytes.length) {
    const start = cursor.at;
    const value = varintAt(cursor);
    if (value === undefined || (bytes[cursor.at - 1] === 0 && cursor.at - start > 1)) return undefined;
    values.push(value);
  }
  return values;
}

interface Cursor {
  readonly bytes: Buffer;
  at: number;
  /** Numbers of the groups that are open. */
  readonly groups: number[];
}

/** Up to the end of the bytes, or of the innermost group. */
function fieldsUpTo(cursor: Cursor): WireField[] | undefined {
  const fields: WireField[] = [];
  while (cursor.at < cursor.bytes.length) {
    const tag = varintAt(cursor);
    if (tag === undefined || tag > 0xffff_ffffn) return undefined;
    const number = Number(tag >> 3n);
    if (number === 0 || number > maxFieldNumber) return undefined;
    if ((tag & 7n) === 4n) return cursor.groups.pop() === number ? fields : undefined;
    const field = fieldAt(cursor, number, Number(tag & 7n));
    if (!field) return undefined;
    fields.push(field);
  }
  return fields;
}

function fieldAt(cursor: Cursor, number: number, wire: number): WireField | undefined {
  switch (wire) {
    case 0: {
      const value = varintAt(cursor);
      return value === undefined ? undefined : { number, wire: 'varint', value };
    }
    case 1:
      return bytesField({ number, wire: 'fixed64' }, cursor, 8);
    case 2: {
      const length = varintAt(cursor);
      return length === undefined ? undefined : bytesField({ number, wire: 'bytes' }, cursor, Number(length));
    }
    case 3: {
      if (cursor.groups.length >= maxGroups) return undefined;
      const depth = cursor.groups.push(number);
      const value = fieldsUpTo(cursor);
      return value && cursor.groups.length < depth ? { number, wire: 'group', value } : undefined;
    }
    case 5:
      return bytesField({ number, wire: 'fixed32' }, cursor, 4);
    default:
      return undefined;
  }
}

function bytesField(
  field: { readonly number: number; readonly wire: 'fixed64' | 'fixed32' | 'bytes' },
  cursor: Cursor,
  length: number,
): WireField | undefined {
  const end = cursor.at + length;
  if (end > cursor.bytes.length) return undefined;
  const value = cursor.bytes.subarray(cursor.at, end);
  cursor.at = end;
  return { ...field, value };
}

/** At most 10 bytes, 64 bits. */
function varintAt(cursor: Cursor): bigint | undefined {
  const { bytes } = cursor;
  let value = 0n;
  let low = 0;
  for (let count = 0; count < 10; count += 1) {
    const byte = bytes[cursor.at];
    if (byte === undefined) return undefined;
    cursor.at += 1;
    // The first four bytes without big integers: most values have no more.
    if (count < 4) low |= (byte & 0x7f) << (7 * count);
    else value |= BigInt(byte & 0x7f) << BigInt(7 * count);
    if (byte < 0x80) return BigInt.asUintN(64, value | BigInt(low));
  }
  return undefined;
}
