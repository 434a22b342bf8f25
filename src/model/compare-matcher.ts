import type { CompareMatcher, CompareRegex, Tolerance } from './compare-rule.ts';
import { compileLinearPattern } from './linear-pattern.ts';
import { parseRuleClass, type RuleClass } from './rule-class.ts';
import { formatName, parseName } from './rule-place.ts';
import { RuleProblem } from './rule-problem.ts';

/** The members that say what is expected, in JSON and in the configuration: one of them. */
export type CompareMatcherObject =
  | { readonly ignored: true }
  | { readonly as: RuleClass }
  | { readonly of: 'same type' | 'same length' }
  | { readonly matching: string }
  | { readonly within: string }
  | { readonly unordered: true | string }
  | { readonly length: string };

export type MatcherMember = 'ignored' | 'as' | 'of' | 'matching' | 'within' | 'unordered' | 'length';

export const matcherMembers: readonly MatcherMember[] = [
  'ignored',
  'as',
  'of',
  'matching',
  'within',
  'unordered',
  'length',
];

/** What one of the members says; `value` is empty where the word says it all. Throws RuleProblem of the member. */
export function parseMatcher(member: MatcherMember, value: string): CompareMatcher {
  switch (member) {
    case 'ignored':
      return { kind: 'ignore' };
    case 'as':
      return { kind: 'volatile', class: parseRuleClass(value, 'expect') };
    case 'of': {
      const words = value.trim().replaceAll(/\s+/g, ' ');
      if (words === 'same type') return { kind: 'type' };
      if (words === 'same length') return { kind: 'length' };
      throw problem(member, `${quote(words)} is nothing to be of`, 'write of same type, or of same length');
    }
    case 'matching':
      return { kind: 'regex', ...parseRegex(value) };
    case 'within':
      return { kind: 'tolerance', by: parseTolerance(value.trim()) };
    case 'unordered':
      return { kind: 'unordered', ...(value === '' ? {} : { by: memberName(value) }) };
    case 'length':
      return { kind: 'length', ...parseRange(value.trim()) };
    default:
      return member satisfies never;
  }
}

/** As `parseMatcher` reads it. */
export function formatMatcher(matcher: CompareMatcher): CompareMatcherObject {
  switch (matcher.kind) {
    case 'ignore':
      return { ignored: true };
    case 'type':
      return { of: 'same type' };
    case 'volatile':
      return { as: matcher.class };
    case 'regex':
      return { matching: `/${matcher.pattern}/${matcher.flags}` };
    case 'tolerance':
      return { within: formatTolerance(matcher.by) };
    case 'unordered':
      return { unordered: matcher.by === undefined ? true : formatName(matcher.by) };
    case 'length': {
      const { min, max } = matcher;
      if (min === undefined && max === undefined) return { of: 'same length' };
      return { length: min === max ? String(min) : `${min ?? ''}..${max ?? ''}` };
    }
    default:
      return matcher satisfies never;
  }
}

/** The words on one line: `as uuid`, `within 5%`, `with length 1..50`. */
export function formatMatcherWords(matcher: CompareMatcher): string {
  const [member, value] = Object.entries(formatMatcher(matcher))[0]!;
  if (value === true) return member;
  if (member === 'length') return `with length ${value}`;
  return `${member}${member === 'unordered' ? ' by' : ''} ${value}`;
}

function parseRegex(text: string): CompareRegex {
  const [, pattern, flags = ''] = /^\s*\/(.*)\/([a-z]*)\s*$/s.exec(text) ?? [];
  const hint = 'write a regular expression between slashes: matching /[A-Z]{3}/';
  if (pattern === undefined) throw problem('matching', `${quote(text)} is no regular expression`, hint);
  if (pattern === '') throw problem('matching', 'the regular expression is empty', hint);
  if (/\p{Cc}/u.test(pattern)) {
    throw problem(
      'matching',
      'a control character stands in the regular expression',
      String.raw`write it as \n or \x00`,
    );
  }
  const sorted = [...new Set(flags)].toSorted().join('');
  const compiled = compileLinearPattern(pattern, sorted);
  if (compiled.ok) return { pattern, flags: sorted };
  throw problem(
    'matching',
    `/${pattern}/${flags}: ${compiled.problem}`,
    'regular expressions are those of RE2, which cannot hang: no look-ahead, no look-behind, no references back',
  );
}

/** Beyond these a double is not written as it was. */
const leastAmount = 0.000001;
const mostAmount = 1e15;

const unitMs = { d: 86_400_000, h: 3_600_000, m: 60_000, s: 1000, ms: 1 } as const;

function parseTolerance(text: string): Tolerance {
  const hint = 'write within 0.5, within 5%, or a time such as within 2s (ms, s, m, h, d)';
  const [, number, unit = ''] = /^(\d{1,15}(?:\.\d{1,9})?)\s*(%|ms|[smhd])?$/.exec(text) ?? [];
  if (number === undefined) throw problem('within', `${quote(text)} is no tolerance`, hint);
  const amount = Number(number);
  if (amount === 0) throw problem('within', 'within 0 allows nothing', hint);
  if (amount < leastAmount || amount > mostAmount || number.replace('.', '').length > 15) {
    throw problem('within', `${number} is too exact, or too large`, hint);
  }
  if (unit === '') return { unit: 'absolute', amount };
  if (unit === '%') return { unit: 'percent', amount };
  const ms = Math.round(amount * unitMs[unit as keyof typeof unitMs]);
  if (ms === 0 || ms > mostAmount) throw problem('within', `${text} is no time that can be told apart`, hint);
  return { unit: 'ms', amount: ms };
}

function formatTolerance({ unit, amount }: Tolerance): string {
  if (unit === 'absolute') return String(amount);
  if (unit === 'percent') return `${amount}%`;
  const [name, size] = Object.entries(unitMs).find(([, ms]) => amount % ms === 0)!;
  return `${amount / size}${name}`;
}

function parseRange(text: string): { readonly min?: number; readonly max?: number } {
  const hint = 'write length 3, length 1..50, length 1.., or length ..50';
  const [, from = '', dots, to = ''] = /^(\d{0,9})(\.\.)?(\d{0,9})$/.exec(text) ?? [];
  if (from === '' && to === '') throw problem('length', `${quote(text)} is no length`, hint);
  const min = from === '' ? undefined : Number(from);
  const max = dots === undefined ? min : to === '' ? undefined : Number(to);
  if (min !== undefined && max !== undefined && min > max) {
    throw problem('length', `nothing is at least ${min} and at most ${max} long`, hint);
  }
  return { ...(min === undefined ? {} : { min }), ...(max === undefined ? {} : { max }) };
}

function memberName(text: string): string {
  try {
    return parseName(text.trim());
  } catch (thrown) {
    if (!(thrown instanceof RuleProblem)) throw thrown;
    throw problem('unordered', thrown.message, thrown.hint);
  }
}

function problem(member: MatcherMember, message: string, hint: string): RuleProblem {
  return new RuleProblem(message, { member, hint });
}

const quote = (text: string): string => JSON.stringify(text);
