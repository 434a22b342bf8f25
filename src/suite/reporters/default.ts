import { visible } from '../../base/log.ts';
import { type Cluster, clustersOf } from '../../model/cluster.ts';
import { type BlindSpotBudget, isOverBudget } from '../../model/blind-spot.ts';
import type { Check, Run } from '../../model/run.ts';
import type { Difference } from '../../model/verdict.ts';
import {
  type SuiteResult,
  checkFails,
  countVerdicts,
  describeBlindSpot,
  describeDifference,
  splitDifferences,
  verdictOrder,
} from '../suite-result.ts';
import { count, looks, type Painter } from './check-looks.ts';
import { clusterLines } from './cluster-lines.ts';

export interface SummaryOptions {
  readonly paint: Painter;
  /** Tell additions in full as well, and name skipped exchanges one by one. */
  readonly detail: 'failing' | 'all';
}

/** Differences of one check that are told before the rest becomes a count: a screenful. */
const toldDifferences = 20;

/** Checks told in detail where clusters have told what is in them. */
const toldChecks = 50;

/** Lines under a check for what follows from it. */
const toldFollowers = 5;

/** Explained differences told with their evidence, of each check. */
const toldExplained = 20;

/** The summary a person reads: what fails and why, the counts, and what to do next. */
export function formatSummary(results: readonly SuiteResult[], options: SummaryOptions): string {
  return results.map((result) => formatOne(result, options)).join('\n');
}

function formatOne(result: SuiteResult, options: SummaryOptions): string {
  const { run } = result;
  const { paint } = options;
  const shown = shownChecks(result, options);
  const clusters = clusterLines(shownClusters(shown, result, options), options);
  const most = clusters.length > 0 && options.detail === 'failing' ? toldChecks : Infinity;
  const lines = [...clusters, ...checkLines(shown, most, options)];
  lines.push(...skippedLines(result, options));
  if (result.incomplete !== undefined) {
    const words = `${run.cassette}:${run.session} does not hold everything: ${visible(result.incomplete)}`;
    lines.push(`${paint('yellow', '- incomplete')}  ${words}`, '');
  }
  lines.push(`${paint('bold', `${run.cassette}:${run.session}`)} against ${visible(run.target)}`);
  lines.push(countsLine(result, paint));
  if (result.blindSpot) lines.push(blindSpotLine(result.blindSpot, paint));
  lines.push(...closingLines(result, paint));
  return `${lines.join('\n')}\n`;
}

function shownChecks({ checks, failOn }: SuiteResult, { detail }: SummaryOptions): Check[] {
  return checks.filter((check) => checkFails(check, failOn) || (detail === 'all' && check.verdict === 'added'));
}

/** Additions in checks that fail for another reason are told with these. */
function shownClusters(shown: readonly Check[], { failOn }: SuiteResult, { detail }: SummaryOptions): Cluster[] {
  const clusters = clustersOf(shown);
  const withAdded = failOn === 'added' || detail === 'all';
  return withAdded ? clusters : clusters.filter(({ severity }) => severity !== 'added');
}

/** What follows from another check stands beneath it, in a line; asked for everything, in full and in its place. */
function checkLines(shown: readonly Check[], most: number, options: SummaryOptions): string[] {
  const { paint, detail } = options;
  const addresses = new Set(shown.map(({ address }) => address));
  const isFolded = ({ cause }: Check): boolean => cause !== undefined && addresses.has(cause);
  const followers = Map.groupBy(shown.filter(isFolded), ({ cause }) => cause!);
  const told = detail === 'all' ? shown : shown.filter((check) => !isFolded(check));
  const lines = told
    .slice(0, most)
    .flatMap((check) => [
      ...formatCheck(check, options),
      ...followerLines(check, followers.get(check.address) ?? [], options),
      '',
    ]);
  if (told.length > most) {
    lines.push(paint('dim', `… ${count(told.length - most, 'more check')} (--verbose shows all)`), '');
  }
  return lines;
}

function followerLines({ address }: Check, followers: readonly Check[], { paint, detail }: SummaryOptions): string[] {
  if (followers.length === 0) return [];
  const verb = followers.length === 1 ? 'follows' : 'follow';
  const lines = [`    folded: ${count(followers.length, 'check')} ${verb} from ${address}`];
  if (detail === 'all') return lines;
  for (const check of followers.slice(0, toldFollowers)) lines.push(`      ${headOf(check, paint)}`);
  const more = followers.length - toldFollowers;
  if (more > 0) lines.push(paint('dim', `      … ${more} more (--verbose shows all)`));
  return lines;
}

function headOf({ verdict, method, target, address }: Check, paint: Painter): string {
  const { glyph, style } = looks[verdict];
  return `${paint(style, `${glyph} ${verdict}`)}  ${method} ${visible(target)}  ${paint('dim', address)}`;
}

function formatCheck(check: Check, options: SummaryOptions): string[] {
  const { paint, detail } = options;
  const lines = [headOf(check, paint)];
  if (check.cause !== undefined) lines.push(`    follows from ${check.cause}`);
  if (check.note !== undefined) lines.push(`    ${visible(check.note)}`);
  const { told, explained } = splitDifferences(check.differences);
  const limit = detail === 'all' ? told.length : toldDifferences;
  for (const difference of told.slice(0, limit)) lines.push(...differenceLines(difference, paint));
  if (told.length > limit)
    lines.push(paint('dim', `    … ${told.length - limit} more differences (--verbose shows all)`));
  if (explained.size > 0) {
    const total = [...explained.values()].reduce((sum, count) => sum + count, 0);
    const byRule = [...explained].map(([rule, count]) => `${count} ${rule}`).join(', ');
    lines.push(paint('dim', `    ≈ ${total} explained (${byRule})`));
    if (detail === 'all') lines.push(...explainedLines(check, paint));
  }
  return lines;
}

function differenceLines(difference: Difference, paint: Painter): string[] {
  const { glyph, style } = looks[difference.severity];
  const line = `    ${paint(style, glyph)} ${visible(describeDifference(difference))}`;
  return difference.note === undefined ? [line] : [line, paint('dim', `      ${visible(difference.note)}`)];
}

/** What is explained, with the evidence, where there is some to tell. */
function explainedLines({ differences }: Check, paint: Painter): string[] {
  return differences
    .filter(({ severity, note }) => severity === 'equivalent' && note !== undefined)
    .slice(0, toldExplained)
    .map((difference) => {
      const words = `${describeDifference(difference)}: ${difference.note!}`;
      return paint('dim', `      ≈ ${visible(words)}`);
    });
}

function skippedLines({ skipped }: SuiteResult, options: SummaryOptions): string[] {
  if (skipped.length === 0) return [];
  const { paint } = options;
  const shown = options.detail === 'all' ? skipped : skipped.slice(0, 5);
  const lines = shown.map(
    ({ address, method, target, reason }) =>
      `${paint('dim', '- skipped')}  ${method} ${visible(target)}  ${paint('dim', address)}\n    ${visible(reason)}`,
  );
  if (skipped.length > shown.length) lines.push(paint('dim', `  … ${skipped.length - shown.length} more skipped`));
  return [...lines, ''];
}

function countsLine(result: SuiteResult, paint: Painter): string {
  const { run, checks, skipped, notRun, supporting } = result;
  const counts = countVerdicts(checks);
  const parts = [
    count(checks.length, 'check'),
    ...verdictOrder
      .filter((verdict) => counts[verdict] > 0)
      .map((verdict) => paint(looks[verdict].style, `${counts[verdict]} ${verdict}`)),
  ];
  if (skipped.length > 0) parts.push(paint('yellow', `${skipped.length} skipped`));
  if (notRun > 0) parts.push(paint('yellow', `${notRun} not run`));
  if (supporting > 0) parts.push(paint('dim', `${count(supporting, 'supporting request')} sent`));
  return `${parts.join(' · ')}  ${paint('dim', durationOf(run))}`;
}

function durationOf(run: Run): string {
  const durationMs = (run.endedAt ?? run.startedAt) - run.startedAt;
  return durationMs < 1000 ? `${durationMs} ms` : `${(durationMs / 1000).toFixed(1)} s`;
}

function blindSpotLine(budget: BlindSpotBudget, paint: Painter): string {
  const words = describeBlindSpot(budget);
  return isOverBudget(budget) ? `${paint('red', '✗ blind spot')}  ${words}` : paint('dim', `blind spot: ${words}`);
}

function closingLines({ run, checks }: SuiteResult, paint: Painter): string[] {
  const word = {
    passed: paint('green', 'passed'),
    failed: paint('red', 'failed'),
    interrupted: paint('yellow', 'interrupted'),
  }[run.verdict ?? 'interrupted'];
  const lines = [`${word}, kept as run ${run.id}`];
  const reviewable = checks.some(({ verdict }) => verdict !== 'same' && verdict !== 'equivalent');
  if (reviewable) {
    lines.push(`  review it   retake ui   (page /runs/${run.id})`);
    lines.push(`  accept it   retake accept --run ${run.id}`);
  }
  return lines;
}
