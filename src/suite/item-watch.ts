import { countItems } from '../compare/open-stream.ts';
import type { RawHeaders } from '../model/headers.ts';
import type { PlaceMessage } from '../model/place-access.ts';

export interface WatchOptions {
  /** How many whole events or messages have come; 0 when the head has. */
  readonly onItems?: (count: number) => void;
  /** What is there of the response, each time that an item has come: later requests may need something of it. */
  readonly onContent?: (response: PlaceMessage) => void;
  /** When to leave a stream, which the recorded client left as well. */
  readonly leave?: {
    /** As many events have come as were recorded. */
    readonly items: number;
    /** At the latest this long after `from`: those that are still to come will not. */
    readonly graceMs: number;
    readonly from: Promise<unknown>;
  };
}

/** Values are looked for in the beginning of a stream, as in the recording. */
const maxContentBytes = 1024 * 1024;

/** Sees the events of a stream come, and leaves it when there is nothing more to wait for. */
export class ItemWatch {
  readonly #options: WatchOptions;
  readonly #leave: () => void;
  readonly #chunks: Buffer[] = [];
  #headers: RawHeaders = [];
  #contentBytes = 0;
  #items = 0;
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
    this.#headers = headers;
    this.#count = countItems(headers);
    this.#tell();
  }

  see(chunk: Buffer): void {
    if (!this.#count) return;
    this.#chunks.push(chunk);
    this.#contentBytes += chunk.length;
    const items = this.#count(chunk);
    if (items === this.#items) return;
    this.#items = items;
    this.#tell();
  }

  end(): void {
    this.#isOver = true;
    clearTimeout(this.#timer);
  }

  #tell(): void {
    if (this.#isOver) return;
    const { onItems, onContent, leave } = this.#options;
    if (this.#contentBytes > maxContentBytes) this.#chunks.length = 0;
    else onContent?.({ headers: this.#headers, body: Buffer.concat(this.#chunks) });
    onItems?.(this.#items);
    // An answer that is no such stream comes to its own end.
    if (leave && this.#count && this.#items >= leave.items) this.#leave();
  }
}
