import { toPairs } from '../model/headers.ts';
import { nameWords } from '../model/identity.ts';
import { formParameters, pathSegments, queryParameters } from '../model/url-text.ts';
import { mediaType } from '../model/content-shape.ts';
import type { CorrelatedExchange } from './correlated-exchange.ts';
import { jsonLeaves, textOf } from './json-leaves.ts';
import { isEnvelope, isResourceWord, resourceName, resourcesOfField, resourcesOfTarget } from './resource-names.ts';

/** One place of a request that holds a value. */
export interface UsedValue {
  readonly place: string;
  readonly text: string;
  /** Kinds of things the value may identify by where it stands. */
  readonly resources: readonly string[];
  /** Last word of the field's name; empty in a path. */
  readonly word: string;
  /** Where it stands, in words. */
  readonly where: string;
  /** Lower-case name for headers and cookies. */
  readonly header?: string;
  readonly cookie?: string;
}

/** Headers by which a client talks about itself, its connection, or the format. */
const notCarried =
  /^(?:host|user-agent|accept|accept-.*|connection|keep-alive|content-.*|transfer-encoding|date|origin|te|upgrade.*|via|sec-.*|cache-control|pragma|dnt|expect|priority|cookie|proxy-.*|traceparent|tracestate|x-forwarded-.*|forwarded|range)$/;

/** Fields of these names hold amounts and choices, even where a kind of thing has the same name (`/pages`, `?page=2`). */
const notReferences =
  /^(?:page|limit|offset|size|count|quantity|qty|total|amount|price|version|sort|order|year|month|day|hour|minute|second|index|position|rank|level|status|state|type|step|number|name)s?$/;

function resourcesOfUse(name: string, around: readonly string[]): readonly string[] {
  if (notReferences.test(name.toLowerCase())) return [];
  const own = resourcesOfField(name);
  return own.length > 0 ? own : around;
}

/** Every place of a request that may hold a value from an earlier response. */
export function* usedValues(exchange: CorrelatedExchange): Generator<UsedValue> {
  yield* inPath(exchange.target);
  yield* inParameters('query', queryParameters(exchange.target), exchange.target);
  yield* inHeaders(exchange);
  const { requestHeaders, requestBody } = exchange;
  if (mediaType(requestHeaders) === 'application/x-www-form-urlencoded') {
    const text = textOf(requestHeaders, requestBody);
    if (text !== undefined) yield* inParameters('form', formParameters(text), exchange.target);
    return;
  }
  for (const leaf of jsonLeaves(requestHeaders, requestBody)) {
    const container = leaf.containers.findLast((key) => !isEnvelope(key));
    const around = container === undefined ? resourcesOfTarget(exchange.target) : resourcesOfField(container);
    yield {
      place: `json:${leaf.pointer}`,
      text: leaf.text,
      resources: resourcesOfUse(leaf.name, around),
      word: lastWord(leaf.name),
      where: `in the JSON field ${leaf.pointer}`,
    };
  }
}

function* inPath(target: string): Generator<UsedValue> {
  const segments = pathSegments(target);
  for (const [index, { value }] of segments.entries()) {
    const previous = segments[index - 1]?.value ?? '';
    yield {
      place: `path:${index}`,
      text: value,
      resources: isResourceWord(previous) ? [resourceName(previous)] : [],
      word: '',
      where: previous === '' ? 'in the path' : `in the path after ${previous}`,
    };
  }
}

function* inParameters(
  kind: 'query' | 'form',
  parameters: readonly { readonly name: string; readonly value: string }[],
  target: string,
): Generator<UsedValue> {
  const counts = new Map<string, number>();
  for (const { name, value } of parameters) {
    const index = counts.get(name) ?? 0;
    counts.set(name, index + 1);
    yield {
      place: `${kind}:${name}[${index}]`,
      text: value,
      resources: resourcesOfUse(name, resourcesOfTarget(target)),
      word: lastWord(name),
      where: `in the ${kind === 'query' ? 'query parameter' : 'form field'} ${name}`,
    };
  }
}

function* inHeaders({ requestHeaders }: CorrelatedExchange): Generator<UsedValue> {
  const counts = new Map<string, number>();
  for (const [rawName, value] of toPairs(requestHeaders)) {
    const name = rawName.toLowerCase();
    const index = counts.get(name) ?? 0;
    counts.set(name, index + 1);
    if (name === 'cookie') yield* inCookies(value);
    if (notCarried.test(name)) continue;
    yield {
      place: `header:${name}[${index}]`,
      text: value,
      resources: resourcesOfField(name.replace(/^x-/, '')),
      word: name === 'authorization' ? 'token' : lastWord(name),
      where: `in the header ${name}`,
      header: name,
    };
  }
}

function* inCookies(header: string): Generator<UsedValue> {
  for (const pair of header.split(';')) {
    const equals = pair.indexOf('=');
    if (equals === -1) continue;
    const name = pair.slice(0, equals).trim();
    const text = pair.slice(equals + 1).trim();
    yield {
      place: `cookie:${name}`,
      text,
      resources: [],
      word: lastWord(name),
      where: `in the cookie ${name}`,
      cookie: name,
    };
  }
}

function lastWord(name: string): string {
  return nameWords(name).at(-1) ?? '';
}
