import type { CompareMatcher, ComparePlace, CompareRule } from '../model/compare-rule.ts';
import { compileCompareRules } from '../model/compare-rule-set.ts';
import { compileJsonPath, formatJsonPath } from '../model/json-path.ts';
import { pointerKeys } from '../model/json-pointer.ts';
import { type JsonValue, parseJsonValue } from '../model/json-value.ts';
import { headerValue, headerValues, type RawHeaders } from '../model/headers.ts';
import type { Check } from '../model/run.ts';
import { pathSegments } from '../model/rule-scope.ts';
import { originForm } from '../model/target.ts';
import type { Difference } from '../model/verdict.ts';
import { volatileClasses } from '../model/rule-class.ts';
import { classProblem } from '../compare/value-fit.ts';

/** An exchange that one build answered twice. */
export interface RepeatedAnswer {
  /** The second answer, compared with the first. */
  readonly check: Pick<Check, 'method' | 'target' | 'template' | 'differences'>;
  /** Name of the recorded server. */
  readonly server: string;
  readonly first: FirstAnswer;
}

/** The first answer to an exchange. */
export interface FirstAnswer {
  readonly headers: RawHeaders;
  readonly trailers: RawHeaders;
  /** The body as values that rules can speak of; undefined when it is none. */
  readonly value: () => JsonValue | undefined;
}

/** A place that differs between answers of one build. */
export interface NoisyPlace {
  readonly method: string;
  readonly template: string;
  readonly part: Difference['part'];
  readonly pattern: string;
  readonly kind: Difference['kind'];
  /** Pairs of answers in which it differed. */
  readonly differed: number;
  /** Pairs of answers that could have differed there. */
  readonly compared: number;
  readonly example: Pick<Difference, 'before' | 'after'>;
  /** What would explain it; undefined where no rule should: a status, a value that comes and goes. */
  readonly rule: CompareRule | undefined;
}

/** The recorded servers of a session. With several a rule says of which it is. */
export type ServerCount = 'one' | 'several';

/** Every place in which answers of one build differ without an explanation, most often first. */
export function noisyPlaces(answers: readonly RepeatedAnswer[], servers: ServerCount): NoisyPlace[] {
  const groups = new Map<string, Seen>();
  for (const { check, server, first } of answers) {
    for (const difference of check.differences) {
      if (difference.severity === 'equivalent') continue;
      const { method, template } = check;
      const { part, pattern, kind } = difference;
      const key = JSON.stringify([server, method, template, part, pattern, kind]);
      const scope = { method, template, server, servers };
      const group = groups.get(key) ?? { ...scope, part, pattern, kind, pairs: new Set(), examples: [] };
      group.pairs.add(check);
      if (group.examples.length < maxExamples) group.examples.push({ difference, first, target: check.target });
      groups.set(key, group);
    }
  }
  return Array.from(groups.values(), (seen) => noisyPlace(seen, answers)).toSorted((a, b) => b.differed - a.differed);
}

/** Pairs of answers in which a rule's place is there to differ. */
export function countComparable(
  answers: readonly RepeatedAnswer[],
  { place }: Pick<CompareRule, 'place'>,
  isInScope: (answer: RepeatedAnswer) => boolean,
): number {
  return answers.filter((answer) => isInScope(answer) && hasPlace(answer.first, place)).length;
}

/** Values that a class is inferred from; more say nothing new. */
const maxExamples = 50;

interface Seen extends Pick<NoisyPlace, 'method' | 'template' | 'part' | 'pattern' | 'kind'> {
  readonly server: string;
  readonly servers: ServerCount;
  readonly pairs: Set<object>;
  readonly examples: { readonly difference: Difference; readonly first: FirstAnswer; readonly target: string }[];
}

function noisyPlace(seen: Seen, answers: readonly RepeatedAnswer[]): NoisyPlace {
  const { method, template, part, pattern, kind, pairs, examples } = seen;
  const rule = ruleFor(seen);
  const alike = ({ check, server }: RepeatedAnswer): boolean =>
    server === seen.server && check.method === method && check.template === template;
  const { before, after } = examples[0]!.difference;
  return {
    method,
    template,
    part,
    pattern,
    kind,
    differed: pairs.size,
    compared: rule ? countComparable(answers, rule, alike) : answers.filter(alike).length,
    example: { ...(before === undefined ? {} : { before }), ...(after === undefined ? {} : { after }) },
    rule,
  };
}

function ruleFor(seen: Seen): CompareRule | undefined {
  const place = placeOf(seen);
  const matcher = place && matcherOf(seen, place);
  if (!matcher) return undefined;
  const { method, template, server, servers } = seen;
  const host = servers === 'several' ? { host: server } : {};
  const rule: CompareRule = {
    scope: { method, ...host, path: pathSegments(template.split(' ', 1)[0]!) },
    place,
    matcher,
  };
  const { rulesFor } = compileCompareRules([{ name: '', rule }]);
  // A place that the rule would not find: the path of an element in XML is none in JSON.
  const isFound = seen.examples.every(
    ({ first, target }) => rulesFor({ method, path: originForm(target), server }).length > 0 && hasPlace(first, place),
  );
  return isFound ? rule : undefined;
}

function placeOf({ part, pattern, kind }: Seen): ComparePlace | undefined {
  switch (part) {
    case 'header':
    case 'trailer': {
      if (pattern.startsWith('set-cookie')) {
        const [, name] = /^set-cookie:([^;=]+)$/.exec(pattern) ?? [];
        return name === undefined ? undefined : { kind: 'cookie', name };
      }
      return { kind: part, name: pattern.split(';', 1)[0]! };
    }
    case 'body':
    case 'event': {
      if (pattern !== '' && !pattern.startsWith('/')) return undefined;
      const keys = pointerKeys(pattern);
      const steps = kind === 'moved' && keys.at(-1) === '*' ? keys.slice(0, -1) : keys;
      return { kind: 'json', path: formatJsonPath(steps.map((key) => (key === '*' ? undefined : key))) };
    }
    case 'status':
    case 'failure':
      return undefined;
    default:
      return part satisfies never;
  }
}

/** The narrowest matcher that every example fits. What comes and goes, or changes its type, fits none. */
function matcherOf({ kind, examples }: Seen, place: ComparePlace): CompareMatcher | undefined {
  if (kind === 'moved') return place.kind === 'json' ? { kind: 'unordered' } : undefined;
  if (kind !== 'changed') return undefined;
  const isJson = place.kind === 'json';
  const name = isJson ? /(\w+)[^\w]*$/.exec(place.path)?.[1] : 'name' in place ? place.name : undefined;
  const pairs = examples.map(({ difference: { before = '', after = '' } }) => ({
    before: isJson ? jsonOf(before) : before,
    after: isJson ? jsonOf(after) : after,
  }));
  const fitting = volatileClasses.find((kind) =>
    pairs.every(
      ({ before, after }) =>
        before !== undefined && after !== undefined && classProblem({ before, after }, kind, name) === undefined,
    ),
  );
  if (fitting !== undefined) return { kind: 'volatile', class: fitting };
  return isJson ? { kind: 'type' } : { kind: 'volatile', class: 'any' };
}

/** The value of a difference's text; a text that was cut has none. */
function jsonOf(text: string): JsonValue | undefined {
  const parsed = parseJsonValue(text);
  return parsed.ok ? parsed.value : undefined;
}

function hasPlace({ headers, trailers, value }: FirstAnswer, place: ComparePlace): boolean {
  switch (place.kind) {
    case 'status':
    case 'body':
      return true;
    case 'header':
      return headerValue(headers, place.name) !== undefined;
    case 'trailer':
      return headerValue(trailers, place.name) !== undefined;
    case 'cookie':
      return headerValues(headers, 'set-cookie').some((line) => line.split('=', 1)[0]!.trim() === place.name);
    case 'json': {
      const root = value();
      const path = compileJsonPath(place.path);
      return root !== undefined && path.ok && path.pointers(root).length > 0;
    }
    default:
      return place satisfies never;
  }
}
