import type { LiveExchange, LiveFeed, LiveStatus } from '../model/live.ts';

/** Served exchanges reach watchers in groups: a page redraws no faster than this. */
const groupMs = 100;
/** Of a busier group only the newest are shown; the counts in the status are whole. */
const maxGroup = 500;

/** What a replay serves, for the review UI. Costs nothing while nobody watches. */
export class ReplayFeed implements LiveFeed {
  readonly status: () => LiveStatus;
  readonly #watchers = new Set<(exchanges: readonly LiveExchange[]) => void>();
  #group: LiveExchange[] = [];
  #timer: NodeJS.Timeout | undefined;

  constructor(status: () => LiveStatus) {
    this.status = status;
  }

  get isWatched(): boolean {
    return this.#watchers.size > 0;
  }

  readonly subscribe = (onExchanges: (exchanges: readonly LiveExchange[]) => void): (() => void) => {
    this.#watchers.add(onExchanges);
    return () => void this.#watchers.delete(onExchanges);
  };

  /** Something else happened that pages show, such as a miss. */
  touch(): void {
    if (this.isWatched) this.#timer ??= setTimeout(() => this.#flush(), groupMs);
  }

  push(exchange: LiveExchange): void {
    if (!this.isWatched) return;
    this.#group.push(exchange);
    if (this.#group.length > maxGroup) this.#group.shift();
    this.#timer ??= setTimeout(() => this.#flush(), groupMs);
  }

  close(): void {
    clearTimeout(this.#timer);
    this.#watchers.clear();
  }

  #flush(): void {
    this.#timer = undefined;
    const group = this.#group;
    this.#group = [];
    for (const watcher of this.#watchers) watcher(group);
  }
}
