import { drawDelay, formatDurationMs } from '../model/delay.ts';
import type { ActiveFault, CutPlace, Fault, FaultControl, FaultEffect, InjectedFault } from '../model/fault.ts';
import { formatEffect } from '../model/fault-effect.ts';
import { formatFault, parseFault } from '../model/fault-text.ts';
import { formatScope, isInScope, pathSegments } from '../model/rule-scope.ts';
import { type FaultClock, systemClock } from './fault-clock.ts';
import { drawFor } from './fault-draw.ts';
import { FaultLane } from './fault-lane.ts';

/** A request as faults see it. */
export interface FaultyRequest {
  readonly method: string;
  readonly target: string;
  readonly lane: string;
}

/** An answer instead of the real one, or none. */
export type Refusal =
  | { readonly kind: 'status'; readonly status: number; readonly retryAfterS?: number; readonly fault: string }
  | { readonly kind: 'reset' }
  | { readonly kind: 'timeout' };

/** What is wrong with a body. */
export type BodyFault = (
  | { readonly kind: 'late'; readonly delayMs: number }
  | { readonly kind: 'slow'; readonly bytesPerSecond: number }
  | { readonly kind: 'cut'; readonly at: CutPlace; readonly way: 'cut' | 'reset' }
  | { readonly kind: 'garbage' }
) & {
  /** To be called once, when it shows. */
  readonly tell: () => void;
};

/** What goes wrong with one request. */
export interface FaultDecision {
  readonly clock: FaultClock;
  /** 0: none. */
  readonly delayMs: number;
  /** The request is not answered from a recording. */
  readonly refusal?: Refusal;
  /** Empty with a refusal. */
  readonly body: readonly BodyFault[];
}

export interface FaultPlanOptions {
  readonly faults: readonly Fault[];
  readonly seed: number;
  readonly clock?: FaultClock;
  readonly onInjected?: (injected: InjectedFault) => void;
}

/** The same faults in every run, unless somebody wants others. */
export const defaultFaultSeed = 1;

/** Kept for people who look while it runs. */
const maxRecent = 100;

interface Entry {
  readonly id: number;
  readonly fault: Fault;
  readonly text: string;
  /** What chance knows of the fault. */
  readonly identity: string;
  readonly lanes: Map<string, FaultLane>;
  matched: number;
  injected: number;
}

/** Which faults are in force, and what they do to each request: decided by seed, lane and request alone. */
export class FaultPlan implements FaultControl {
  readonly seed: number;
  readonly clock: FaultClock;
  readonly #entries: Entry[] = [];
  readonly #recent: InjectedFault[] = [];
  readonly #watchers = new Set<() => void>();
  readonly #onInjected: FaultPlanOptions['onInjected'];
  #lastId = 0;

  constructor({ faults, seed, clock = systemClock, onInjected }: FaultPlanOptions) {
    this.seed = seed;
    this.clock = clock;
    this.#onInjected = onInjected;
    for (const fault of faults) this.#add(fault);
  }

  readonly list = (): readonly ActiveFault[] => this.#entries.map(activeFault);

  readonly add = (given: unknown): ActiveFault => activeFault(this.#add(parseFault(given)));

  readonly remove = (id: number): boolean => {
    const index = this.#entries.findIndex((entry) => entry.id === id);
    if (index !== -1) this.#entries.splice(index, 1);
    return index !== -1;
  };

  readonly recent = (): readonly InjectedFault[] => this.#recent.toReversed();

  readonly watch = (onInjected: () => void): (() => void) => {
    this.#watchers.add(onInjected);
    return () => void this.#watchers.delete(onInjected);
  };

  /** Undefined while there is no fault: then a request costs nothing. */
  get active(): this | undefined {
    return this.#entries.length === 0 ? undefined : this;
  }

  /** Counts the request, and says what goes wrong with it; undefined when nothing does. */
  decide(request: FaultyRequest): FaultDecision | undefined {
    const segments = pathSegments(request.target);
    let delayMs = 0;
    let refusal: Refusal | undefined;
    const delayTells: (() => void)[] = [];
    const body: BodyFault[] = [];
    for (const entry of this.#entries) {
      const { fault } = entry;
      if (fault.lane !== undefined && fault.lane !== request.lane) continue;
      if (!isInScope(fault.scope, request.method, segments)) continue;
      const struck = this.#strike(entry, request);
      if (!struck) continue;
      const { draws, lane } = struck;
      const tell = (effect: string): void => this.#tell(entry, request, { effect, lane });
      const wanted = this.#refusalOf(entry, lane);
      if (wanted) {
        // One answer is enough; the first fault in the list gives it.
        if (refusal) continue;
        refusal = wanted;
        tell(wordsOf(wanted));
        continue;
      }
      const { effect } = fault;
      if (effect.kind === 'latency') {
        const ms = drawDelay(effect.delay, draws);
        delayMs += ms;
        delayTells.push(() => tell(`latency ${formatDurationMs(Math.round(ms))}`));
      } else {
        const bodyFault = bodyFaultOf(effect, draws);
        if (bodyFault) body.push({ ...bodyFault, tell: () => tell(formatEffect(effect)) });
      }
    }
    for (const tell of delayTells) tell();
    if (delayMs === 0 && !refusal && body.length === 0) return undefined;
    return { clock: this.clock, delayMs, ...(refusal ? { refusal, body: [] } : { body }) };
  }

  #add(fault: Fault): Entry {
    const entry: Entry = {
      id: (this.#lastId += 1),
      fault,
      text: formatFault(fault),
      identity: `${formatScope(fault.scope)}: ${formatEffect(fault.effect)}`,
      lanes: new Map(),
      matched: 0,
      injected: 0,
    };
    this.#entries.push(entry);
    return entry;
  }

  /** Counts a request in the scope of a fault, and decides whether it is struck. */
  #strike(
    entry: Entry,
    { method, target, lane: name }: FaultyRequest,
  ): { readonly lane: FaultLane; readonly draws: readonly [number, number] } | undefined {
    const { fault, identity } = entry;
    entry.matched += 1;
    let lane = entry.lanes.get(name);
    if (!lane) entry.lanes.set(name, (lane = new FaultLane()));
    const request = `${method} ${target}`;
    const { place, number } = lane.count(request);
    const from = fault.after ?? 0;
    if (place < from || place >= from + (fault.times ?? Infinity)) return undefined;
    const [chance, ...draws] = drawFor({ seed: fault.seed ?? this.seed, fault: identity, lane: name, request, number });
    return chance < fault.probability ? { lane, draws } : undefined;
  }

  #refusalOf({ fault: { effect }, text }: Entry, lane: FaultLane): Refusal | undefined {
    switch (effect.kind) {
      case 'status': {
        const { status, retryAfterS } = effect;
        return { kind: 'status', status, fault: text, ...(retryAfterS === undefined ? {} : { retryAfterS }) };
      }
      case 'rate-limit': {
        const retryAfterS = lane.overLimit(effect, this.clock.nowMs());
        return retryAfterS === undefined ? undefined : { kind: 'status', status: 429, retryAfterS, fault: text };
      }
      case 'reset':
        return effect.atBytes === undefined ? { kind: 'reset' } : undefined;
      case 'timeout':
        return { kind: 'timeout' };
      default:
        return undefined;
    }
  }

  #tell(entry: Entry, request: FaultyRequest, { effect, lane }: { effect: string; lane: FaultLane }): void {
    entry.injected += 1;
    lane.injected += 1;
    const { id, text, fault } = entry;
    const { probability, times } = fault;
    const isSure = probability === 1 && fault.effect.kind !== 'rate-limit' && times !== undefined;
    const injected: InjectedFault = {
      id,
      text,
      method: request.method,
      // Behind the question mark may stand secrets of a live client.
      target: request.target.replace(/[?#].*$/s, ''),
      lane: request.lane,
      effect,
      number: lane.injected,
      ...(isSure ? { times } : {}),
      at: Date.now(),
    };
    this.#recent.push(injected);
    if (this.#recent.length > maxRecent) this.#recent.shift();
    this.#onInjected?.(injected);
    for (const watcher of this.#watchers) watcher();
  }
}

function activeFault({ id, text, fault, matched, injected }: Entry): ActiveFault {
  return { id, text, fault, matched, injected };
}

function wordsOf(refusal: Refusal): string {
  return refusal.kind === 'status' ? String(refusal.status) : refusal.kind;
}

type BodyEffect = BodyFault extends infer Part ? (Part extends BodyFault ? Omit<Part, 'tell'> : never) : never;

function bodyFaultOf(effect: FaultEffect, draws: readonly [number, number]): BodyEffect | undefined {
  switch (effect.kind) {
    case 'slow-first-byte':
      return { kind: 'late', delayMs: drawDelay(effect.delay, draws) };
    case 'bandwidth':
      return { kind: 'slow', bytesPerSecond: effect.bytesPerSecond };
    case 'truncated':
      return { kind: 'cut', at: effect.at, way: 'cut' };
    case 'reset':
      return { kind: 'cut', at: { unit: 'bytes', bytes: effect.atBytes ?? 0 }, way: 'reset' };
    case 'garbage':
      return { kind: 'garbage' };
    default:
      return undefined;
  }
}
