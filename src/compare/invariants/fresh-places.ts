import { childPointer, pointerKeys } from '../../model/json-pointer.ts';
import { isJsonArray, isJsonObject, type JsonValue } from '../../model/json-value.ts';
import type { Difference } from '../../model/verdict.ts';
import { alignArrays, type AlignOptions } from '../align.ts';
import { jsonPreview, member } from '../json-equal.ts';
import type { ValuePath } from '../renames.ts';
import type { ArrayPairing } from '../rulings.ts';
import { type FieldName, headerOf, isInBody } from './claim.ts';
import type { DifferencePlace } from './difference-rows.ts';
import type { Entity } from './sample.ts';

/** Where the keys of a fresh document stand in the baseline. */
interface BaselineKeys {
  readonly keys: ValuePath;
  /** Keys of the added element that it lies in. */
  readonly addedAt?: ValuePath;
  readonly value: JsonValue | undefined;
}

/** Finds the places of the fresh document in the baseline, by the same alignment of arrays as the comparison. */
export class FreshPlaces {
  readonly #baseline: JsonValue | undefined;
  readonly #fresh: JsonValue | undefined;
  readonly #pairing: ArrayPairing;
  /** Fresh array → index in the baseline of each element, −1 where it was added. */
  readonly #partners = new Map<readonly JsonValue[], Int32Array>();

  constructor(baseline: JsonValue | undefined, fresh: JsonValue | undefined, pairing: ArrayPairing) {
    this.#baseline = baseline;
    this.#fresh = fresh;
    this.#pairing = pairing;
  }

  /** The place of a field of a fresh entity; of several for a member of a list, with `*` for its elements. */
  of(entity: Entity, field: FieldName): DifferencePlace {
    const header = headerOf(field);
    if (header !== undefined) return { part: 'header', path: header, pattern: header };
    // What the request says is in no response: it is never listed.
    if (!isInBody(field)) return { part: 'failure', path: field, pattern: field };
    const { keys, addedAt } = this.#inBaseline(entity.keys);
    return {
      part: 'body',
      path: pointerOf(keys) + field,
      pattern: patternOf(keys) + field,
      keys: [...keys, ...pointerKeys(field)],
      ...(addedAt && { addedAt: pointerOf(addedAt) }),
    };
  }

  /** What stands at the field on both sides, as texts for a difference. */
  texts(entity: Entity, field: FieldName): Pick<Difference, 'before' | 'after'> {
    const after = entity.fields.get(field);
    const inBaseline = isInBody(field) ? this.#inBaseline(entity.keys) : undefined;
    const before = inBaseline?.addedAt
      ? undefined
      : valueAt(inBaseline?.value, pointerKeys(isInBody(field) ? field : ''));
    return {
      ...(before === undefined || !isInBody(field) ? {} : { before: jsonPreview(before) }),
      ...(after === undefined ? {} : { after: jsonPreview(after) }),
    };
  }

  #inBaseline(fresh: ValuePath): BaselineKeys {
    const keys: (string | number)[] = [];
    let [before, after] = [this.#baseline, this.#fresh];
    for (const [depth, key] of fresh.entries()) {
      const index = typeof key === 'number' ? this.#partner(before, after, key, [...keys]) : undefined;
      if (index === -1) return { keys: fresh, addedAt: [...keys, ...fresh.slice(depth, depth + 1)], value: undefined };
      const own = index ?? key;
      keys.push(own);
      before = childAt(before, own);
      after = childAt(after, key);
    }
    return { keys, value: before };
  }

  /** Index in the baseline of an element of a fresh array, −1 where it was added, undefined where there are no arrays. */
  #partner(
    before: JsonValue | undefined,
    after: JsonValue | undefined,
    index: number,
    path: ValuePath,
  ): number | undefined {
    if (!isJsonArray(after)) return undefined;
    if (!isJsonArray(before)) return -1;
    let partners = this.#partners.get(after);
    if (!partners) {
      partners = partnersOf(before, after, {
        names: this.#pairing.namesAt(path),
        ruling: this.#pairing.arrayAt(path),
      });
      this.#partners.set(after, partners);
    }
    return partners[index] ?? -1;
  }
}

function partnersOf(before: readonly JsonValue[], after: readonly JsonValue[], options: AlignOptions): Int32Array {
  const { elements } = alignArrays(before, after, options);
  const partners = Int32Array.from(after, (_, index) => (elements || index >= before.length ? -1 : index));
  for (const { baseline, fresh } of elements ?? []) if (fresh !== -1) partners[fresh] = baseline;
  return partners;
}

function childAt(value: JsonValue | undefined, key: string | number): JsonValue | undefined {
  if (typeof key === 'number') return isJsonArray(value) ? value[key] : undefined;
  return isJsonObject(value) ? member(value, key) : undefined;
}

function valueAt(value: JsonValue | undefined, keys: readonly string[]): JsonValue | undefined {
  return keys.reduce<JsonValue | undefined>((inner, key) => childAt(inner, key), value);
}

function pointerOf(keys: ValuePath): string {
  return keys.reduce<string>(childPointer, '');
}

function patternOf(keys: ValuePath): string {
  return keys.reduce<string>((pointer, key) => childPointer(pointer, typeof key === 'number' ? '*' : key), '');
}
