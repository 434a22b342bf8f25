import type { LiveExchange } from '../model/live.ts';

/** Kept for a page that is opened or reloaded; the ledger on the terminal is whole. */
const maxKept = 1_000;

/** One served exchange with its place in the order of serving. */
export interface Served {
  readonly number: number;
  readonly exchange: LiveExchange;
}

/** The newest exchanges a replay served while somebody watched. */
export class ServedLog {
  private readonly kept: Served[] = [];
  private count = 0;

  /** Served since the first page watched. */
  get total(): number {
    return this.count;
  }

  add(exchanges: readonly LiveExchange[]): void {
    for (const exchange of exchanges) this.kept.push({ number: this.count++, exchange });
    if (this.kept.length > maxKept) this.kept.splice(0, this.kept.length - maxKept);
  }

  /** Those from a number on, oldest first, at most `limit`. */
  from(number: number, limit: number): Served[] {
    const oldest = this.kept[0]?.number ?? 0;
    const start = Math.max(0, number - oldest);
    return this.kept.slice(start, start + limit);
  }
}
