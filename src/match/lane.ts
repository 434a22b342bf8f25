import { Bindings } from './bindings.ts';
import { firstIndex } from './first-index.ts';

/** Where a lane stands among the recordings of one key. */
export interface Cursor {
  /** Index of the next recording. */
  next: number;
  /** The stretch `next` belongs to, for reads. */
  since: number;
}

/** How far one state of the server has come in a lane. */
export interface Front {
  /** The furthest stretch that a write of the lane has opened; 0 before any. */
  readonly since: number;
  /** The stretches that its writes have opened, ascending. */
  readonly opened: readonly number[];
}

const start: Front = { since: 0, opened: [] };

/** What making a write does. */
export interface Effect {
  /** The stretch that it opens. */
  readonly opens: number;
  /** States that it may change. */
  readonly changes: readonly number[];
  /** Groups of reads that it is known to change. */
  readonly surely?: readonly number[];
}

/** One independent replay: own fronts, one per state; own cursors, one per key that was asked for. */
export class Lane {
  /** Where `--sequence ordered` stands: everything before was served or passed over. */
  position = 0;
  /** Which values of the client stand for which recorded ones. */
  readonly bindings = new Bindings();
  readonly #fronts = new Map<number, { since: number; readonly opened: number[] }>();
  readonly #changed = new Map<number, number>();
  readonly #cursors = new Map<string, Cursor>();
  readonly #passed = new WeakMap<object, number>();

  front(state: number): Front {
    return this.#fronts.get(state) ?? start;
  }

  /** How many of the recorded writes to a state were made, of those that lie before a stretch or open it. */
  madeUpTo(state: number, stretch: number): number {
    const { since, opened } = this.front(state);
    return since <= stretch ? opened.length : firstIndex(opened, (opens) => opens > stretch);
  }

  /** The furthest stretch opened by a write that is known to change such reads; 0 before any. */
  changedSince(group: number | undefined): number {
    return group === undefined ? 0 : (this.#changed.get(group) ?? 0);
  }

  /** A recorded write was made: each state that it changes moves on, never back. */
  make({ opens, changes, surely = [] }: Effect): void {
    for (const state of changes) {
      const front = this.#fronts.get(state);
      if (!front) this.#fronts.set(state, { since: opens, opened: [opens] });
      else if (opens >= front.since) {
        front.since = opens;
        front.opened.push(opens);
      } else {
        const at = firstIndex(front.opened, (known) => known > opens);
        front.opened.splice(at, 0, opens);
      }
    }
    for (const group of surely) this.#changed.set(group, Math.max(this.changedSince(group), opens));
  }

  /** @param group Which of the key's recordings, when they differ in redacted values; empty when they do not. */
  cursor(key: string, group: string): Cursor {
    const id = key + group;
    let cursor = this.#cursors.get(id);
    if (!cursor) {
      cursor = { next: 0, since: -1 };
      this.#cursors.set(id, cursor);
    }
    return cursor;
  }

  /** Undefined: nothing of these was served yet. */
  cursorIfAny(key: string, group: string): Cursor | undefined {
    return this.#cursors.get(key + group);
  }

  /** Index of the first item that is not over yet. Of those before nothing is asked again: what is over stays so. */
  passOver<T>(list: readonly T[], isOver: (item: T) => boolean): number {
    const before = this.#passed.get(list) ?? 0;
    let at = before;
    while (at < list.length && isOver(list[at]!)) at += 1;
    if (at > before) this.#passed.set(list, at);
    return at;
  }
}
