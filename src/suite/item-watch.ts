import { countItems } from '../compare/open-stream.ts';
import type { RawHeaders } from '../model/headers.ts';

export interface WatchOptions {
  /** How many whole events or messages have come; 0 when the head has. */
  readonly onItems?: (count: number) => void;
  /** When to leave a stream, which the recorded client left as well. */
  readonly leave?: {
    /** As many events have come as were recorded. */
    readonly items: number;
    /** At the latest this long after `from`: those that are still to come will not. */
    readonly graceMs: number;
    readonly from: Promise<void>;
  };
}

/** Sees the events of a stream come, and leaves it when there is nothing more to wait for. */
export class ItemWatch {
  readonly #options: WatchOptions;
  readonly #leave: () => void;
  #count: ((chunk: Buffer) => number) | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isOver = false;

  constructor(options: WatchOptions, leave: () => void) {
    this.#options = options;
    this.#leave = leave;
    void options.leave?.from.then(() => {
      if (!this.#isOver) this.#timer = setTimeout(leave, options.leave!.graceMs);
    });
  }

  begin(headers: RawHeaders): void {
    this.#count = countItems(headers);
    this.#tell(0);
  }

  see(chunk: Buffer): void {
    if (this.#count) this.#tell(this.#count(chunk));
  }

  end(): void {
    this.#isOver = true;
    clearTimeout(this.#timer);
  }

  #tell(count: number): void {
    if (this.#isOver) return;
    const { onItems, leave } = this.#options;
    onItems?.(count);
    // An answer that is no such stream comes to its own end.
    if (leave && this.#count && count >= leave.items) this.#leave();
  }
}
