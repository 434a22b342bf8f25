import type { Delay } from './fault.ts';

/** Longer waits are nobody's wish; also what a heavy tail is cut at. */
export const maxDelayMs = 3_600_000;

/** How many deviations above the mean 99 of 100 values of a normal distribution end. */
const deviationsOfP99 = 2.326_347_874_040_841;

/** A duration as written (`250ms`, `1.5s`, `2m`) in milliseconds; undefined when it is none or over an hour. */
export function parseDurationMs(text: string): number | undefined {
  const found = /^(\d+(?:\.\d+)?)(ms|s|m|h)$/i.exec(text);
  if (!found) return undefined;
  const unit = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 }[found[2]!.toLowerCase()]!;
  const ms = Number(found[1]) * unit;
  return ms <= maxDelayMs ? ms : undefined;
}

export function formatDurationMs(ms: number): string {
  return ms > 0 && ms % 1000 === 0 ? `${ms / 1000}s` : `${ms}ms`;
}

const pairs = /^([a-z0-9]+)=([^,]+),([a-z0-9]+)=([^,]+)$/i;

/**
 * `300ms`, `100ms..500ms` (uniform), `200ms±50ms` (normal; `+-` will do), `p50=80ms,p99=900ms` (lognormal),
 * `min=50ms,shape=1.5` (Pareto). Undefined when it is none of these.
 */
export function parseDelay(text: string): Delay | undefined {
  const range = text.split('..');
  if (range.length === 2) {
    const [fromMs, toMs] = range.map(parseDurationMs);
    return fromMs !== undefined && toMs !== undefined && fromMs <= toMs ? { kind: 'uniform', fromMs, toMs } : undefined;
  }
  const spread = text.split(/±|\+-/);
  if (spread.length === 2) {
    const [meanMs, deviationMs] = spread.map(parseDurationMs);
    return meanMs === undefined || deviationMs === undefined ? undefined : { kind: 'normal', meanMs, deviationMs };
  }
  const [, one, first = '', other, second = ''] = pairs.exec(text) ?? [];
  if (one === 'p50' && other === 'p99') {
    const [p50Ms, p99Ms] = [parseDurationMs(first), parseDurationMs(second)];
    const isCurve = p50Ms !== undefined && p99Ms !== undefined && p50Ms > 0 && p50Ms <= p99Ms;
    return isCurve ? { kind: 'lognormal', p50Ms, p99Ms } : undefined;
  }
  if (one === 'min' && other === 'shape') {
    const minMs = parseDurationMs(first);
    const shape = /^\d+(\.\d+)?$/.test(second) ? Number(second) : 0;
    return minMs !== undefined && minMs > 0 && shape > 0 ? { kind: 'pareto', minMs, shape } : undefined;
  }
  const ms = parseDurationMs(text);
  return ms === undefined ? undefined : { kind: 'fixed', ms };
}

export function formatDelay(delay: Delay): string {
  const time = formatDurationMs;
  switch (delay.kind) {
    case 'fixed':
      return time(delay.ms);
    case 'uniform':
      return `${time(delay.fromMs)}..${time(delay.toMs)}`;
    case 'normal':
      return `${time(delay.meanMs)}±${time(delay.deviationMs)}`;
    case 'lognormal':
      return `p50=${time(delay.p50Ms)},p99=${time(delay.p99Ms)}`;
    case 'pareto':
      return `min=${time(delay.minMs)},shape=${delay.shape}`;
    default:
      return delay satisfies never;
  }
}

/** A delay in milliseconds for two independent draws from [0, 1). The same draws give the same delay. */
export function drawDelay(delay: Delay, [one, other]: readonly [number, number]): number {
  return Math.min(maxDelayMs, Math.max(0, sample(delay, one, other)));
}

function sample(delay: Delay, one: number, other: number): number {
  switch (delay.kind) {
    case 'fixed':
      return delay.ms;
    case 'uniform':
      return delay.fromMs + (delay.toMs - delay.fromMs) * one;
    case 'normal':
      return delay.meanMs + delay.deviationMs * deviations(one, other);
    case 'lognormal':
      return delay.p50Ms * (delay.p99Ms / delay.p50Ms) ** (deviations(one, other) / deviationsOfP99);
    case 'pareto':
      return delay.minMs / (1 - one) ** (1 / delay.shape);
    default:
      return delay satisfies never;
  }
}

/** A standard normal value (Box and Muller, 1958). */
function deviations(one: number, other: number): number {
  return Math.sqrt(-2 * Math.log(1 - one)) * Math.cos(2 * Math.PI * other);
}
