import { compareJson } from '../../src/compare/compare-json.ts';
import { jsonEqual } from '../../src/compare/json-equal.ts';
import type { FoundDifference, RulingsFor } from '../../src/compare/rulings.ts';
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '../../src/model/json-value.ts';
import { comparison } from './comparable.ts';

/** Every difference between two values, with its places and whole values. */
export function foundBetween(before: JsonValue, after: JsonValue): FoundDifference[] {
  const found: FoundDifference[] = [];
  const collect: RulingsFor = () => ({
    decide: (difference) => {
      found.push(difference);
      return undefined;
    },
    arrayAt: () => undefined,
    conclude: (differences) => differences,
  });
  const documents = [before, after].map((value) => ({ value, shadowed: [] }));
  compareJson(documents[0]!, documents[1]!, comparison({}, [collect]));
  return found;
}

/**
 * Why the differences do not lead from one value to the other; undefined when they do: everything that is not listed as
 * removed, added, changed or moved is equal, and everything listed is so. What was not listed of an array belongs
 * together in order.
 */
export function unexplained(
  before: JsonValue,
  after: JsonValue,
  found: readonly FoundDifference[],
): string | undefined {
  const byPlace = new Map<string, FoundDifference>();
  for (const difference of found) {
    const keys = difference.kind === 'added' ? (difference.freshKeys ?? difference.keys) : difference.keys;
    byPlace.set(`${difference.kind === 'type' ? 'changed' : difference.kind} ${JSON.stringify(keys)}`, difference);
  }
  return new Walk(byPlace).pair(before, after, { keys: [], freshKeys: [] });
}

interface Places {
  readonly keys: readonly (string | number)[];
  readonly freshKeys: readonly (string | number)[];
}

class Walk {
  readonly #byPlace: ReadonlyMap<string, FoundDifference>;

  constructor(byPlace: ReadonlyMap<string, FoundDifference>) {
    this.#byPlace = byPlace;
  }

  pair(before: JsonValue, after: JsonValue, places: Places): string | undefined {
    const change = this.#at('changed', places.keys);
    if (change) {
      if (JSON.stringify(change.freshKeys ?? change.keys) !== JSON.stringify(places.freshKeys)) {
        return `the change at ${change.path} stands at ${JSON.stringify(places.freshKeys)} in the fresh document`;
      }
      if (change.before !== before || change.after !== after) return `other values changed at ${change.path}`;
      return jsonEqual(before, after) ? `no change at ${change.path}` : undefined;
    }
    if (isJsonArray(before) && isJsonArray(after)) return this.#arrays(before, after, places);
    if (isJsonObject(before) && isJsonObject(after)) return this.#objects(before, after, places);
    return jsonEqual(before, after) ? undefined : `nothing is said of ${JSON.stringify(places.keys)}`;
  }

  #objects(before: JsonObject, after: JsonObject, { keys, freshKeys }: Places): string | undefined {
    for (const key of Object.keys(before)) {
      const child = [...keys, key];
      const isRemoved = this.#at('removed', child) !== undefined;
      if (isRemoved === Object.hasOwn(after, key)) return `removed or not: ${JSON.stringify(child)}`;
      if (isRemoved) continue;
      const problem = this.pair(before[key]!, after[key]!, { keys: child, freshKeys: [...freshKeys, key] });
      if (problem !== undefined) return problem;
    }
    const unsaid = Object.keys(after).find(
      (key) => Object.hasOwn(before, key) === (this.#at('added', [...freshKeys, key]) !== undefined),
    );
    return unsaid === undefined ? undefined : `added or not: ${unsaid}`;
  }

  #arrays(before: readonly JsonValue[], after: readonly JsonValue[], { keys, freshKeys }: Places): string | undefined {
    const moved = new Map<number, number>();
    for (const index of before.keys()) {
      const move = this.#at('moved', [...keys, index]);
      if (move) moved.set(index, move.freshKeys?.at(-1) as number);
    }
    const stayed = [...before.keys()].filter((index) => !moved.has(index) && !this.#at('removed', [...keys, index]));
    const targets = new Set(moved.values());
    const places = [...after.keys()].filter(
      (index) => !targets.has(index) && !this.#at('added', [...freshKeys, index]),
    );
    if (stayed.length !== places.length)
      return `${stayed.length} elements of ${JSON.stringify(keys)} stay, ${places.length} are there`;
    for (const [index, place] of [...moved, ...stayed.map((index, at) => [index, places[at]!] as const)]) {
      const child = { keys: [...keys, index], freshKeys: [...freshKeys, place] };
      const problem = this.pair(before[index]!, after[place]!, child);
      if (problem !== undefined) return problem;
    }
    return undefined;
  }

  #at(kind: string, keys: readonly (string | number)[]): FoundDifference | undefined {
    return this.#byPlace.get(`${kind} ${JSON.stringify(keys)}`);
  }
}
