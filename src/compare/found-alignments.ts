import type { JsonValue } from '../model/json-value.ts';
import type { Difference } from '../model/verdict.ts';
import { keyMark, tooDifferentMark } from './difference-list.ts';
import { type AlignedElement, ElementPairs } from './element-pairs.ts';

interface ArrayFacts {
  readonly removed: Set<number>;
  readonly added: Set<number>;
  readonly moved: Map<number, number>;
}

/**
 * How a comparison paired elements and members, told by the differences it found: what was removed, added or moved is
 * listed, everything else belongs together in order. So the pairs are those of the comparison, whatever rules and names
 * it knew.
 */
export class FoundAlignments {
  readonly #arrays = new Map<string, ArrayFacts>();
  readonly #unlisted = new Set<string>();
  readonly #keys = new Map<string, string>();
  readonly #isComplete: boolean;

  /** @param differences Of one part, by path. */
  constructor(differences: ReadonlyMap<string, Difference>) {
    this.#isComplete = ![...differences.values()].some(
      ({ pattern }) => pattern === '…' || pattern.endsWith(tooDifferentMark),
    );
    for (const difference of differences.values()) this.#take(difference);
  }

  /** Undefined when not every one of the differences between these arrays was listed. */
  elementsAt(
    pointer: string,
    before: readonly JsonValue[],
    after: readonly JsonValue[],
  ): readonly AlignedElement[] | undefined {
    if (!this.#isComplete || this.#unlisted.has(pointer)) return undefined;
    const { removed, added, moved } = this.#arrays.get(pointer) ?? nothing;
    if (before.length - removed.size !== after.length - added.size) return undefined;
    const pairs = new ElementPairs(before, after);
    const taken = new Set([...moved.values(), ...added]);
    let fresh = 0;
    for (const index of before.keys()) {
      if (removed.has(index)) continue;
      const place = moved.get(index);
      while (taken.has(fresh)) fresh++;
      pairs.pair(index, place ?? fresh++);
    }
    return pairs.inOrder();
  }

  /** What a member of the baseline is called in the fresh document, by its pointer; undefined: the same. */
  freshKey(pointer: string): string | undefined {
    return this.#keys.get(pointer);
  }

  #take({ kind, path, after, pattern }: Difference): void {
    if (pattern.endsWith(keyMark) && after !== undefined) {
      this.#keys.set(path.slice(0, -keyMark.length), JSON.parse(after) as string);
      return;
    }
    if (kind !== 'removed' && kind !== 'added' && kind !== 'moved') return;
    const plain = path.endsWith(` (${kind})`) ? path.slice(0, -kind.length - 3) : path;
    const end = plain.lastIndexOf('/');
    const index = plain.slice(end + 1);
    const [, fresh] = /^position (\d+)$/.exec(after ?? '') ?? [];
    if (kind === 'moved' && fresh === undefined) this.#unlisted.add(plain);
    if (!/^\d+$/.test(index) || this.#unlisted.has(plain)) return;
    const pointer = plain.slice(0, end);
    let facts = this.#arrays.get(pointer);
    if (!facts) this.#arrays.set(pointer, (facts = { removed: new Set(), added: new Set(), moved: new Map() }));
    if (kind === 'moved') facts.moved.set(Number(index), Number(fresh));
    else facts[kind].add(Number(index));
  }
}

const nothing: ArrayFacts = { removed: new Set(), added: new Set(), moved: new Map() };
