import type { CorrelatedExchange } from './correlated-exchange.ts';
import { maxInnerDepth } from './inner-leaves.ts';
import { usedValues, type UsedValue, valuesInside } from './used-values.ts';
import { partsOf } from './value-parts.ts';

/** 4 MiB: with a million different values a false yes is one in 33. */
const bits = 2 ** 25;
/** Longer values differ before this, nearly always; else it is a false yes. */
const maxHashed = 64;

/**
 * Remembers in fixed memory which values any request of a session holds, so that what responses issue need not be kept
 * when nobody ever uses it, which is nearly all of it. Says yes to a few others too; never no to a value that was added.
 */
export class UsedFilter {
  readonly #seen = new Uint32Array(bits / 32);

  /** Everything that correlation may look up for this request. */
  addRequest(exchange: CorrelatedExchange): void {
    for (const used of usedValues(exchange)) this.#addUsed(used, 0);
  }

  has(value: string): boolean {
    const at = hashOf(value);
    return (this.#seen[at >>> 5]! & (1 << (at & 31))) !== 0;
  }

  #addUsed(used: UsedValue, depth: number): void {
    for (const { value } of partsOf(used.text)) {
      const at = hashOf(value);
      this.#seen[at >>> 5]! |= 1 << (at & 31);
    }
    if (depth < maxInnerDepth) for (const inner of valuesInside(used)) this.#addUsed(inner, depth + 1);
  }
}

function hashOf(value: string): number {
  let hash = value.length;
  const end = Math.min(value.length, maxHashed);
  for (let i = 0; i < end; i++) hash = Math.imul(hash ^ value.charCodeAt(i), 0x01000193);
  hash ^= hash >>> 15;
  return Math.imul(hash, 0x2c1b3c6d) >>> 7;
}
