import { type CompareRuleObject, parseCompareRule, parseCompareRuleLine } from './compare-rule-grammar.ts';
import type { CompareRule } from './compare-rule.ts';
import type { FaultObject } from './fault-text.ts';
import type { MatchRule } from './match-rule.ts';
import { type MatchRuleObject, parseMatchRule, parseMatchRuleLine } from './match-rule-grammar.ts';
import { didYouMean, RuleProblem } from './rule-problem.ts';

/** What `retake.config.ts` exports. Everything may be left away; flags and `RETAKE_…` variables win. */
export interface RetakeConfig {
  /** Match rules for every cassette that is replayed, before those of the cassette. */
  readonly match?: readonly (MatchRuleObject | string)[];
  /** Rules for comparing, for every cassette that is tested, before those of the cassette. */
  readonly compare?: readonly (CompareRuleObject | string)[];
  readonly replay?: ReplayConfig;
  readonly record?: RecordConfig;
  readonly test?: TestConfig;
}

/** Defaults of `retake replay`, and of `retake exec` when it replays. The words are those of the flags. */
export interface ReplayConfig {
  readonly sequence?: 'epoch' | 'ordered' | 'any';
  readonly exhausted?: 'miss' | 'last' | 'loop';
  readonly lanes?: 'infer' | 'explicit';
  /** `instant`, `recorded`, `2x`. */
  readonly timing?: string;
  /** In CI always `error`. */
  readonly onMiss?: 'error' | 'forward' | 'record';
  /** `unmatched,unused`, or a list. */
  readonly failOn?: string | readonly string[];
  readonly strict?: boolean;
  /** `30d`. */
  readonly maxAge?: string;
  /** `64mb`; `0` for none. */
  readonly cache?: string;
  /** What goes wrong on purpose: lines (`*: 503 20%`) or objects. */
  readonly faults?: readonly (string | FaultObject)[];
  readonly faultSeed?: number;
  /** Times in answers: `recorded`, or later by the age of the recording. */
  readonly time?: 'recorded' | 'shift';
  /** File with a private key that tokens are signed with when their times move. */
  readonly jwtKey?: string;
  /** Name of the environment variable with the secret for the same. */
  readonly jwtSecret?: string;
}

/** Defaults of `retake record`, and of `retake exec` when it records. The words are those of the flags. */
export interface RecordConfig {
  readonly include?: readonly string[];
  readonly exclude?: readonly string[];
  /** `10mb`. */
  readonly maxBody?: string;
  readonly maxSize?: string;
  /** `10m`. */
  readonly maxDuration?: string;
  readonly answerTimeout?: string;
  readonly tags?: Readonly<Record<string, string>>;
  readonly durable?: boolean;
}

/** Defaults of `retake test`. The words are those of the flags. */
export interface TestConfig {
  /** `20%`: rules may hide no more of what is compared. */
  readonly maxBlindSpot?: string;
  /** Additions fail as well. */
  readonly failOn?: 'added';
  readonly bail?: number;
  readonly concurrency?: number;
  /** `30s`. */
  readonly timeout?: string;
  readonly reporter?: string | readonly string[];
}

/** A configuration whose names and types are right; what texts mean is for whoever uses them. */
export interface ParsedConfig {
  readonly match: readonly MatchRule[];
  readonly compare: readonly CompareRule[];
  readonly replay: ReplayConfig;
  readonly record: RecordConfig;
  readonly test: TestConfig;
}

/** The configuration as it is; an editor knows its type. */
export function defineConfig(config: RetakeConfig): RetakeConfig {
  return config;
}

/** What is wrong with a configuration. The message begins with the place: `match[2].ignore: …`. */
export class ConfigProblem extends Error {
  readonly hint: string;

  constructor(place: string, problem: string, hint: string) {
    super(place === '' ? problem : `${place}: ${problem}`);
    this.name = 'ConfigProblem';
    this.hint = hint;
  }
}

/** What a member holds. */
type Shape = 'text' | 'number' | 'flag' | 'texts' | 'text or texts' | 'list' | 'texts by name' | 'object';
type Shapes<T> = Readonly<Record<keyof T & string, Shape>>;

const configShapes: Shapes<RetakeConfig> = {
  match: 'list',
  compare: 'list',
  replay: 'object',
  record: 'object',
  test: 'object',
};
const replayShapes: Shapes<ReplayConfig> = {
  sequence: 'text',
  exhausted: 'text',
  lanes: 'text',
  timing: 'text',
  onMiss: 'text',
  failOn: 'text or texts',
  strict: 'flag',
  maxAge: 'text',
  cache: 'text',
  faults: 'list',
  faultSeed: 'number',
  time: 'text',
  jwtKey: 'text',
  jwtSecret: 'text',
};
const recordShapes: Shapes<RecordConfig> = {
  include: 'texts',
  exclude: 'texts',
  maxBody: 'text',
  maxSize: 'text',
  maxDuration: 'text',
  answerTimeout: 'text',
  tags: 'texts by name',
  durable: 'flag',
};

const testShapes: Shapes<TestConfig> = {
  maxBlindSpot: 'text',
  failOn: 'text',
  bail: 'number',
  concurrency: 'number',
  timeout: 'text',
  reporter: 'text or texts',
};

/** Throws ConfigProblem for an unknown name, a wrong type, or a match rule that cannot be read. */
export function parseConfig(from: unknown): ParsedConfig {
  const config = membersOf<RetakeConfig>(from, '', configShapes);
  return {
    match: parseRules(config.match ?? [], { place: 'match', line: parseMatchRuleLine, object: parseMatchRule }),
    compare: parseRules(config.compare ?? [], {
      place: 'compare',
      line: parseCompareRuleLine,
      object: parseCompareRule,
    }),
    replay: config.replay === undefined ? {} : membersOf(config.replay, 'replay', replayShapes),
    record: config.record === undefined ? {} : membersOf(config.record, 'record', recordShapes),
    test: config.test === undefined ? {} : membersOf(config.test, 'test', testShapes),
  };
}

interface RuleReading<T> {
  readonly place: string;
  readonly line: (text: string) => T;
  readonly object: (from: unknown) => T;
}

function parseRules<T>(list: readonly unknown[], { place, line, object }: RuleReading<T>): T[] {
  return list.map((from, index) => {
    try {
      return typeof from === 'string' ? line(from) : object(from);
    } catch (thrown) {
      if (!(thrown instanceof RuleProblem)) throw thrown;
      const member = thrown.member === undefined ? '' : `.${thrown.member}`;
      throw new ConfigProblem(`${place}[${index}]${member}`, thrown.message, thrown.hint);
    }
  });
}

function membersOf<T>(from: unknown, place: string, shapes: Shapes<T>): T {
  if (!isObject(from)) {
    throw new ConfigProblem(place, `it is ${kindOf(from)}, not an object`, 'see docs/rules.md for the whole shape');
  }
  const known = Object.keys(shapes);
  for (const [key, value] of Object.entries(from)) {
    const inner = place === '' ? key : `${place}.${key}`;
    const shape = Object.hasOwn(shapes, key) ? shapes[key as keyof T & string] : undefined;
    if (shape === undefined) {
      const where = place === '' ? 'here' : `in ${place}`;
      throw new ConfigProblem(inner, `it is unknown${didYouMean(key, known)}`, `known ${where}: ${known.join(', ')}`);
    }
    if (value === undefined || isOf(shape, value)) continue;
    throw new ConfigProblem(
      inner,
      `it is ${kindOf(value)}, not ${wordsFor[shape]}`,
      `write ${key} as ${wordsFor[shape]}`,
    );
  }
  return from as T;
}

const wordsFor: Readonly<Record<Shape, string>> = {
  text: 'a text',
  number: 'a number',
  flag: 'true or false',
  texts: 'a list of texts',
  'text or texts': 'a text or a list of texts',
  list: 'a list',
  'texts by name': 'an object of texts',
  object: 'an object',
};

function isOf(shape: Shape, value: unknown): boolean {
  switch (shape) {
    case 'text':
      return typeof value === 'string';
    case 'number':
      return typeof value === 'number';
    case 'flag':
      return typeof value === 'boolean';
    case 'texts':
      return isTexts(value);
    case 'text or texts':
      return typeof value === 'string' || isTexts(value);
    case 'list':
      return Array.isArray(value);
    case 'texts by name':
      return isObject(value) && isTexts(Object.values(value));
    case 'object':
      // Looked at member by member.
      return true;
    default:
      return shape satisfies never;
  }
}

function isTexts(value: unknown): boolean {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return isTexts(value) ? 'a list' : 'a list of other things';
  if (value === undefined) return 'nothing';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
