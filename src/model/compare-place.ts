import type { ComparePlace } from './compare-rule.ts';
import { formatName, parseHeaderName, parseName, parsePath } from './rule-place.ts';
import { didYouMean, RuleProblem } from './rule-problem.ts';

const wholes = ['status', 'body'] as const;
const named = ['header', 'trailer', 'cookie'] as const;
const words: readonly string[] = [...wholes, ...named, 'json'];

const hint = 'places are status, body, header NAME, trailer NAME, cookie NAME, json JSONPATH';

/** A place in an answer as text: `json $.id`, `header etag`, `status`. Throws RuleProblem without a member. */
export function parseComparePlace(text: string): ComparePlace {
  const [, word = '', rest = ''] = /^\s*(\S*)\s*(.*?)\s*$/s.exec(text)!;
  if (word === '') throw new RuleProblem('no place is named', { hint });
  if (!words.includes(word)) throw new RuleProblem(`${quote(word)} is no place${didYouMean(word, words)}`, { hint });
  const whole = wholes.find((known) => known === word);
  if (whole) {
    if (rest === '') return { kind: whole };
    throw new RuleProblem(`${word} takes no name, and here stands ${quote(rest)}`, { hint });
  }
  if (rest === '') {
    throw word === 'json'
      ? new RuleProblem('json needs a JSONPath', { hint: 'write json $.id, for example' })
      : new RuleProblem(`${word} needs a name`, { hint: `write ${word} NAME` });
  }
  const kind = named.find((known) => known === word);
  if (kind === undefined) return { kind: 'json', path: parsePath(rest) };
  return { kind, name: kind === 'cookie' ? parseName(rest) : parseHeaderName(rest) };
}

/** As `parseComparePlace` reads it. */
export function formatComparePlace(place: ComparePlace): string {
  switch (place.kind) {
    case 'status':
    case 'body':
      return place.kind;
    case 'header':
    case 'trailer':
    case 'cookie':
      return `${place.kind} ${formatName(place.name)}`;
    case 'json':
      return `json ${place.path}`;
    default:
      return place satisfies never;
  }
}

const quote = (text: string): string => JSON.stringify(text);
