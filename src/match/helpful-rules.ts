import { pointerKeys } from '../model/json-pointer.ts';
import { formatMatchRuleLine, parseMatchRuleLine } from '../model/match-rule-grammar.ts';
import type { MatchRule } from '../model/match-rule.ts';
import { type CompiledRule, compileMatchRules } from '../model/match-rule-set.ts';
import { parsePlace } from '../model/place.ts';
import { RuleProblem } from '../model/rule-problem.ts';
import { findVolatiles } from '../model/volatile-tokens.ts';
import { type KeyedRequest, splitTarget } from './canonical-request.ts';
import type { DescribedDifferences } from './describe-differences.ts';
import type { Mask } from './mask-set.ts';
import { isCursorName } from './miss-cause.ts';
import type { DifferingValue } from './part-difference.ts';
import { requestKey } from './request-key.ts';
import { nameOf } from './request-shape.ts';

export interface RuleQuestion<R extends KeyedRequest> {
  readonly incoming: R;
  /** The nearest recording, which the request would match. */
  readonly recorded: R;
  readonly described: DescribedDifferences;
  /** Match rules in force about such requests. */
  readonly rules: readonly CompiledRule[];
  /** Recordings that were looked at: a rule must not make different requests one. */
  readonly others: readonly R[];
  readonly masksOf: (request: R, rules: readonly CompiledRule[]) => readonly Mask[];
  /** An earlier answer gave it out: it chooses what is meant. */
  readonly isIssued: (place: string) => boolean;
}

/** More rules than this at once would hide what a request says. */
const maxRules = 2;

/**
 * The rules under which a request would match the nearest recording, as lines of docs/rules.md: tried, not guessed. None
 * where they would make several recorded requests one, or let a value differ that says what is meant.
 */
export function helpfulRules<R extends KeyedRequest>(question: RuleQuestion<R>): string[] {
  const { incoming, described, isIssued } = question;
  const { values, differences } = described;
  const covered = values.filter(({ place }) => !place.startsWith('path:')).length;
  const hasSegments = values.length > covered;
  if (values.length === 0 || covered + Number(hasSegments) !== differences.length) return [];
  if (values.some(({ place }) => isIssued(place) || isCursorName(nameOf(place)))) return [];
  const exact = linesFor(incoming, values, (key) => `[${key}]`);
  const general = linesFor(incoming, values, () => '[*]');
  const lines = [exact, general].find((some) => some !== undefined && some.length <= maxRules) ?? [];
  if (lines.length === 0) return [];
  const rules = lines.map(readRule);
  if (rules.some((rule) => rule === undefined)) return [];
  const added = rules as MatchRule[];
  return makesThemOne(question, added) ? added.map(formatMatchRuleLine) : [];
}

function makesThemOne<R extends KeyedRequest>(
  { incoming, recorded, rules, others, masksOf }: RuleQuestion<R>,
  added: readonly MatchRule[],
): boolean {
  const set = compileMatchRules([...rules.map(({ rule }) => rule), ...added]);
  const keyUnder = (request: R, list: readonly CompiledRule[]): string =>
    requestKey(request, masksOf(request, list), list).key;
  const applying = ({ method, target, targetName }: KeyedRequest): readonly CompiledRule[] =>
    set.rulesFor({ method, path: splitTarget(target).path, server: targetName });
  const wanted = keyUnder(incoming, applying(incoming));
  if (keyUnder(recorded, applying(recorded)) !== wanted) return false;
  const before = keyUnder(recorded, rules);
  return others.every((other) => keyUnder(other, applying(other)) !== wanted || keyUnder(other, rules) === before);
}

function readRule(line: string): MatchRule | undefined {
  try {
    return parseMatchRuleLine(line);
  } catch (thrown) {
    if (thrown instanceof RuleProblem) return undefined;
    throw thrown;
  }
}

/** Undefined: there is a value that no rule should let differ, or can speak of. */
function linesFor(
  { method, target }: KeyedRequest,
  values: readonly DifferingValue[],
  index: (key: string) => string,
): string[] | undefined {
  const segments = splitTarget(target).path.slice(1).split('/');
  const names = new Map<number, string>();
  for (const { place } of values) {
    if (place.startsWith('path:')) names.set(Number(place.slice('path:'.length)), `id${names.size || ''}`);
  }
  const path = segments.map((segment, i) => (names.has(i) ? `{${names.get(i)!}}` : segment)).join('/');
  const lines = new Set<string>();
  for (const value of values) {
    const action = actionFor(value, { names, index });
    if (action === undefined) return undefined;
    lines.add(`${method} /${path}: ${action}`);
  }
  return [...lines];
}

function actionFor(
  { place, recorded, incoming }: DifferingValue,
  { names, index }: { readonly names: ReadonlyMap<number, string>; readonly index: (key: string) => string },
): string | undefined {
  const parsed = parsePlace(place);
  // No rule can speak of a place in XML.
  if (!parsed || parsed.kind === 'xml') return undefined;
  const { kind, name } = parsed;
  const as = recorded === undefined || incoming === undefined ? undefined : commonClass(recorded, incoming);
  // A path is what is asked for: only what is made anew may differ in it.
  if (kind === 'path') return as === undefined ? undefined : `type path ${names.get(Number(name))} as ${as}`;
  const where = kind === 'json' ? `json ${jsonPath(name, index)}` : `${kind} ${quotedName(name)}`;
  return as === undefined ? `ignore ${where}` : `type ${where} as ${as}`;
}

/** The class of two values that are nothing but one token of it. */
function commonClass(recorded: string, incoming: string): string | undefined {
  const classOf = (text: string): string | undefined => {
    const [token, ...more] = findVolatiles(text);
    const isWhole = token && more.length === 0 && token.start === 0 && token.end === text.length;
    return isWhole ? token.class : undefined;
  };
  const kind = classOf(recorded);
  return kind !== undefined && kind === classOf(incoming) ? kind : undefined;
}

function jsonPath(pointer: string, index: (key: string) => string): string {
  const steps = pointerKeys(pointer).map((key) => {
    if (/^(?:0|[1-9]\d*)$/.test(key)) return index(key);
    return /^[A-Za-z_]\w*$/.test(key) ? `.${key}` : `['${key.replaceAll(/['\\]/g, String.raw`\$&`)}']`;
  });
  return `$${steps.join('')}`;
}

function quotedName(name: string): string {
  return /^[\w.~-]+$/.test(name) ? name : JSON.stringify(name);
}
