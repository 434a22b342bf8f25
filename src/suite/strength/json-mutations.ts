import { childPointer } from '../../model/json-pointer.ts';
import { isIdentityName } from '../../model/identity.ts';
import {
  type ExactNumber,
  isJsonArray,
  isJsonObject,
  type JsonValue,
  jsonNumber,
  jsonText,
} from '../../model/json-value.ts';
import type { FreshResponse } from '../fresh-response.ts';
import { alteredText, alteredTokens, isIdText, laterTime, nextNumber } from './altered-values.ts';
import { kindOf } from './known-values.ts';
import type { Mutation, MutationContext, MutationKind } from './mutation.ts';

export interface JsonMutationOptions extends MutationContext {
  /** Where the document stands, before its pointers: empty, or `event 3 `. */
  readonly prefix?: string;
  /** The same of its pattern. */
  readonly patternPrefix?: string;
  /** The answer with this document in place of the recorded one. */
  readonly write: (value: JsonValue) => FreshResponse;
}

/** A value and where it stands. */
interface Spot {
  readonly value: JsonValue;
  readonly keys: readonly (string | number)[];
  readonly pointer: string;
  readonly pattern: string;
  /** Of the innermost member it is in. */
  readonly name: string;
}

/** Every way in which a JSON document could be wrong in one place. */
export function* jsonMutations(root: JsonValue, options: JsonMutationOptions): Generator<Mutation> {
  const mutations = new JsonMutations(root, options);
  yield* mutations.at({ value: root, keys: [], pointer: '', pattern: '', name: '' });
  yield* mutations.exchanged();
}

class JsonMutations {
  readonly #root: JsonValue;
  readonly #options: JsonMutationOptions;
  /** The last identifier of each kind. */
  readonly #last = new Map<string, Spot>();
  readonly #pairs: (readonly [Spot, Spot])[] = [];

  constructor(root: JsonValue, options: JsonMutationOptions) {
    this.#root = root;
    this.#options = options;
  }

  *at(spot: Spot): Generator<Mutation> {
    const { value } = spot;
    this.#pair(spot);
    if (value !== null) yield this.#instead('null', spot, null);
    yield this.#instead('type', spot, ofAnotherType(value));
    if (isJsonArray(value)) yield* this.#inArray(spot, value);
    else if (isJsonObject(value)) yield* this.#inObject(spot, value);
    else if (typeof value === 'string') yield* this.#ofText(spot, value);
    else if (typeof value === 'boolean') yield this.#instead('flag', spot, !value);
    else if (value !== null) yield* this.#ofNumber(spot, value);
  }

  /** Two identifiers of one kind, each in the place of the other. */
  *exchanged(): Generator<Mutation> {
    const { prefix = '', patternPrefix = prefix, write } = this.#options;
    for (const [one, other] of this.#pairs) {
      yield {
        kind: 'swap',
        words: `swap ${prefix}${one.pointer} and ${other.pointer}`,
        pattern: `swap ${patternPrefix}${one.pattern} and ${other.pattern}`,
        apply: () => write(replaced(replaced(this.#root, one.keys, other.value), other.keys, one.value)),
      };
    }
  }

  #pair(spot: Spot): void {
    const { value, name } = spot;
    const kind = kindOf(value, name);
    if (kind === undefined) return;
    const last = this.#last.get(kind);
    this.#last.set(kind, spot);
    if (last && jsonText(last.value) !== jsonText(value)) this.#pairs.push([last, spot]);
  }

  *#inObject(spot: Spot, object: Readonly<Record<string, JsonValue>>): Generator<Mutation> {
    for (const key of Object.keys(object)) {
      const child = {
        value: object[key]!,
        keys: [...spot.keys, key],
        pointer: childPointer(spot.pointer, key),
        pattern: childPointer(spot.pattern, key),
        name: key,
      };
      yield this.#edit('drop', child, spot, () =>
        Object.fromEntries(Object.entries(object).filter(([one]) => one !== key)),
      );
      yield* this.at(child);
    }
  }

  *#inArray(spot: Spot, array: readonly JsonValue[]): Generator<Mutation> {
    const spots = array.map((value, index): Spot => ({
      value,
      keys: [...spot.keys, index],
      pointer: childPointer(spot.pointer, index),
      pattern: childPointer(spot.pattern, '*'),
      name: spot.name,
    }));
    const texts = array.length > 1 ? array.map(jsonText) : [];
    const unlike = texts.findIndex((text, index) => index > 0 && text !== texts[index - 1]);
    if (unlike > 0) {
      yield this.#edit('reorder', spots[unlike]!, spot, () => {
        return array.with(unlike - 1, array[unlike]!).with(unlike, array[unlike - 1]!);
      });
    }
    if (array.length > 0) yield this.#edit('duplicate', spots[0]!, spot, () => [array[0]!, ...array]);
    for (const [index, child] of spots.entries()) {
      yield this.#edit('drop', child, spot, () => array.toSpliced(index, 1));
      yield* this.at(child);
    }
  }

  *#ofText(spot: Spot, text: string): Generator<Mutation> {
    const { another, givenMs } = this.#options;
    const later = laterTime(text, givenMs);
    if (later !== undefined) {
      yield this.#instead('time', spot, later);
      return;
    }
    for (const { claim, token } of alteredTokens(text)) yield this.#instead('token', spot, token, ` (${claim})`);
    const isId = isIdText(text, spot.name);
    const other = isId || isIdentityName(spot.name) ? another(text, spot.name) : undefined;
    if (other !== undefined) yield this.#instead('swap', spot, other);
    // Another id may be as right, but not this.
    yield this.#edit('text', spot, spot, () => (isId ? 'undefined' : alteredText(text)));
  }

  *#ofNumber(spot: Spot, number: number | ExactNumber): Generator<Mutation> {
    const { another, givenMs } = this.#options;
    const later = laterTime(jsonText(number), givenMs);
    if (later !== undefined) {
      yield this.#instead('time', spot, jsonNumber(later));
      return;
    }
    const next = nextNumber(number);
    if (next !== undefined) yield this.#instead('number', spot, next);
    const other = isIdentityName(spot.name) ? another(number, spot.name) : undefined;
    // One more may be the next one's.
    if (other !== undefined && next !== undefined && jsonText(other) !== jsonText(next))
      yield this.#instead('swap', spot, other);
  }

  #instead(kind: MutationKind, spot: Spot, value: JsonValue, suffix = ''): Mutation {
    return this.#edit(kind, spot, spot, () => value, suffix);
  }

  /** @param container What is written anew. */
  #edit(kind: MutationKind, spot: Spot, container: Spot, change: () => JsonValue, suffix = ''): Mutation {
    const { prefix = '', patternPrefix = prefix, write } = this.#options;
    return {
      kind,
      words: `${kind} ${prefix}${spot.pointer || '/'}${suffix}`,
      pattern: `${kind} ${patternPrefix}${spot.pattern || '/'}${suffix}`,
      apply: () => write(replaced(this.#root, container.keys, change())),
    };
  }
}

/** The document with another value at a place. */
function replaced(value: JsonValue, keys: readonly (string | number)[], other: JsonValue): JsonValue {
  const [key, ...rest] = keys;
  if (key === undefined) return other;
  if (isJsonArray(value)) return value.with(key as number, replaced(value[key as number]!, rest, other));
  const object = value as Readonly<Record<string, JsonValue>>;
  return { ...object, [key]: replaced(object[key]!, rest, other) };
}

function ofAnotherType(value: JsonValue): JsonValue {
  if (value === null) return 0;
  if (isJsonArray(value)) return {};
  if (isJsonObject(value)) return [];
  if (typeof value !== 'string') return typeof value === 'boolean' ? Number(value) : jsonText(value);
  return /^-?(?:0|[1-9]\d{0,14})$/.test(value) ? Number(value) : { value };
}
