import { AppError, type ExitCode } from '../base/errors.ts';
import type { BlindSpots } from '../model/blind-spot.ts';
import type { CompareRule } from '../model/compare-rule.ts';
import { namedCompareRules } from '../model/compare-rule-set.ts';
import { type AnyRule, formatRuleLine, parseRuleLine } from '../model/rule-line.ts';
import { RuleProblem } from '../model/rule-problem.ts';
import { reindex } from '../proxy/reindex.ts';
import { CassetteReader } from '../store/cassette-reader.ts';
import type { CassetteReads } from '../store/cassette-reads.ts';
import { CassetteWriter } from '../store/cassette-writer.ts';
import { blindSpots, previewLimits } from '../suite/blind-spots.ts';
import { authorOf } from './author.ts';
import { blindSpotDocument, blindSpotLines, togetherDocument, togetherLine } from './blind-spot-lines.ts';
import { readConfig } from './config.ts';
import { type Context, cassettePath } from './context.ts';
import { oneLine } from './exchange-text.ts';
import { pastRuns } from './past-runs.ts';
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
    const number = same ?? keep(writer, rule, { author: authorOf(context.env), note });
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
    const known = storedRules(writer.reader());
    const found = known.find(({ id }) => id === Number(text));
    if (!found) {
      const numbers = known.map(({ id }) => id).join(', ');
      throw usage(
        `there is no rule ${text} in ${file}`,
        numbers === '' ? 'it has none; those of retake.config.ts are changed there' : `rules there: ${numbers}`,
      );
    }
    if (found.rule.kind === 'compare') writer.removeCompareRule(found.id);
    else {
      writer.removeMatchRule(found.id);
      reindex(writer);
    }
    const line = formatRuleLine(found.rule);
    if (context.json) await printJson(context, { action: 'remove', number: found.id, line });
    else await context.print(`rule ${found.id} of ${cassette} is gone: ${oneLine(line)}\n`);
    return 0;
  } finally {
    writer.close();
  }
}

/** Nothing is recorded anew: for a match rule, what replay looks requests up in is made again. */
function keep(
  writer: CassetteWriter,
  { kind, rule }: AnyRule,
  by: { readonly author: string; readonly note: string | undefined },
): number {
  const { author, note } = by;
  const facts = { author, ...(note === undefined ? {} : { note }), at: Date.now() };
  if (kind === 'compare') return writer.addCompareRule({ rule, ...facts });
  const number = writer.addMatchRule({ rule, ...facts });
  reindex(writer);
  return number;
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
  const spots = rule.kind === 'compare' ? await preview(context, reader, rule.rule) : undefined;
  const own = spots?.rules.find((spot) => formatRuleLine({ kind: 'compare', rule: spot.rule }) === line);
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

/** What the rules of project and cassette hide with this one. */
async function preview(context: Context, reader: CassetteReads, rule: CompareRule): Promise<BlindSpots> {
  const { compare } = await readConfig(context);
  const known = namedCompareRules(compare, reader.compareRules());
  const line = formatRuleLine({ kind: 'compare', rule });
  const has = known.some((one) => formatRuleLine({ kind: 'compare', rule: one.rule }) === line);
  const runStore = pastRuns(context.cwd);
  try {
    const rules = has ? known : [...known, { name: 'the rule', rule }];
    return blindSpots({ reader, runStore, rules, limits: previewLimits });
  } finally {
    runStore?.close();
  }
}

function storedRules(reader: CassetteReads): readonly { readonly id: number; readonly rule: AnyRule }[] {
  return [
    ...reader.matchRules().map(({ id, rule }) => ({ id, rule: { kind: 'match', rule } as const })),
    ...reader.compareRules().map(({ id, rule }) => ({ id, rule: { kind: 'compare', rule } as const })),
  ].toSorted((a, b) => a.id - b.id);
}

function numberOf(reader: CassetteReads, rule: AnyRule): number | undefined {
  const line = formatRuleLine(rule);
  return storedRules(reader).find((known) => formatRuleLine(known.rule) === line)?.id;
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

function refuseInCi({ ci }: Context): void {
  if (!ci) return;
  throw usage(
    'rules are not changed in CI: what counts is decided by a person',
    'change them on your machine and commit the cassette, or add --no-ci if this is one',
  );
}

function printJson(context: Context, members: object): Promise<void> {
  return context.print(`${JSON.stringify({ schema: 'retake.rules/1', ...members }, undefined, 2)}\n`);
}

function usage(problem: string, hint: string): AppError {
  return new AppError('USAGE', { problem, hint });
}
