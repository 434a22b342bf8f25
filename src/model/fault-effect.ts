import { formatDelay, formatDurationMs, parseDelay, parseDurationMs } from './delay.ts';
import type { CutPlace, FaultEffect, RateWindow } from './fault.ts';
import { nearestWord } from './nearest-word.ts';

/** Why a text is no fault, and what would be one. */
export class FaultProblem extends Error {
  readonly hint: string;

  constructor(problem: string, hint: string) {
    super(problem);
    this.hint = hint;
  }
}

/** Reads words from the left. */
export class Words {
  readonly #words: readonly string[];
  #next = 0;

  constructor(text: string) {
    this.#words = text.split(/\s+/).filter((word) => word !== '');
  }

  get next(): string | undefined {
    return this.#words[this.#next];
  }

  take(): string | undefined {
    return this.#words[this.#next++];
  }

  /** Takes the next word if it is this one. */
  takeIf(word: string): boolean {
    const isIt = this.next === word;
    if (isIt) this.#next += 1;
    return isIt;
  }
}

const delayHint =
  'write a time (300ms), a range (100ms..500ms), mean and deviation (200ms±50ms), p50=80ms,p99=900ms, or min=50ms,shape=1.5; at most 1h';

type Reader = (words: Words) => FaultEffect;

/** Every kind of fault by its first word. To add one: a line here, one in `formatEffect`, one in `FaultEffect`. */
const readers: Readonly<Record<FaultEffect['kind'], Reader>> = {
  latency: (words) => ({ kind: 'latency', delay: delayOf(words, 'latency') }),
  'slow-first-byte': (words) => ({ kind: 'slow-first-byte', delay: delayOf(words, 'slow-first-byte') }),
  bandwidth: (words) => {
    const [size, unit, ...rest] = (words.take() ?? '').split('/');
    const bytesPerSecond = sizeOf(size);
    if (bytesPerSecond === undefined || bytesPerSecond < 1 || unit !== 's' || rest.length > 0) {
      throw new FaultProblem('bandwidth needs bytes for each second', 'write for example bandwidth 64kB/s');
    }
    return { kind: 'bandwidth', bytesPerSecond };
  },
  status: (words) => statusOf(words.take() ?? '', words),
  'rate-limit': (words) => {
    const limit = countOf(words.take());
    const window = limit !== undefined && words.takeIf('per') ? windowOf(words) : undefined;
    if (limit === undefined || window === undefined) {
      throw new FaultProblem(
        'rate-limit needs a number of requests and a window',
        'write for example rate-limit 10 per 1s, or rate-limit 3 per 10 requests',
      );
    }
    return { kind: 'rate-limit', limit, window };
  },
  reset: (words) => {
    if (!words.takeIf('at')) return { kind: 'reset' };
    const atBytes = sizeOf(words.take());
    if (atBytes !== undefined) return { kind: 'reset', atBytes };
    throw new FaultProblem('reset at needs a size', 'write for example reset at 1kB, or reset alone');
  },
  truncated: (words) => {
    const place = words.takeIf('at') ? cutPlaceOf(words.take()) : undefined;
    if (place) return { kind: 'truncated', at: place };
    throw new FaultProblem(
      'truncated needs the place where the body breaks off',
      'write for example truncated at 50%, or truncated at 1kB',
    );
  },
  garbage: () => ({ kind: 'garbage' }),
  timeout: () => ({ kind: 'timeout' }),
};

export const effectKinds = Object.keys(readers) as FaultEffect['kind'][];

/** Takes one effect from the words: `latency 200ms`, `503`, `reset at 1kB`. Throws FaultProblem. */
export function readEffect(words: Words): FaultEffect {
  const word = words.take();
  if (word === undefined)
    throw new FaultProblem('nothing is said to go wrong', `write one of ${effectKinds.join(', ')}`);
  if (/^\d+$/.test(word)) return statusOf(word, words);
  const kind = effectKinds.find((known) => known === word);
  if (kind !== undefined) return readers[kind](words);
  const near = nearestWord(word, effectKinds);
  throw new FaultProblem(
    `${JSON.stringify(word)} is no fault`,
    near === undefined ? `write one of ${effectKinds.join(', ')}, or a status such as 503` : `did you mean ${near}?`,
  );
}

/** As `readEffect` reads it. */
export function formatEffect(effect: FaultEffect): string {
  switch (effect.kind) {
    case 'latency':
    case 'slow-first-byte':
      return `${effect.kind} ${formatDelay(effect.delay)}`;
    case 'bandwidth':
      return `bandwidth ${formatBytes(effect.bytesPerSecond)}/s`;
    case 'status':
      return `${effect.status}${effect.retryAfterS === undefined ? '' : ` retry-after ${effect.retryAfterS}s`}`;
    case 'rate-limit':
      return `rate-limit ${effect.limit} per ${formatWindow(effect.window)}`;
    case 'reset':
      return effect.atBytes === undefined ? 'reset' : `reset at ${formatBytes(effect.atBytes)}`;
    case 'truncated':
      return `truncated at ${effect.at.unit === 'bytes' ? formatBytes(effect.at.bytes) : formatPercent(effect.at.share)}`;
    case 'garbage':
    case 'timeout':
      return effect.kind;
    default:
      return effect satisfies never;
  }
}

/** Of a part of 1: `20%`. */
export function formatPercent(share: number): string {
  // 0.07 × 100 is not 7 in binary.
  return `${Number((share * 100).toPrecision(12))}%`;
}

/** `20%` as a part of 1; undefined when it is none. */
export function parsePercent(text: string): number | undefined {
  const found = /^(\d+(?:\.\d+)?)%$/.exec(text);
  // Not divided: 65.8 / 100 is not 0.658 in binary.
  return found ? Number(`${found[1]}e-2`) : undefined;
}

/** A whole number from 1. */
export function countOf(text: string | undefined): number | undefined {
  return text !== undefined && /^[1-9]\d{0,8}$/.test(text) ? Number(text) : undefined;
}

function delayOf(words: Words, what: string): Extract<FaultEffect, { kind: 'latency' }>['delay'] {
  const text = words.take();
  const delay = text === undefined ? undefined : parseDelay(text);
  if (delay) return delay;
  throw new FaultProblem(
    text === undefined ? `${what} needs a time` : `${JSON.stringify(text)} is no time for ${what}`,
    delayHint,
  );
}

function statusOf(text: string, words: Words): FaultEffect {
  const status = /^[45]\d\d$/.test(text) ? Number(text) : undefined;
  if (status === undefined) {
    throw new FaultProblem(`${JSON.stringify(text)} is no status of a failure`, 'write one from 400 to 599');
  }
  if (!words.takeIf('retry-after')) return { kind: 'status', status };
  const after = words.take();
  const ms = after === undefined ? undefined : parseDurationMs(after);
  if (ms === undefined || ms % 1000 !== 0) {
    throw new FaultProblem('retry-after needs whole seconds', 'write for example 503 retry-after 2s');
  }
  return { kind: 'status', status, retryAfterS: ms / 1000 };
}

function windowOf(words: Words): RateWindow | undefined {
  const text = words.take() ?? '';
  const count = countOf(text);
  if (count !== undefined) return words.takeIf('requests') ? { unit: 'requests', count } : undefined;
  const ms = parseDurationMs(text);
  return ms === undefined || ms === 0 ? undefined : { unit: 'time', ms };
}

function formatWindow(window: RateWindow): string {
  return window.unit === 'time' ? formatDurationMs(window.ms) : `${window.count} requests`;
}

function cutPlaceOf(text = ''): CutPlace | undefined {
  const share = parsePercent(text);
  if (share !== undefined) return share < 1 ? { unit: 'share', share } : undefined;
  const bytes = sizeOf(text);
  return bytes === undefined ? undefined : { unit: 'bytes', bytes };
}

const units: readonly (readonly [name: string, bytes: number])[] = [
  ['MB', 1024 ** 2],
  ['kB', 1024],
  ['B', 1],
];

/** A kilobyte has 1024 bytes, as in every size of the command line. */
function sizeOf(text = ''): number | undefined {
  const found = /^(\d+(?:\.\d+)?)(B|kB|MB)$/i.exec(text);
  const unit = found && units.find(([name]) => name.toLowerCase() === found[2]!.toLowerCase());
  return found && unit ? Math.floor(Number(found[1]) * unit[1]) : undefined;
}

function formatBytes(bytes: number): string {
  const [name, unit] = units.find(([, size]) => bytes >= size && bytes % size === 0) ?? ['B', 1];
  return `${bytes / unit}${name}`;
}
