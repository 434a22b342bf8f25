import { isUtf8 } from 'node:buffer';
import { jsonNumber, type JsonValue } from '../model/json-value.ts';
import { parseFields, parseVarints, type WireField } from './protobuf-wire.ts';

type Fields = readonly WireField[];

/** Messages inside of messages; deeper ones stay bytes. */
const maxDepth = 50;
/** Larger messages are not taken apart: a field of two bytes becomes a hundred in memory. */
const maxFields = 1_000_000;

class TooManyFieldsError extends Error {}

/**
 * Messages read without their schema, as objects by field number: `{"1": 17, "3": {"1": "Alice"}}`. What a field is
 * can only be guessed, so it is guessed once for all given messages, which are those of both sides: what is a text in
 * the one is a text in the other. Order of fields means nothing; a field that occurs twice in any message is a list in
 * all. A field that is never written with its default value has one where it is missing: proto3 leaves out zeros and
 * empty texts, and what went from 5 to 0 has changed and not gone. Undefined when there are too many fields.
 */
export function readProtobuf(messages: readonly Fields[]): readonly JsonValue[] | undefined {
  try {
    return new ProtobufReading().messages(messages, 0);
  } catch (thrown) {
    if (thrown instanceof TooManyFieldsError) return undefined;
    throw thrown;
  }
}

/** One field of a message: all of its values there. */
interface Occurrence {
  readonly message: number;
  readonly fields: WireField[];
}

class ProtobufReading {
  #left = maxFields;

  messages(messages: readonly Fields[], depth: number): JsonValue[] {
    const objects = messages.map((): Record<string, JsonValue> => ({}));
    for (const [number, occurrences] of byNumber(messages)) {
      this.#field(String(number), { occurrences, objects, depth });
    }
    return objects;
  }

  #field(
    key: string,
    {
      occurrences,
      objects,
      depth,
    }: { occurrences: readonly Occurrence[]; objects: Record<string, JsonValue>[]; depth: number },
  ): void {
    const all = occurrences.flatMap(({ fields }) => fields);
    this.#count(all.length);
    const values = this.#values(all, depth);
    const isList = occurrences.some(({ fields }) => fields.length > 1);
    let at = 0;
    for (const { message, fields } of occurrences) {
      const own = values.slice(at, at + fields.length);
      at += fields.length;
      objects[message]![key] = isList ? own.flat() : own[0]!;
    }
    const missing = isList ? [] : defaultOf(values);
    if (missing === undefined) return;
    this.#count(objects.length - occurrences.length);
    for (const object of objects) object[key] ??= missing;
  }

  /** The values of one field in all messages, in order. */
  #values(fields: Fields, depth: number): JsonValue[] {
    const values = new Map<WireField, JsonValue>();
    const groups = Map.groupBy(fields, ({ wire }) => wire);
    // Readers take numbers packed into bytes or one by one, but none that is written in another way.
    const areMixed = [...groups.keys()].filter((wire) => wire !== 'bytes').length > 1;
    for (const [wire, same] of groups) {
      for (const [index, value] of this.#alike(same, depth).entries()) {
        values.set(same[index]!, areMixed ? { [wire]: value } : value);
      }
    }
    return fields.map((field) => values.get(field)!);
  }

  /** The values of fields with one wire type. */
  #alike(fields: Fields, depth: number): JsonValue[] {
    const first = fields[0]!;
    if (first.wire === 'varint') return fields.map(({ value }) => signed(value as bigint));
    if (first.wire === 'group')
      return this.messages(
        fields.map(({ value }) => value as Fields),
        depth + 1,
      );
    const bytes = fields.map(({ value }) => value as Buffer);
    if (first.wire === 'fixed32') return numbersIn(bytes, float32, (each) => each.readUInt32LE());
    if (first.wire === 'fixed64')
      return numbersIn(bytes, float64, (each) => jsonNumber(String(each.readBigUInt64LE())));
    return this.#lengthDelimited(bytes, depth);
  }

  /** Text, messages, packed numbers, or bytes as hexadecimal: the first that all of them are. */
  #lengthDelimited(all: readonly Buffer[], depth: number): JsonValue[] {
    const filled = all.filter(({ length }) => length > 0);
    const texts = filled.map(textIn);
    if (texts.every((text) => text !== undefined && !controls.test(text))) return all.map((bytes) => bytes.toString());
    if (depth < maxDepth) {
      const parsed = all.map((bytes) => parseFields(bytes));
      if (parsed.every((fields) => fields !== undefined)) return this.messages(parsed, depth + 1);
    }
    if (texts.every((text) => text !== undefined && !controls.test(text.replaceAll(/[\t\n\r]/g, '')))) {
      return all.map((bytes) => bytes.toString());
    }
    const packed = packedIn(filled);
    if (!packed) return all.map((bytes) => bytes.toString('hex'));
    return all.map((bytes) => {
      const list = packed(bytes);
      this.#count(list.length);
      return list;
    });
  }

  #count(fields: number): void {
    this.#left -= fields;
    if (this.#left < 0) throw new TooManyFieldsError();
  }
}

function byNumber(messages: readonly Fields[]): Map<number, Occurrence[]> {
  const found = new Map<number, Occurrence[]>();
  for (const [message, fields] of messages.entries()) {
    for (const field of fields) {
      let occurrences = found.get(field.number);
      if (!occurrences) found.set(field.number, (occurrences = []));
      const last = occurrences.at(-1);
      if (last?.message === message) last.fields.push(field);
      else occurrences.push({ message, fields: [field] });
    }
  }
  return found;
}

/** What a field means where it is missing; undefined where that is not known, or differs from what is written. */
function defaultOf(values: readonly JsonValue[]): JsonValue | undefined {
  if (values.every((value) => typeof value === 'string')) return values.includes('') ? undefined : '';
  if (values.every((value) => Array.isArray(value))) return values.some((list) => list.length === 0) ? undefined : [];
  const isNumber = (value: JsonValue): boolean => typeof value === 'number' || isExact(value);
  return values.every(isNumber) && !values.includes(0) ? 0 : undefined;
}

function isExact(value: JsonValue): boolean {
  return typeof value === 'object' && value !== null && 'canonical' in value && !Array.isArray(value);
}

/** Control characters stand in messages far more often than in texts. */
// oxlint-disable-next-line no-control-regex
const controls = /[\x00-\x1f\x7f]/;

function textIn(bytes: Buffer): string | undefined {
  return isUtf8(bytes) ? bytes.toString() : undefined;
}

/** Negative numbers of int32 and int64 are written as 64 bits of two's complement. */
function signed(value: bigint): JsonValue {
  return jsonNumber(String(BigInt.asIntN(64, value)));
}

/** A number that somebody may have meant: counters and hashes read as floating point hardly ever look so. */
function isLikely(value: number): boolean {
  if (value === 0) return !Object.is(value, -0);
  const size = Math.abs(value);
  return size >= 1e-9 && size <= 1e15;
}

const float32 = (bytes: Buffer): number => shortest(bytes.readFloatLE());
const float64 = (bytes: Buffer): number => bytes.readDoubleLE();

/** As its author wrote it: 0.1, not the 0.10000000149011612 that a float is. */
function shortest(value: number): number {
  for (let digits = 6; digits < 9; digits += 1) {
    const short = Number(value.toPrecision(digits));
    if (Math.fround(short) === value) return short;
  }
  return value;
}

function numbersIn(
  all: readonly Buffer[],
  float: (bytes: Buffer) => number,
  integer: (bytes: Buffer) => JsonValue,
): JsonValue[] {
  const floats = all.map(float);
  return floats.every(isLikely) ? floats : all.map(integer);
}

/** How to read lists of numbers without tags; undefined when these bytes are hardly any. */
function packedIn(filled: readonly Buffer[]): ((bytes: Buffer) => JsonValue[]) | undefined {
  for (const { size, float } of [
    { size: 8, float: float64 },
    { size: 4, float: float32 },
  ]) {
    const read = (bytes: Buffer): number[] => chunksOf(bytes, size).map(float);
    // A third of all float32 are likely: a single one says nothing.
    const isEnough = filled.reduce((sum, { length }) => sum + length, 0) >= 8;
    if (isEnough && filled.every((bytes) => bytes.length % size === 0 && read(bytes).every(isLikely))) return read;
  }
  // Of random bytes half go on; of numbers that somebody counts few do.
  const isShort = (bytes: Buffer): boolean => bytes.filter((byte) => byte >= 0x80).length * 3 <= bytes.length;
  if (!filled.every((bytes) => isShort(bytes) && parseVarints(bytes))) return undefined;
  return (bytes) => parseVarints(bytes)!.map(signed);
}

function chunksOf(bytes: Buffer, size: number): Buffer[] {
  return Array.from({ length: bytes.length / size }, (_, index) => bytes.subarray(index * size, (index + 1) * size));
}
