import path from 'node:path';
import { isDraftName } from '../model/address.ts';
import type { MatchRule } from '../model/match-rule.ts';
import { formatMatchRule, formatMatchRuleLine, formatRuleAction } from '../model/match-rule-grammar.ts';
import { compileMatchRules } from '../model/match-rule-set.ts';
import { formatServerScope } from '../model/server-scope.ts';
import type { StoredMatchRule } from '../model/stored-match-rule.ts';
import { countTouched as countByRule } from '../proxy/touched-rules.ts';
import { CassetteReader } from '../store/cassette-reader.ts';
import type { CassetteReads } from '../store/cassette-reads.ts';
import { formatCount, formatDateTime } from '../views/quantities.ts';
import { type Config, readConfig } from './config.ts';
import type { Context } from './context.ts';
import { oneLine } from './exchange-text.ts';

interface ListedRule {
  readonly rule: MatchRule;
  /** Undefined: it stands in the configuration. */
  readonly stored: StoredMatchRule | undefined;
  readonly recordings: number;
}

/** Prints the rules that a replay of this cassette goes by, in the order they count. */
export async function listRules(context: Context, file: string): Promise<void> {
  const config = await readConfig(context);
  const reader = CassetteReader.open(file);
  try {
    const own = reader.matchRules();
    const all = [...config.match, ...own.map(({ rule }) => rule)];
    const counts = countTouched(reader, all);
    const listed = all.map((rule, i) => ({ rule, stored: own[i - config.match.length], recordings: counts[i]! }));
    const shown = path.relative(context.cwd, file);
    const cassette = shown.startsWith('..') ? file : shown;
    if (context.json) await context.print(`${JSON.stringify(document(cassette, listed, config), undefined, 2)}\n`);
    else if (listed.length > 0) await context.print(table(context, listed, config));
    else {
      context.log.info(`${cassette} has no match rules: requests match by method, server, path, query and body`);
      context.log.info(
        context.paint('dim', `  add one: retake rules add ${cassette} 'GET /search: ignore query nonce'`),
      );
    }
  } finally {
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

function document(cassette: string, listed: readonly ListedRule[], config: Config): object {
  return {
    schema: 'retake.rules/1',
    cassette,
    config: config.file ?? null,
    rules: listed.map(({ rule, stored, recordings }) => ({
      source: stored ? 'cassette' : 'config',
      number: stored?.id ?? null,
      line: formatMatchRuleLine(rule),
      rule: formatMatchRule(rule),
      recordings,
      author: stored?.author ?? null,
      note: stored?.note ?? null,
      at: stored ? new Date(stored.at).toISOString() : null,
    })),
  };
}

function table({ paintData: paint }: Context, listed: readonly ListedRule[], { file }: Config): string {
  const from = file === undefined ? '' : path.basename(file);
  const rows = listed.map(({ rule, stored, recordings }) => ({
    number: stored ? String(stored.id) : from,
    scope: oneLine(formatServerScope(rule.scope)),
    action: oneLine(formatRuleAction(rule)),
    recordings,
    history: stored ? `${oneLine(stored.author)}, ${formatDateTime(stored.at).slice(0, 10)}${noteOf(stored)}` : '',
  }));
  const width = (key: 'number' | 'scope' | 'action'): number => Math.max(...rows.map((row) => row[key].length));
  const [numbers, scopes, actions] = [width('number'), width('scope'), width('action')];
  const lines = rows.map(({ number, scope, action, recordings, history }) =>
    [
      paint('dim', number.padEnd(numbers)),
      paint('cyan', scope.padEnd(scopes)),
      action.padEnd(actions),
      paint(recordings === 0 ? 'yellow' : 'dim', recordingsWords(recordings)),
      ...(history === '' ? [] : [paint('dim', history)]),
    ].join('  '),
  );
  return `${lines.join('\n')}\n`;
}

function noteOf({ note }: StoredMatchRule): string {
  return note === undefined ? '' : `: ${oneLine(note)}`;
}

export function recordingsWords(count: number): string {
  return count === 0 ? 'no recording' : formatCount(count, 'recording');
}
