import { visible } from '../../base/log.ts';
import type { Check, Run } from '../../model/run.ts';
import type { Difference, Verdict } from '../../model/verdict.ts';
import {
  type SuiteResult,
  checkFails,
  countVerdicts,
  describeDifference,
  splitDifferences,
  verdictOrder,
} from '../suite-result.ts';

/** Colours a text, or does not: the command decides. */
export type Painter = (style: 'red' | 'green' | 'yellow' | 'dim' | 'bold', text: string) => string;

export interface SummaryOptions {
  readonly paint: Painter;
  /** Tell additions in full as well, and name skipped exchanges one by one. */
  readonly detail: 'failing' | 'all';
}

/** Differences of one check that are told before the rest becomes a count: a screenful. */
const toldDifferences = 20;

type Style = Parameters<Painter>[0];

/** Glyph and colour go together, so that nothing is told by colour alone. */
const looks: Readonly<Record<Verdict, { readonly glyph: string; readonly style: Style }>> = {
  same: { glyph: '=', style: 'green' },
  equivalent: { glyph: '≈', style: 'dim' },
  added: { glyph: '+', style: 'green' },
  changed: { glyph: '~', style: 'yellow' },
  broken: { glyph: '✗', style: 'red' },
  missing: { glyph: '?', style: 'red' },
  unexpected: { glyph: '!', style: 'red' },
  failed: { glyph: '✗', style: 'red' },
};

/** The summary a person reads: what fails and why, the counts, and what to do next. */
export function formatSummary(results: readonly SuiteResult[], options: SummaryOptions): string {
  return results.map((result) => formatOne(result, options)).join('\n');
}

function formatOne(result: SuiteResult, options: SummaryOptions): string {
  const { run, checks, failOn } = result;
  const { paint } = options;
  const lines: string[] = [];
  for (const check of checks) {
    const shown = checkFails(check, failOn) || (options.detail === 'all' && check.verdict === 'added');
    if (shown) lines.push(...formatCheck(check, options), '');
  }
  lines.push(...skippedLines(result, options));
  if (result.incomplete !== undefined) {
    const words = `${run.cassette}:${run.session} does not hold everything: ${visible(result.incomplete)}`;
    lines.push(`${paint('yellow', '- incomplete')}  ${words}`, '');
  }
  lines.push(`${paint('bold', `${run.cassette}:${run.session}`)} against ${visible(run.target)}`);
  lines.push(countsLine(result, paint));
  lines.push(...closingLines(result, paint));
  return `${lines.join('\n')}\n`;
}

function formatCheck(check: Check, options: SummaryOptions): string[] {
  const { paint } = options;
  const { glyph, style } = looks[check.verdict];
  const head = `${paint(style, `${glyph} ${check.verdict}`)}  ${check.method} ${visible(check.target)}`;
  const lines = [`${head}  ${paint('dim', check.address)}`];
  if (check.note !== undefined) lines.push(`    ${visible(check.note)}`);
  const { told, explained } = splitDifferences(check.differences);
  const limit = options.detail === 'all' ? told.length : toldDifferences;
  for (const difference of told.slice(0, limit)) lines.push(`    ${differenceLine(difference, paint)}`);
  if (told.length > limit)
    lines.push(paint('dim', `    … ${told.length - limit} more differences (--verbose shows all)`));
  if (explained.size > 0) {
    const total = [...explained.values()].reduce((sum, count) => sum + count, 0);
    const byRule = [...explained].map(([rule, count]) => `${count} ${rule}`).join(', ');
    lines.push(paint('dim', `    ≈ ${total} explained (${byRule})`));
  }
  return lines;
}

function differenceLine(difference: Difference, paint: Painter): string {
  const { glyph, style } = looks[difference.severity];
  return `${paint(style, glyph)} ${visible(describeDifference(difference))}`;
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

function count(n: number, noun: string): string {
  return `${n} ${noun}${n === 1 ? '' : 's'}`;
}

function durationOf(run: Run): string {
  const durationMs = (run.endedAt ?? run.startedAt) - run.startedAt;
  return durationMs < 1000 ? `${durationMs} ms` : `${(durationMs / 1000).toFixed(1)} s`;
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
