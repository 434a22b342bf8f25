import type { RuleScope } from './match-rule.ts';

/** How long something takes; drawn anew for each request. */
export type Delay =
  | { readonly kind: 'fixed'; readonly ms: number }
  | { readonly kind: 'uniform'; readonly fromMs: number; readonly toMs: number }
  /** Never less than 0. */
  | { readonly kind: 'normal'; readonly meanMs: number; readonly deviationMs: number }
  /** By its median and the time that 99 of 100 stay below. */
  | { readonly kind: 'lognormal'; readonly p50Ms: number; readonly p99Ms: number }
  /** The smaller the shape, the heavier the tail. */
  | { readonly kind: 'pareto'; readonly minMs: number; readonly shape: number };

/** Where a body breaks off. */
export type CutPlace =
  | { readonly unit: 'bytes'; readonly bytes: number }
  /** Of the whole body, from 0 to less than 1. */
  | { readonly unit: 'share'; readonly share: number };

/** A fixed stretch, begun by the first request in it. */
export type RateWindow =
  | { readonly unit: 'time'; readonly ms: number }
  | { readonly unit: 'requests'; readonly count: number };

/** What goes wrong. */
export type FaultEffect =
  /** The whole answer comes later. */
  | { readonly kind: 'latency'; readonly delay: Delay }
  /** The head comes at once, the body later. */
  | { readonly kind: 'slow-first-byte'; readonly delay: Delay }
  | { readonly kind: 'bandwidth'; readonly bytesPerSecond: number }
  | { readonly kind: 'status'; readonly status: number; readonly retryAfterS?: number }
  /** 429 for all beyond the first `limit` of a window. */
  | { readonly kind: 'rate-limit'; readonly limit: number; readonly window: RateWindow }
  /** The connection (over HTTP/2: the stream) is reset: before the answer, or after so many bytes of its body. */
  | { readonly kind: 'reset'; readonly atBytes?: number }
  | { readonly kind: 'truncated'; readonly at: CutPlace }
  /** The body is noise of the same length. */
  | { readonly kind: 'garbage' }
  /** No answer at all, until the client leaves. */
  | { readonly kind: 'timeout' };

/** Something that goes wrong on purpose, for some requests. */
export interface Fault {
  readonly scope: RuleScope;
  readonly effect: FaultEffect;
  /** Chance for each request, more than 0 and at most 1. */
  readonly probability: number;
  /** Only the first so many requests in its scope (behind those of `after`), for each lane anew. */
  readonly times?: number;
  /** So many requests in its scope are left alone first, for each lane anew. */
  readonly after?: number;
  /** Only requests of this lane. */
  readonly lane?: string;
  /** Instead of the seed of the whole plan. */
  readonly seed?: number;
}

/** A fault in force, and what has come of it. */
export interface ActiveFault {
  /** For `remove`; never given twice in one run. */
  readonly id: number;
  /** One line, as it may be written again. */
  readonly text: string;
  readonly fault: Fault;
  /** Requests in its scope. */
  readonly matched: number;
  /** How often something went wrong. */
  readonly injected: number;
}

/** One thing that went wrong on purpose. */
export interface InjectedFault {
  readonly id: number;
  /** Of the fault, in one line. */
  readonly text: string;
  readonly method: string;
  /** Without its query. */
  readonly target: string;
  readonly lane: string;
  /** What it was this time: `503`, `latency 214 ms`. */
  readonly effect: string;
  /** How often this fault was injected in this lane, this time included. */
  readonly number: number;
  /** How often at most, where that is known. */
  readonly times?: number;
  /** Unix time in milliseconds. */
  readonly at: number;
}

/** The faults of a running proxy, for whoever may change them while it runs. */
export interface FaultControl {
  readonly seed: number;
  readonly list: () => readonly ActiveFault[];
  /** A line or object as in the configuration; throws FAULT_INVALID. */
  readonly add: (fault: unknown) => ActiveFault;
  /** False: there is none of that id. */
  readonly remove: (id: number) => boolean;
  /** The last ones, newest first. */
  readonly recent: () => readonly InjectedFault[];
  /** Calls back after each that goes wrong; the returned function ends it. */
  readonly watch: (onInjected: () => void) => () => void;
}

/** A fault as a person is told of it. */
export function formatInjected({ effect, method, target, number, times }: InjectedFault): string {
  return `fault ${effect} for ${method} ${target}${times === undefined ? '' : ` (${number} of ${times})`}`;
}
