import type { CompareMatcher, ComparePlace, CompareRule } from '../model/compare-rule.ts';
import { formatJsonPath } from '../model/json-path.ts';
import { jsonText, type JsonValue } from '../model/json-value.ts';
import { volatileClasses } from '../model/rule-class.ts';
import { isWithin, parseDecimal } from './decimal.ts';
import type { ValuePath } from './renames.ts';
import type { FoundDifference } from './rulings.ts';

/** What a rule says, without its scope. */
export type Expectation = Omit<CompareRule, 'scope'>;

const percents = [0.1, 1, 5, 10, 25, 50];
const seconds = [1, 10, 60, 600, 3600, 86_400];

/**
 * What rules might say to explain a difference: the narrowest first, each in several strengths, the narrowest first.
 * Not all of them do; only who asks them (`AppliedRule`) knows. Nothing of what has no place that rules can speak of.
 */
export function ruleCandidates(found: FoundDifference): readonly (readonly Expectation[])[] {
  const place = placeOf(found);
  if (!place) return [];
  const ignored: readonly Expectation[] = [{ place, matcher: { kind: 'ignore' } }];
  if (place.kind === 'status' || place.kind === 'body') return [ignored];
  const isJson = place.kind === 'json';
  const array = isJson ? arrayOf(found) : undefined;
  const aboutArray: readonly (readonly Expectation[])[] =
    array === undefined
      ? []
      : [
          ...(found.kind === 'moved' ? [[{ place: array, matcher: { kind: 'unordered' } } as const]] : []),
          [{ place: array, matcher: { kind: 'length' } }],
          [{ place: array, matcher: { kind: 'length', min: 1 } }],
        ];
  return [
    ...valueMatchers(found).map((strengths) => strengths.map((matcher) => ({ place, matcher }))),
    [{ place, matcher: isJson ? { kind: 'type' } : { kind: 'volatile', class: 'any' } }],
    ...aboutArray,
    ignored,
  ];
}

/** Where the value stands, any element for each of an array. */
function placeOf({ part, path, keys }: FoundDifference): ComparePlace | undefined {
  switch (part) {
    case 'status':
      return { kind: 'status' };
    case 'header':
    case 'trailer': {
      const [, cookie] = /^set-cookie:([^;=]+)/.exec(path) ?? [];
      if (cookie !== undefined) return { kind: 'cookie', name: cookie };
      return { kind: part, name: path.split(';', 1)[0]! };
    }
    case 'body':
    case 'event':
      return keys === undefined ? { kind: 'body' } : jsonPlace(keys);
    case 'failure':
      return undefined;
    default:
      return part satisfies never;
  }
}

/** The array that an element was added to, was removed from, or moved in. */
function arrayOf({ kind, keys }: FoundDifference): ComparePlace | undefined {
  if (kind === 'changed' || kind === 'type' || typeof keys?.at(-1) !== 'number') return undefined;
  return jsonPlace(keys.slice(0, -1));
}

function jsonPlace(keys: ValuePath): ComparePlace {
  return { kind: 'json', path: formatJsonPath(keys.map((key) => (typeof key === 'number' ? undefined : key))) };
}

/** About two values that are both there. */
function valueMatchers({ before, after }: FoundDifference): readonly (readonly CompareMatcher[])[] {
  if (before === undefined || after === undefined) return [];
  return [
    volatileClasses.map((kind) => ({ kind: 'volatile', class: kind })),
    numberTolerances(before, after),
    seconds.map((amount) => ({ kind: 'tolerance', by: { unit: 'ms', amount: amount * 1000 } })),
  ];
}

/** A share of the number, or, where there is none, the next round number that is far enough. */
function numberTolerances(before: JsonValue, after: JsonValue): CompareMatcher[] {
  const [known, fresh] = [parseDecimal(textOf(before)), parseDecimal(textOf(after))];
  if (!known || !fresh) return [];
  const amounts = Array.from({ length: 12 }, (_, i) => 10 ** (i - 3));
  const amount = amounts.find((one) => isWithin(known, fresh, parseDecimal(String(one))!));
  return [
    ...percents.map((percent) => ({ kind: 'tolerance', by: { unit: 'percent', amount: percent } }) as const),
    ...(amount === undefined ? [] : [{ kind: 'tolerance', by: { unit: 'absolute', amount } } as const]),
  ];
}

function textOf(value: JsonValue): string {
  return typeof value === 'string' ? value : jsonText(value);
}
