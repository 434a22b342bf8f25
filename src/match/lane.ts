import { Bindings } from './bindings.ts';

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
  /** How many recorded writes that change the state were made. */
  readonly made: number;
}

const start: Front = { since: 0, made: 0 };

/** One independent replay: own fronts, one per state; own cursors, one per key that was asked for. */
export class Lane {
  /** Where `--sequence ordered` stands: everything before was served or passed over. */
  position = 0;
  /** Which values of the client stand for which recorded ones. */
  readonly bindings = new Bindings();
  readonly #fronts = new Map<number, Front>();
  readonly #cursors = new Map<string, Cursor>();

  front(state: number): Front {
    return this.#fronts.get(state) ?? start;
  }

  /** A recorded write was made: each state that it changes moves on, never back. */
  open(opens: number, changes: readonly number[]): void {
    for (const state of changes) {
      const { since, made } = this.front(state);
      this.#fronts.set(state, { since: Math.max(since, opens), made: made + 1 });
    }
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
}
