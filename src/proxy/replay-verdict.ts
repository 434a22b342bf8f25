import type { ExitCode } from '../base/errors.ts';
import type { LedgerSummary } from './ledger.ts';
import { placeAsked } from './miss-words.ts';

/** What may make a replay fail. */
export const failReasons = ['unmatched', 'forwarded', 'relaxed', 'unused', 'obsolete', 'expired', 'secrets'] as const;
export type FailReason = (typeof failReasons)[number];

/** Which of the reasons asked for apply. */
export function failuresOf(summary: LedgerSummary, failOn: ReadonlySet<FailReason>): FailReason[] {
  const counts: Readonly<Record<FailReason, number>> = {
    unmatched: summary.misses,
    forwarded: summary.forwarded,
    relaxed: summary.relaxed,
    unused: summary.unused,
    obsolete: summary.obsolete,
    expired: summary.expired,
    secrets: summary.secrets ?? 0,
  };
  return failReasons.filter((reason) => failOn.has(reason) && counts[reason] > 0);
}

/** Secrets outweigh everything else that fails. */
export function verdictExitCode(failed: readonly FailReason[]): ExitCode {
  if (failed.length === 0) return 0;
  return failed.includes('secrets') ? 5 : 1;
}

/** Lines of a list shown to a person; the rest is counted. */
const shownEntries = 10;

/** The summary for a person who reads the terminal when the replay has ended. */
export function formatSummary(summary: LedgerSummary): string[] {
  const { hits, misses, forwarded, relaxed, unused, obsolete, expired, faults, secrets = 0 } = summary;
  const lines = [
    [
      countOf(hits, 'hit'),
      countOf(misses, 'miss', 'misses'),
      ...(forwarded > 0 ? [`${forwarded} passed on to upstream`] : []),
      ...(relaxed > 0 ? [`${relaxed} relaxed`] : []),
      countOf(unused, 'unused recording'),
      ...(obsolete > 0 ? [`${obsolete} obsolete`] : []),
      ...(expired > 0 ? [countOf(expired, 'expired session')] : []),
      ...(secrets > 0 ? [countOf(secrets, 'stored secret')] : []),
      ...(faults > 0 ? [countOf(faults, 'injected fault')] : []),
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
    entries: summary.relaxationList.map(
      ({ address, words, lane, count }) =>
        `${times(count)}${address}: ${words}${lane === 'default' ? '' : ` (lane ${lane})`}`,
    ),
  });
  list(lines, 'unused recordings', {
    total: unused,
    entries: summary.unusedList.map((recording) => `${recording.address} ${placeAsked(recording)}`),
    rest: unused - summary.unusedList.length,
  });
  list(lines, 'obsolete', {
    total: obsolete,
    entries: summary.obsoleteList.map(({ what, why }) => `${what}: ${why}`),
    rest: obsolete - summary.obsoleteList.length,
  });
  list(lines, 'expired sessions', {
    total: expired,
    entries: summary.expiredList.map(({ session, startedAt, ageDays }) => {
      const day = new Date(startedAt).toISOString().slice(0, 10);
      return `${session} recorded on ${day}, ${countOf(ageDays, 'day')} ago`;
    }),
    rest: expired - summary.expiredList.length,
  });
  list(lines, 'secrets that are stored as they are', {
    total: secrets,
    entries: (summary.secretList ?? []).map(
      ({ address, side, place, rule }) => `${address} ${side} ${place} (${rule})`,
    ),
    rest: secrets - (summary.secretList?.length ?? 0),
  });
  list(lines, 'injected faults', {
    total: faults,
    entries: summary.faultList.map(({ fault, count }) => `${times(count)}${fault}`),
  });
  const { unscanned = 0 } = summary;
  if (unscanned > 0) lines.push(`${countOf(unscanned, 'body', 'bodies')} could not be looked into for secrets`);
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
