import { formatComparePlace, parseComparePlace } from './compare-place.ts';
import {
  type CompareMatcherObject,
  formatMatcher,
  formatMatcherWords,
  type MatcherMember,
  matcherMembers,
  parseMatcher,
} from './compare-matcher.ts';
import type { ComparePlace, CompareRule } from './compare-rule.ts';
import { kindOf, ruleMembers, ruleScope, scopeMember, textMember } from './rule-members.ts';
import { didYouMean, RuleProblem } from './rule-problem.ts';
import { formatServerScope } from './server-scope.ts';

/** A compare rule as people write it in JSON and in the configuration. */
export type CompareRuleObject = {
  /** `GET /orders/{id}`; `*`: every request. */
  readonly in: string;
  /** The place: `json $.total`. */
  readonly expect: string;
} & CompareMatcherObject;

const exampleHint = `write a rule such as { in: 'GET /orders', expect: 'json $.at', as: 'timestamp' }, or one with ignored, of, matching, within, unordered, or length`;
const lineHint =
  'write SCOPE: expect PLACE WHAT, such as GET /orders: expect json $.at as timestamp · *: expect header x-served-by ignored';
const endings = ['ignored', 'unordered', 'as', 'of', 'matching', 'within', 'with'] as const;
const endingHint =
  'write ignored, as timestamp, of same type, of same length, matching /…/, within 5%, unordered, or with length 1..50 behind the place';

/** A rule out of JSON or a configuration. Throws RuleProblem. */
export function parseCompareRule(from: unknown): CompareRule {
  const members = ruleMembers(from, exampleHint);
  const known: readonly string[] = ['in', 'expect', ...matcherMembers];
  for (const key of members.keys()) {
    if (known.includes(key)) continue;
    throw new RuleProblem(`${quote(key)} is unknown${didYouMean(key, known)}`, { hint: exampleHint });
  }
  if (!members.has('expect')) {
    throw new RuleProblem('the rule says not what it is about', { hint: `add expect: 'json $.id', for example` });
  }
  const given = matcherMembers.filter((member) => members.has(member));
  const member = given[0];
  if (member === undefined) throw new RuleProblem('the rule says not what is expected', { hint: exampleHint });
  if (given.length > 1) {
    throw new RuleProblem(`${given.join(' and ')} stand in one rule`, { hint: 'make a rule of each' });
  }
  const scope = scopeMember(members, exampleHint);
  const place = placeOf(textMember(members, 'expect', exampleHint));
  return checked({ scope, place, matcher: parseMatcher(member, matcherValue(members, member)) });
}

/** `GET /orders: expect json $.total within 5%`. Throws RuleProblem. */
export function parseCompareRuleLine(text: string): CompareRule {
  const [, before, rest] = /^\s*(.*?):\s+expect(?:\s+(.*?))?\s*$/s.exec(text) ?? [];
  if (before === undefined) throw new RuleProblem(`${quote(text)} is no rule for comparing`, { hint: lineHint });
  const scope = ruleScope(before);
  return checked({ scope, ...expectationOf(rest ?? '') });
}

export function formatCompareRule({ scope, place, matcher }: CompareRule): CompareRuleObject {
  return { in: formatServerScope(scope), expect: formatComparePlace(place), ...formatMatcher(matcher) };
}

/** The one spelling of a rule on one line. */
export function formatCompareRuleLine(rule: CompareRule): string {
  return `${formatServerScope(rule.scope)}: expect ${formatExpectation(rule)}`;
}

/** The line without scope and verb: `json $.total within 5%`. */
export function formatExpectation({ place, matcher }: Omit<CompareRule, 'scope'>): string {
  return `${formatComparePlace(place)} ${formatMatcherWords(matcher)}`;
}

type Expectation = Omit<CompareRule, 'scope'>;

function expectationOf(text: string): Expectation {
  const regex = regexEnding(text);
  if (regex) return regex;
  const [, place = '', word, value = ''] =
    /^(.*)\s(ignored|unordered)$/s.exec(text) ??
    /^(.*)\s(as)(?:\s+(\S+))?$/s.exec(text) ??
    /^(.*)\s(within)\s+(\S+(?:\s+(?:%|ms|[smhd]))?)$/s.exec(text) ??
    /^(.*)\s(of)\s+(\S*(?:\s+\S+)?)$/s.exec(text) ??
    /^(.*)\swith\s+(length)\s+(\S+)$/s.exec(text) ??
    /^(.*)\s(unordered)\s+by\s+(\S+|"(?:[^"\\]|\\.)*")$/s.exec(text) ??
    /^(.*)\s(matching)\s+(\S.*)$/s.exec(text) ??
    [];
  if (word !== undefined) return { place: placeOf(place), matcher: parseMatcher(word as MatcherMember, value) };
  throw unknownEnding(text);
}

/** Of the places where `matching /` stands, the first with a place before it: a JSONPath may hold these words, too. */
function regexEnding(text: string): Expectation | undefined {
  if (!/\/[a-z]*$/.test(text)) return undefined;
  for (const { index } of text.matchAll(/\smatching\s+\//g)) {
    const value = text.slice(index).replace(/^\smatching\s+/, '');
    try {
      return { place: parseComparePlace(text.slice(0, index)), matcher: parseMatcher('matching', value) };
    } catch (thrown) {
      if (!(thrown instanceof RuleProblem) || thrown.member !== undefined) throw thrown;
    }
  }
  return undefined;
}

/** A place without a word that says what is expected, or with one that nobody knows. */
function unknownEnding(text: string): RuleProblem {
  if (text === '') return new RuleProblem('no place is named', { member: 'expect', hint: lineHint });
  const words = text.trim().split(/\s+/);
  const place = words.slice(0, ['status', 'body'].includes(words[0]!) ? 1 : 2).join(' ');
  const rest = words.slice(place.split(' ').length);
  try {
    parseComparePlace(place);
  } catch (thrown) {
    if (!(thrown instanceof RuleProblem)) throw thrown;
    return new RuleProblem(thrown.message, { member: 'expect', hint: thrown.hint });
  }
  const [word] = rest;
  if (word === undefined) {
    return new RuleProblem(`it is not said what ${place} is expected to be`, { hint: endingHint });
  }
  const isKnown = (endings as readonly string[]).includes(word);
  return new RuleProblem(
    isKnown
      ? `${quote(rest.join(' '))} does not say what is expected`
      : `${quote(word)} is nothing to expect${didYouMean(word, endings)}`,
    { hint: endingHint },
  );
}

function placeOf(text: string): ComparePlace {
  try {
    return parseComparePlace(text);
  } catch (thrown) {
    if (!(thrown instanceof RuleProblem)) throw thrown;
    throw new RuleProblem(thrown.message, { member: 'expect', hint: thrown.hint });
  }
}

function matcherValue(members: ReadonlyMap<string, unknown>, member: MatcherMember): string {
  const value = members.get(member);
  if (member === 'length' && typeof value === 'number') return String(value);
  if (member !== 'ignored' && member !== 'unordered') return textMember(members, member, exampleHint);
  if (value === true) return '';
  if (member === 'unordered' && typeof value === 'string') return value;
  const what = member === 'ignored' ? 'true' : 'true or the name of a member';
  throw new RuleProblem(`it is ${kindOf(value)}, not ${what}`, { member, hint: exampleHint });
}

/** Which matchers make sense where. */
function checked(rule: CompareRule): CompareRule {
  const { place, matcher } = rule;
  if (place.kind === 'json' || matcher.kind === 'ignore') return rule;
  const words = formatMatcherWords(matcher);
  if (place.kind === 'status' || place.kind === 'body') {
    const hint =
      place.kind === 'status'
        ? 'write expect status ignored, or take a rule for what is in the body'
        : `name what in the body: expect json $ ${words}; or write expect body ignored`;
    throw new RuleProblem(`${place.kind} can only be ignored, not be expected ${words}`, { member: 'expect', hint });
  }
  if (matcher.kind !== 'type' && matcher.kind !== 'unordered') return rule;
  throw new RuleProblem(`${place.kind}s are texts: they have no other type, and no order`, {
    member: 'expect',
    hint: `write expect ${formatComparePlace(place)} as any: there, whatever it is`,
  });
}

const quote = (text: string): string => JSON.stringify(text);
