import path from 'node:path';
import { isDraftName } from '../model/address.ts';
import type { BlindSpots, RuleBlindSpot, Sample } from '../model/blind-spot.ts';
import { formatExpectation } from '../model/compare-rule-grammar.ts';
import { namedCompareRules } from '../model/compare-rule-set.ts';
import type { CalibrationEvidence } from '../model/compare-rule.ts';
import type { MatchRule } from '../model/match-rule.ts';
import { formatRuleAction } from '../model/match-rule-grammar.ts';
import { compileMatchRules } from '../model/match-rule-set.ts';
import { type AnyRule, formatRuleLine, formatRuleObject } from '../model/rule-line.ts';
import { formatServerScope } from '../model/server-scope.ts';
import { countTouched as countByRule } from '../proxy/touched-rules.ts';
import { CassetteReader } from '../store/cassette-reader.ts';
import type { CassetteReads } from '../store/cassette-reads.ts';
import { blindSpots, listLimits } from '../suite/blind-spots.ts';
import { formatCount, formatDateTime } from '../views/quantities.ts';
import { blindSpotDocument, blindSpotLines, togetherDocument, togetherLine } from './blind-spot-lines.ts';
import { type Config, readConfig } from './config.ts';
import type { Context } from './context.ts';
import { oneLine } from './exchange-text.ts';
import { pastRuns } from './past-runs.ts';

interface ListedRule {
  readonly any: AnyRule;
  /** Undefined: it stands in the configuration. */
  readonly stored: Stored | undefined;
  /** What the list calls it. */
  readonly label: string;
  /** Recordings, or recorded answers, that have what it speaks of. */
  readonly recordings: number;
  /** Of a rule for comparing. */
  readonly spot?: RuleBlindSpot;
}

interface Stored {
  readonly id: number;
  readonly author: string;
  readonly note?: string;
  readonly at: number;
  readonly evidence?: CalibrationEvidence;
}

export interface ListOptions {
  readonly file: string;
  readonly detail: 'none' | 'blind-spots';
}

/** Prints the rules that a cassette is replayed and tested by, those for matching first, in the order they count. */
export async function listRules(context: Context, { file, detail }: ListOptions): Promise<void> {
  const config = await readConfig(context);
  const reader = CassetteReader.open(file);
  const runStore = detail === 'blind-spots' ? pastRuns(context.cwd) : undefined;
  try {
    const rules = namedCompareRules(config.compare, reader.compareRules());
    const spots = rules.length === 0 ? undefined : blindSpots({ reader, runStore, rules, limits: listLimits });
    const listed = [...matchingRules(reader, config), ...comparingRules(reader, config, spots)];
    const shown = path.relative(context.cwd, file);
    const cassette = shown.startsWith('..') ? file : shown;
    if (context.json) {
      const facts = { cassette, config: config.file ?? null, rules: listed.map((rule) => ruleDocument(rule, detail)) };
      const blind = detail === 'none' ? {} : { blindSpots: spots ? togetherDocument(spots) : null };
      await context.print(`${JSON.stringify({ schema: 'retake.rules/1', ...facts, ...blind }, undefined, 2)}\n`);
    } else if (listed.length > 0) await context.print(table(context, listed, { spots, detail }));
    else {
      context.log.info(
        `${cassette} has no rules: requests match by method, server, path, query and body, and all of an answer counts`,
      );
      context.log.info(
        context.paint('dim', `  add one: retake rules add ${cassette} 'GET /search: ignore query nonce'`),
      );
    }
  } finally {
    runStore?.close();
    reader.close();
  }
}

/** How many recordings each rule touches, in the order of the rules. */
export function countTouched(reads: CassetteReads, rules: readonly MatchRule[]): number[] {
  const set = compileMatchRules(rules);
  const sessions = reads.sessions().filter(({ name }) => !isDraftName(name));
  const counts = countByRule(reads, sessions, set);
  return set.rules.map((rule) => counts.get(rule)!);
}

function matchingRules(reader: CassetteReads, { match, file }: Config): ListedRule[] {
  const own = reader.matchRules();
  const all = [...match, ...own.map(({ rule }) => rule)];
  const counts = countTouched(reader, all);
  return all.map((rule, i) => {
    const stored = own[i - match.length];
    const label = stored ? String(stored.id) : path.basename(file ?? '');
    return { any: { kind: 'match', rule }, stored, label, recordings: counts[i]! };
  });
}

function comparingRules(reader: CassetteReads, { compare, file }: Config, spots: BlindSpots | undefined): ListedRule[] {
  const own = reader.compareRules();
  return (spots?.rules ?? []).map((spot, i) => {
    const stored = own[i - compare.length];
    // Differences name them by this number.
    const label = stored ? String(stored.id) : `${path.basename(file ?? '')} ${i + 1}`;
    return { any: { kind: 'compare', rule: spot.rule }, stored, label, recordings: spot.touched, spot };
  });
}

function ruleDocument({ any, stored, recordings, spot }: ListedRule, detail: ListOptions['detail']): object {
  return {
    kind: any.kind,
    source: stored ? 'cassette' : 'config',
    number: stored?.id ?? null,
    line: formatRuleLine(any),
    rule: formatRuleObject(any),
    recordings,
    author: stored?.author ?? null,
    note: stored?.note ?? null,
    at: stored ? new Date(stored.at).toISOString() : null,
    ...(stored?.evidence ? { evidence: stored.evidence } : {}),
    ...(detail === 'blind-spots' && spot ? { blindSpot: blindSpotDocument(spot) } : {}),
  };
}

interface TableOptions extends Pick<ListOptions, 'detail'> {
  readonly spots: BlindSpots | undefined;
}

function table({ paintData: paint }: Context, listed: readonly ListedRule[], { spots, detail }: TableOptions): string {
  const shownSpots = detail === 'blind-spots' ? spots : undefined;
  const rows = listed.map(({ any, stored, label, recordings, spot }) => ({
    number: label,
    scope: oneLine(formatServerScope(any.rule.scope)),
    action: oneLine(any.kind === 'match' ? formatRuleAction(any.rule) : `expect ${formatExpectation(any.rule)}`),
    recordings,
    words: any.kind === 'match' ? recordingsWords(recordings) : answersWords(recordings, spots?.answers),
    history: stored ? historyOf(stored) : '',
    detail: spot && shownSpots ? blindSpotLines(spot, shownSpots) : [],
  }));
  const width = (key: 'number' | 'scope' | 'action'): number => Math.max(...rows.map((row) => row[key].length));
  const [numbers, scopes, actions] = [width('number'), width('scope'), width('action')];
  const lines = rows.flatMap(({ number, scope, action, recordings, words, history, detail }) => [
    [
      paint('dim', number.padEnd(numbers)),
      paint('cyan', scope.padEnd(scopes)),
      action.padEnd(actions),
      paint(recordings === 0 ? 'yellow' : 'dim', words),
      ...(history === '' ? [] : [paint('dim', history)]),
    ].join('  '),
    ...detail,
  ]);
  return `${[...lines, ...(shownSpots ? [togetherLine(shownSpots)] : [])].join('\n')}\n`;
}

function historyOf({ author, at, note, evidence }: Stored): string {
  const why = note === undefined ? '' : `: ${oneLine(note)}`;
  const learned = evidence ? `, differed in ${evidence.differed} of ${evidence.compared} repeats` : '';
  return `${oneLine(author)}, ${formatDateTime(at).slice(0, 10)}${learned}${why}`;
}

export function recordingsWords(count: number): string {
  return count === 0 ? 'no recording' : formatCount(count, 'recording');
}

function answersWords(count: number, sample: Sample | undefined): string {
  const words = count === 0 ? 'no answer' : formatCount(count, 'answer');
  return sample && sample.looked < sample.of ? `${words} of ${sample.looked} looked at` : words;
}
