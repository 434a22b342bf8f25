import type { FaultEffect } from '../model/fault.ts';

/** Distinct requests counted by themselves; beyond that they share one count, so that no client can fill the memory. */
const maxRequests = 10_000;
const others = '';

/** What one fault has seen of one lane. */
export class FaultLane {
  injected = 0;
  #place = 0;
  readonly #numbers = new Map<string, number>();
  /** Of a rate limit. */
  #window: { readonly startedAtMs: number; count: number } | undefined;

  /** `place`: among all requests of this lane in the fault's scope. `number`: among those with this method and target. */
  count(request: string): { readonly place: number; readonly number: number } {
    const isCounted = this.#numbers.has(request) || this.#numbers.size < maxRequests;
    const key = isCounted ? request : others;
    const number = this.#numbers.get(key) ?? 0;
    this.#numbers.set(key, number + 1);
    const place = this.#place;
    this.#place += 1;
    return { place, number };
  }

  /** Counts a request against a limit; over it, tells in how many seconds to come back. */
  overLimit(
    { limit, window: length }: Extract<FaultEffect, { kind: 'rate-limit' }>,
    nowMs: number,
  ): number | undefined {
    const current = this.#window;
    const isOver =
      !current || (length.unit === 'time' ? nowMs >= current.startedAtMs + length.ms : current.count >= length.count);
    const window = isOver ? { startedAtMs: nowMs, count: 0 } : current;
    this.#window = window;
    window.count += 1;
    if (window.count <= limit) return undefined;
    // Seconds are all that Retry-After has (RFC 9110 §10.2.3).
    return length.unit === 'time' ? Math.max(1, Math.ceil((window.startedAtMs + length.ms - nowMs) / 1000)) : 1;
  }
}
