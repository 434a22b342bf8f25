/** Where a lane stands among the recordings of one key. */
export interface Cursor {
  /** Index of the next recording. */
  next: number;
  /** The epoch `next` belongs to, for reads. */
  epoch: number;
}

/** One independent replay: own epoch, own cursors, one per key that was asked for. */
export class Lane {
  /** One more than the epoch of the furthest write consumed. */
  epoch = 0;
  /** Where `--sequence ordered` stands: everything before was served or passed over. */
  position = 0;
  readonly #cursors = new Map<string, Cursor>();

  /** @param group Which of the key's recordings, when they differ in redacted values; empty when they do not. */
  cursor(key: string, group: string): Cursor {
    const id = key + group;
    let cursor = this.#cursors.get(id);
    if (!cursor) {
      cursor = { next: 0, epoch: -1 };
      this.#cursors.set(id, cursor);
    }
    return cursor;
  }
}
