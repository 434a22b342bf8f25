import { type Audit, nothingFound } from './audit.ts';
import type { ReplayCounts } from '../model/proxy-control.ts';
import type { MissReport } from './miss.ts';
import { PositionSet } from './position-set.ts';

/** How a request without a recording was answered: the miss itself, or upstream's answer (kept as a recording or not). */
export type MissAnswer = 'error' | 'forward' | 'record';

export interface LedgerMiss {
  readonly report: MissReport;
  readonly answer: MissAnswer;
  /** How often the same request missed for the same reason. */
  readonly count: number;
}

export interface LedgerRelaxation {
  /** Address of the recording that was served. */
  readonly address: string;
  /** In which way it was less than an exact match. */
  readonly words: string;
  readonly lane: string;
  readonly count: number;
}

/** What came into one lane. */
export interface LaneCounts {
  readonly name: string;
  readonly hits: number;
  /** Misses answered with an error. */
  readonly misses: number;
  readonly forwarded: number;
  readonly relaxed: number;
}

export interface LedgerFault {
  /** The fault in one line, as it was asked for. */
  readonly fault: string;
  /** How often it was injected. */
  readonly count: number;
}

/** A recording that nobody asked for. */
export interface UnusedRecording {
  readonly address: string;
  readonly method: string;
  readonly target: string;
  readonly targetName: string;
}

export interface LedgerSummary extends Audit {
  readonly hits: number;
  /** Recordings that were served at least once. */
  readonly distinctHits: number;
  /** Misses answered with an error. */
  readonly misses: number;
  /** Misses that upstream answered. */
  readonly forwarded: number;
  readonly relaxed: number;
  readonly unused: number;
  /** By name; at most as many as are kept apart. */
  readonly lanes: readonly LaneCounts[];
  /** Faults that were injected on purpose: neither misses nor relaxations. */
  readonly faults: number;
  /** The first distinct ones, in order of appearance. */
  readonly missList: readonly LedgerMiss[];
  readonly relaxationList: readonly LedgerRelaxation[];
  readonly unusedList: readonly UnusedRecording[];
  readonly faultList: readonly LedgerFault[];
}

/** Distinct entries kept; beyond that only counted, so that a client in a loop cannot fill the memory. */
export const maxEntries = 1000;
/** A lane's counts are small, and a test suite may have a lane for every test. */
const maxLanes = 10_000;

type Counted<T> = { -readonly [K in keyof T]: T[K] };

const untold = 'default';

/** What a replay did: hits, misses, relaxations, and which recordings were used. */
export class Ledger {
  #hits = 0;
  #misses = 0;
  #forwarded = 0;
  #relaxed = 0;
  #faults = 0;
  /** By layer: positions of what was served. */
  readonly #used: PositionSet[] = [];
  readonly #missEntries = new Map<string, Counted<LedgerMiss>>();
  readonly #relaxationEntries = new Map<string, Counted<LedgerRelaxation>>();
  readonly #lanes = new Map<string, Counted<LaneCounts>>();
  readonly #faultEntries = new Map<string, Counted<LedgerFault>>();

  get hits(): number {
    return this.#hits;
  }

  get misses(): number {
    return this.#misses;
  }

  /** `layer` numbers the sessions that are replayed. */
  hit(layer: number, position: number, lane = untold): void {
    this.#hits += 1;
    (this.#used[layer] ??= new PositionSet()).add(position);
    this.#countIn(lane, 'hits');
  }

  relaxed(address: string, words: string, lane = untold): void {
    this.#relaxed += 1;
    this.#countIn(lane, 'relaxed');
    const key = JSON.stringify([address, words, lane]);
    const entry = this.#relaxationEntries.get(key);
    if (entry) entry.count += 1;
    else if (this.#relaxationEntries.size < maxEntries)
      this.#relaxationEntries.set(key, { address, words, lane, count: 1 });
  }

  faulted(fault: string): void {
    this.#faults += 1;
    const entry = this.#faultEntries.get(fault);
    if (entry) entry.count += 1;
    else if (this.#faultEntries.size < maxEntries) this.#faultEntries.set(fault, { fault, count: 1 });
  }

  missed(report: MissReport, answer: MissAnswer): void {
    if (answer === 'error') this.#misses += 1;
    else this.#forwarded += 1;
    this.#countIn(report.lane, answer === 'error' ? 'misses' : 'forwarded');
    const { method, target, targetName } = report.asked;
    // One connection may miss at any of its messages.
    const place = report.code === 'conversation' ? report.reason : '';
    const key = JSON.stringify([answer, report.code, method, target, targetName, report.lane, place]);
    const entry = this.#missEntries.get(key);
    if (entry) entry.count += 1;
    else if (this.#missEntries.size < maxEntries) this.#missEntries.set(key, { report, answer, count: 1 });
  }

  /** So far. */
  counts(): ReplayCounts {
    return {
      hits: this.#hits,
      misses: this.#misses,
      forwarded: this.#forwarded,
      relaxed: this.#relaxed,
      faults: this.#faults,
    };
  }

  isUsed(layer: number, position: number): boolean {
    return this.#used[layer]?.has(position) ?? false;
  }

  /** `unused`: all recordings that could have been served and were not; only the first are kept in the summary. */
  summary(unused: Iterable<UnusedRecording>, audit: Audit = nothingFound): LedgerSummary {
    const unusedList: UnusedRecording[] = [];
    let unusedCount = 0;
    for (const recording of unused) {
      unusedCount += 1;
      if (unusedList.length < maxEntries) unusedList.push(recording);
    }
    return {
      hits: this.#hits,
      distinctHits: this.#used.reduce((count, positions) => count + positions.size, 0),
      misses: this.#misses,
      forwarded: this.#forwarded,
      relaxed: this.#relaxed,
      unused: unusedCount,
      lanes: [...this.#lanes.values()].map((lane) => ({ ...lane })).toSorted((a, b) => (a.name < b.name ? -1 : 1)),
      missList: [...this.#missEntries.values()],
      relaxationList: [...this.#relaxationEntries.values()],
      unusedList,
      faults: this.#faults,
      faultList: [...this.#faultEntries.values()],
      ...audit,
    };
  }

  #countIn(name: string, what: Exclude<keyof LaneCounts, 'name'>): void {
    let lane = this.#lanes.get(name);
    if (!lane) {
      if (this.#lanes.size >= maxLanes) return;
      lane = { name, hits: 0, misses: 0, forwarded: 0, relaxed: 0 };
      this.#lanes.set(name, lane);
    }
    lane[what] += 1;
  }
}
