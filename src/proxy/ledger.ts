import { type MissReport, placeAsked } from './miss.ts';

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
  readonly count: number;
}

/** A recording that nobody asked for. */
export interface UnusedRecording {
  readonly address: string;
  readonly method: string;
  readonly target: string;
  readonly targetName: string;
}

export interface LedgerSummary {
  readonly hits: number;
  /** Misses answered with an error. */
  readonly misses: number;
  /** Misses that upstream answered. */
  readonly forwarded: number;
  readonly relaxed: number;
  readonly unused: number;
  /** The first distinct ones, in order of appearance. */
  readonly missList: readonly LedgerMiss[];
  readonly relaxationList: readonly LedgerRelaxation[];
  readonly unusedList: readonly UnusedRecording[];
}

/** Distinct entries kept; beyond that only counted, so that a client in a loop cannot fill the memory. */
const maxEntries = 1000;

type Counted<T> = { -readonly [K in keyof T]: T[K] };

/** What a replay did: hits, misses, relaxations, and which recordings were used. */
export class Ledger {
  #hits = 0;
  #misses = 0;
  #forwarded = 0;
  #relaxed = 0;
  /** By layer: positions of what was served. */
  readonly #used: Set<number>[] = [];
  readonly #missEntries = new Map<string, Counted<LedgerMiss>>();
  readonly #relaxationEntries = new Map<string, Counted<LedgerRelaxation>>();

  get hits(): number {
    return this.#hits;
  }

  get misses(): number {
    return this.#misses;
  }

  /** `layer` numbers the sessions that are replayed. */
  hit(layer: number, position: number): void {
    this.#hits += 1;
    (this.#used[layer] ??= new Set()).add(position);
  }

  relaxed(address: string, words: string): void {
    this.#relaxed += 1;
    const key = `${address} ${words}`;
    const entry = this.#relaxationEntries.get(key);
    if (entry) entry.count += 1;
    else if (this.#relaxationEntries.size < maxEntries) this.#relaxationEntries.set(key, { address, words, count: 1 });
  }

  missed(report: MissReport, answer: MissAnswer): void {
    if (answer === 'error') this.#misses += 1;
    else this.#forwarded += 1;
    const { method, target, targetName } = report.asked;
    // One connection may miss at any of its messages.
    const place = report.code === 'conversation' ? report.reason : '';
    const key = JSON.stringify([answer, report.code, method, target, targetName, report.lane, place]);
    const entry = this.#missEntries.get(key);
    if (entry) entry.count += 1;
    else if (this.#missEntries.size < maxEntries) this.#missEntries.set(key, { report, answer, count: 1 });
  }

  isUsed(layer: number, position: number): boolean {
    return this.#used[layer]?.has(position) ?? false;
  }

  /** `unused`: all recordings that could have been served and were not; only the first are kept in the summary. */
  summary(unused: Iterable<UnusedRecording>): LedgerSummary {
    const unusedList: UnusedRecording[] = [];
    let unusedCount = 0;
    for (const recording of unused) {
      unusedCount += 1;
      if (unusedList.length < maxEntries) unusedList.push(recording);
    }
    return {
      hits: this.#hits,
      misses: this.#misses,
      forwarded: this.#forwarded,
      relaxed: this.#relaxed,
      unused: unusedCount,
      missList: [...this.#missEntries.values()],
      relaxationList: [...this.#relaxationEntries.values()],
      unusedList,
    };
  }
}

/** What may make a replay fail. */
export const failReasons = ['unmatched', 'forwarded', 'relaxed', 'unused'] as const;
export type FailReason = (typeof failReasons)[number];

/** Which of the reasons asked for apply. */
export function failuresOf(summary: LedgerSummary, failOn: ReadonlySet<FailReason>): FailReason[] {
  const counts: Readonly<Record<FailReason, number>> = {
    unmatched: summary.misses,
    forwarded: summary.forwarded,
    relaxed: summary.relaxed,
    unused: summary.unused,
  };
  return failReasons.filter((reason) => failOn.has(reason) && counts[reason] > 0);
}

/** Lines of a list shown to a person; the rest is counted. */
const shownEntries = 10;

/** The summary for a person who reads the terminal when the replay has ended. */
export function formatSummary(summary: LedgerSummary): string[] {
  const { hits, misses, forwarded, relaxed, unused } = summary;
  const lines = [
    [
      countOf(hits, 'hit'),
      countOf(misses, 'miss', 'misses'),
      ...(forwarded > 0 ? [`${forwarded} passed on to upstream`] : []),
      ...(relaxed > 0 ? [`${relaxed} relaxed`] : []),
      countOf(unused, 'unused recording'),
    ].join(', '),
  ];
  list(lines, 'misses', {
    total: misses + forwarded,
    entries: summary.missList.map(({ report, answer, count }) => {
      const passedOn =
        answer === 'error' ? '' : ` (${answer === 'record' ? 'recorded from' : 'passed on to'} upstream)`;
      return `${times(count)}${placeAsked(report.asked)}: ${report.reason}${passedOn}`;
    }),
  });
  list(lines, 'relaxed', {
    total: relaxed,
    entries: summary.relaxationList.map(({ address, words, count }) => `${times(count)}${address}: ${words}`),
  });
  list(lines, 'unused recordings', {
    total: unused,
    entries: summary.unusedList.map((recording) => `${recording.address} ${placeAsked(recording)}`),
    rest: unused - summary.unusedList.length,
  });
  return lines;
}

function list(
  lines: string[],
  title: string,
  { total, entries, rest = 0 }: { total: number; entries: readonly string[]; rest?: number },
): void {
  if (total === 0) return;
  lines.push(`${title} (${total}):`);
  for (const entry of entries.slice(0, shownEntries)) lines.push(`  ${entry}`);
  const hidden = Math.max(0, entries.length - shownEntries) + rest;
  if (hidden > 0) lines.push(`  … and ${hidden} more`);
}

function countOf(count: number, one: string, many = `${one}s`): string {
  return `${count} ${count === 1 ? one : many}`;
}

function times(count: number): string {
  return count === 1 ? '' : `${count} × `;
}
