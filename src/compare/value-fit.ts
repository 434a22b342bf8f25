import type { CompareMatcher, Tolerance } from '../model/compare-rule.ts';
import { isJsonArray, jsonText, type JsonValue } from '../model/json-value.ts';
import type { LinearPattern } from '../model/linear-pattern.ts';
import { epochTimestamp, parseTimestamp } from '../model/volatile.ts';
import type { VolatileClass } from '../model/volatile-class.ts';
import { findVolatiles, type VolatileToken } from '../model/volatile-tokens.ts';
import { isWithin, parseDecimal, percentOf } from './decimal.ts';

/** Both values of a difference; neither is undefined. */
export interface ValuePair {
  readonly before: JsonValue;
  readonly after: JsonValue;
}

/** Longer texts are not searched for values of a class. */
const maxTextLength = 100_000;

/**
 * Why two values are not what a class says, in words that follow "expects …, but"; undefined when they are. Both must
 * hold values of the class in the same places, written alike, and nothing else may differ.
 */
export function classProblem(
  { before, after }: ValuePair,
  kind: VolatileClass | 'any',
  name: string | undefined,
): string | undefined {
  if (kind === 'any') return undefined;
  const [first, second] = [textOf(before), textOf(after)];
  if (Math.max(first.length, second.length) > maxTextLength) return 'the text is too long to be searched';
  const [known, fresh] = [tokensOf(first, kind, name), tokensOf(second, kind, name)];
  if (known.length === 0) return 'the baseline is none';
  if (fresh.length === 0) return 'the new value is none';
  if (around(first, known) !== around(second, fresh)) return 'what stands around it has changed';
  return known.every(({ form }, i) => form === fresh[i]!.form) ? undefined : 'it is written in another way';
}

/** The class that two different values are of, written alike in both; undefined when there is none. */
export function sharedClass(pair: ValuePair, name: string | undefined): VolatileClass | undefined {
  const text = textOf(pair.before);
  if (text.length > maxTextLength) return undefined;
  const known = new Set(findVolatiles(text, name === undefined ? {} : { name }).map((token) => token.class));
  if (epochTimestamp(text)) known.add('timestamp');
  return [...known].find((kind) => classProblem(pair, kind, name) === undefined);
}

function tokensOf(text: string, kind: VolatileClass, name: string | undefined): readonly VolatileToken[] {
  const found = findVolatiles(text, name === undefined ? {} : { name }).filter((token) => token.class === kind);
  if (found.length > 0 || kind !== 'timestamp') return found;
  const epoch = epochTimestamp(text);
  return epoch ? [{ start: 0, end: text.length, class: kind, form: epoch.form }] : found;
}

/** The text with a mark for each value. */
function around(text: string, tokens: readonly VolatileToken[]): string {
  const parts: string[] = [];
  let at = 0;
  for (const { start, end } of tokens) {
    parts.push(text.slice(at, start));
    at = end;
  }
  return [...parts, text.slice(at)].join('\0');
}

/** The same for a regular expression. */
export function patternProblem({ before, after }: ValuePair, pattern: LinearPattern): string | undefined {
  const [known, fresh] = [pattern.whole(textOf(before)), pattern.whole(textOf(after))];
  if (known === 'costly' || fresh === 'costly') return 'the text is too long to be matched';
  if (!known) return 'the baseline does not match';
  return fresh ? undefined : 'the new value does not match';
}

/** The same for numbers and times near each other. */
export function toleranceProblem({ before, after }: ValuePair, { unit, amount }: Tolerance): string | undefined {
  const [first, second] = [textOf(before), textOf(after)];
  if (unit === 'ms') {
    const [known, fresh] = [timeOf(first), timeOf(second)];
    if (!known) return 'the baseline is no time';
    if (!fresh) return 'the new value is no time';
    if (known.form !== fresh.form) return 'the time is written in another way';
    return Math.abs(known.fromMs - fresh.fromMs) <= amount ? undefined : 'it is further away';
  }
  const [known, fresh] = [parseDecimal(first), parseDecimal(second)];
  if (!known) return 'the baseline is no number';
  if (!fresh) return 'the new value is no number';
  const by = parseDecimal(String(amount))!;
  return isWithin(known, fresh, unit === 'percent' ? percentOf(known, by) : by) ? undefined : 'it is further away';
}

function timeOf(text: string): { readonly fromMs: number; readonly form: string } | undefined {
  return parseTimestamp(text) ?? epochTimestamp(text);
}

type LengthMatcher = Extract<CompareMatcher, { readonly kind: 'length' }>;

/** The same for arrays and texts of a length. */
export function lengthProblem(
  { before, after }: { readonly [Side in keyof ValuePair]: JsonValue | undefined },
  { min, max }: LengthMatcher,
): string | undefined {
  const [known, fresh] = [lengthOf(before), lengthOf(after)];
  if (known === undefined) return 'the baseline has no length';
  if (fresh === undefined) return 'the new value has no length';
  if (min === undefined && max === undefined) {
    return known === fresh ? undefined : `the baseline has ${known}, and the new value ${fresh}`;
  }
  const fits = (length: number): boolean => length >= (min ?? 0) && length <= (max ?? Infinity);
  if (!fits(known)) return `the baseline has ${known}`;
  return fits(fresh) ? undefined : `the new value has ${fresh}`;
}

/** Elements of an array, characters of a text. */
function lengthOf(value: JsonValue | undefined): number | undefined {
  if (isJsonArray(value)) return value.length;
  if (typeof value !== 'string') return undefined;
  let characters = 0;
  for (let at = 0; at < value.length; at += value.codePointAt(at)! > 0xffff ? 2 : 1) characters++;
  return characters;
}

function textOf(value: JsonValue): string {
  return typeof value === 'string' ? value : jsonText(value);
}
