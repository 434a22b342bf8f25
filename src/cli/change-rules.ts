import { AppError, type ExitCode } from '../base/errors.ts';
import type { CompareRule } from '../model/compare-rule.ts';
import { type AnyRule, formatRuleLine, parseRuleLine } from '../model/rule-line.ts';
import { RuleProblem } from '../model/rule-problem.ts';
import { CassetteReader } from '../store/cassette-reader.ts';
import type { CassetteReads } from '../store/cassette-reads.ts';
import { CassetteWriter } from '../store/cassette-writer.ts';
import { previewRule, type RulePreview } from '../suite/preview-rule.ts';
import { authorOf } from './author.ts';
import { blindSpotDocument, blindSpotLines, togetherDocument, togetherLine } from './blind-spot-lines.ts';
import { readConfig } from './config.ts';
import { type Context, cassettePath } from './context.ts';
import { oneLine } from './exchange-text.ts';
import { dropRule, keepRule, numberOf, storedRules } from './kept-rules.ts';
import { pastRuns } from './past-runs.ts';
import { refuseInCi } from './rule-actions.ts';
import { countTouched, recordingsWords } from './rule-list.ts';

interface Words {
  readonly cassette: string | undefined;
  /** The rule, or its number. */
  readonly text: string;
}

interface AddOptions extends Words {
  readonly note: string | undefined;
  readonly mode: 'save' | 'dry-run';
}

/** `retake rules add`: keeps a rule in a cassette and says what it touches and hides; or only says so. */
export async function addRule(context: Context, { cassette, text, note, mode }: AddOptions): Promise<ExitCode> {
  if (cassette === undefined || text === '') {
    throw usage('add needs a cassette and a rule', `retake rules add CASSETTE 'GET /search: ignore query nonce'`);
  }
  if (mode === 'save') refuseInCi(context);
  const rule = parseRule(text);
  const file = cassettePath(context.cwd, cassette);
  if (mode === 'dry-run') {
    const reader = CassetteReader.open(file);
    try {
      const same = numberOf(reader, rule);
      await tell(context, { cassette, rule, number: same, state: same === undefined ? 'tried' : 'known', reader });
    } finally {
      reader.close();
    }
    return 0;
  }
  const writer = CassetteWriter.open(file, { create: 'never' });
  try {
    const reader = writer.reader();
    const same = numberOf(reader, rule);
    const number = same ?? keepRule(writer, rule, { author: authorOf(context.env), note });
    await tell(context, { cassette, rule, number, state: same === undefined ? 'added' : 'known', reader });
    return 0;
  } finally {
    writer.close();
  }
}

/** `retake rules remove`. */
export async function removeRule(context: Context, { cassette, text }: Words): Promise<ExitCode> {
  if (cassette === undefined || !/^[1-9]\d{0,14}$/.test(text)) {
    throw usage('remove needs a cassette and the number of a rule', 'see the numbers: retake rules CASSETTE');
  }
  refuseInCi(context);
  const file = cassettePath(context.cwd, cassette);
  const writer = CassetteWriter.open(file, { create: 'never' });
  try {
    const dropped = dropRule(writer, Number(text));
    if (!dropped) {
      const numbers = storedRules(writer.reader()).map(({ id }) => id);
      throw usage(
        `there is no rule ${text} in ${file}`,
        numbers.length === 0
          ? 'it has none; those of retake.config.ts are changed there'
          : `rules there: ${numbers.join(', ')}`,
      );
    }
    const line = formatRuleLine(dropped);
    if (context.json) await printJson(context, { action: 'remove', number: Number(text), line });
    else await context.print(`rule ${text} of ${cassette} is gone: ${oneLine(line)}\n`);
    return 0;
  } finally {
    writer.close();
  }
}

interface Told {
  readonly cassette: string;
  readonly rule: AnyRule;
  /** Undefined: it is not kept. */
  readonly number: number | undefined;
  readonly state: 'added' | 'known' | 'tried';
  readonly reader: CassetteReads;
}

async function tell(context: Context, told: Told): Promise<void> {
  const { cassette, rule, number, state, reader } = told;
  const line = formatRuleLine(rule);
  const { spots, own } = rule.kind === 'compare' ? await preview(context, reader, rule.rule) : {};
  const recordings = own?.touched ?? countMatching(reader, rule);
  if (context.json) {
    const action = state === 'tried' ? 'try' : 'add';
    const facts = { action, number: number ?? null, added: state === 'added', line, recordings };
    const blind = spots && own ? { blindSpot: blindSpotDocument(own), together: togetherDocument(spots) } : {};
    await printJson(context, { ...facts, ...blind });
    return;
  }
  const words = {
    added: `rule ${number} of ${cassette}`,
    known: `${cassette} has this rule already, as rule ${number}`,
    tried: `not kept in ${cassette}`,
  };
  await context.print(`${words[state]}: ${oneLine(line)}\n`);
  if (recordings === 0) {
    context.log.warn(
      rule.kind === 'compare'
        ? 'no recorded answer has what this rule speaks of: check scope and place'
        : 'no recording has what this rule speaks of: check scope and name, unless only new requests have it',
    );
  } else if (!spots || !own) context.log.info(`  it touches ${recordingsWords(recordings)}`);
  if (!spots || !own) return;
  for (const spot of blindSpotLines(own, spots)) context.log.info(spot);
  if (spots.rules.length > 1) context.log.info(`  ${togetherLine(spots)}`);
  const { broken } = own.past.bySeverity;
  if (broken > 0) {
    context.log.warn(
      `${broken} of what it hides would break clients: a narrower place, or as, of same type, within …, hides less`,
    );
  }
}

function countMatching(reader: CassetteReads, { kind, rule }: AnyRule): number {
  return kind === 'match' ? (countTouched(reader, [rule])[0] ?? 0) : 0;
}

async function preview(context: Context, reader: CassetteReads, rule: CompareRule): Promise<RulePreview> {
  const { compare } = await readConfig(context);
  const runStore = pastRuns(context.cwd);
  try {
    return previewRule({ reader, runStore, config: compare, rule });
  } finally {
    runStore?.close();
  }
}

function parseRule(text: string): AnyRule {
  try {
    return parseRuleLine(text);
  } catch (thrown) {
    if (!(thrown instanceof RuleProblem)) throw thrown;
    const { member, message, hint } = thrown;
    throw new AppError('USAGE', { problem: member === undefined ? message : `${member}: ${message}`, hint }, thrown);
  }
}

function printJson(context: Context, members: object): Promise<void> {
  return context.print(`${JSON.stringify({ schema: 'retake.rules/1', ...members }, undefined, 2)}\n`);
}

function usage(problem: string, hint: string): AppError {
  return new AppError('USAGE', { problem, hint });
}
