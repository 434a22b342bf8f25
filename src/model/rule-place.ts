import { compileJsonPath } from './json-path.ts';
import type { RulePlace } from './match-rule.ts';
import { didYouMean, RuleProblem } from './rule-problem.ts';

const wholes = ['method', 'authority', 'path', 'query', 'body'] as const;
const named = ['query', 'form', 'header', 'cookie'] as const;
const words: readonly string[] = [...new Set<string>([...wholes, ...named, 'json'])];

const hint =
  'places are method, authority, path, query, body (whole parts), path NAME, query NAME, form NAME, cookie NAME, header NAME, json JSONPATH';

/** A place as text: `query nonce`, `path id`, `json $.id`, `body`. Throws RuleProblem without a member. */
export function parseRulePlace(text: string): RulePlace {
  const [, word = '', rest = ''] = /^\s*(\S*)\s*(.*?)\s*$/s.exec(text)!;
  if (word === '') throw new RuleProblem('no place is named', { hint });
  if (rest === '') {
    const kind = wholes.find((known) => known === word);
    if (kind) return { kind };
    if (word === 'json') throw new RuleProblem('json needs a JSONPath', { hint: 'write json $.id, for example' });
    if (words.includes(word)) throw new RuleProblem(`${word} needs a name`, { hint: `write ${word} NAME` });
    throw unknownPlace(word);
  }
  if (word === 'json') return { kind: 'json', path: parsePath(rest) };
  if (word === 'path') return { kind: 'segment', name: parseSegmentName(rest) };
  const kind = named.find((known) => known === word);
  if (kind === 'header') return { kind, name: parseHeaderName(rest) };
  if (kind) return { kind, name: parseName(rest) };
  if (words.includes(word)) throw new RuleProblem(`${word} takes no name, and here stands ${quote(rest)}`, { hint });
  throw unknownPlace(word);
}

/** As `parseRulePlace` reads it. */
export function formatRulePlace(place: RulePlace): string {
  switch (place.kind) {
    case 'segment':
      return `path ${place.name}`;
    case 'json':
      return `json ${place.path}`;
    case 'query':
      return 'name' in place ? `query ${formatName(place.name)}` : 'query';
    case 'form':
    case 'header':
    case 'cookie':
      return `${place.kind} ${formatName(place.name)}`;
    case 'method':
    case 'authority':
    case 'path':
    case 'body':
      return place.kind;
    default:
      return place satisfies never;
  }
}

/** Throws RuleProblem for what is no JSONPath. */
export function parsePath(text: string): string {
  // A JSONPath may be broken into lines, a rule may not; inside its strings no control character can stand.
  const path = text.replaceAll(/[\t\r\n]+/g, ' ');
  const compiled = compileJsonPath(path);
  if (!compiled.ok) {
    throw new RuleProblem(`JSONPath ${quote(path)}: ${compiled.problem}`, {
      hint: 'write a JSONPath (RFC 9535) such as $.id, $.items[*].id, or $..nonce',
    });
  }
  return path;
}

function parseSegmentName(text: string): string {
  const name = text.replace(/^\{(.*)\}$/, '$1');
  if (/^[^\s{}*/]+$/.test(name)) return name;
  throw new RuleProblem(`${quote(text)} is no name of a path segment`, {
    hint: 'name a segment in braces in the scope and repeat the name: GET /orders/{id}: ignore path id',
  });
}

/** In lower case. Throws RuleProblem. */
export function parseHeaderName(text: string): string {
  // RFC 9110 §5.1: a token, in any case.
  if (/^[!#$%&'*+.^_`|~\w-]+$/.test(text)) return text.toLowerCase();
  throw new RuleProblem(`${quote(text)} is no name of a header`, { hint: 'write header NAME, such as header accept' });
}

/** One word, or any text in quotes. Throws RuleProblem. */
export function parseName(text: string): string {
  if (text.startsWith('"')) {
    try {
      const name: unknown = JSON.parse(text);
      if (typeof name === 'string') return name.toWellFormed();
    } catch {
      // Falls through to the complaint.
    }
    throw new RuleProblem(`${text} is no quoted name`, { hint: 'write quoted names as JSON does: "a name"' });
  }
  if (!/\s/.test(text)) return text.toWellFormed();
  throw new RuleProblem(`${quote(text)} is more than one word`, {
    hint: `a name with spaces stands in quotes: ${quote(text)}`,
  });
}

/** As `parseName` reads it. */
export function formatName(name: string): string {
  return /^[^\s"\p{C}][^\s\p{C}]*$/u.test(name) ? name : quote(name);
}

function unknownPlace(word: string): RuleProblem {
  return new RuleProblem(`${quote(word)} is no place${didYouMean(word, words)}`, { hint });
}

const quote = (text: string): string => JSON.stringify(text);
