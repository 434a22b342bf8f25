import { toPairs, type RawHeaders } from '../model/headers.ts';
import { lastWord } from '../model/identity.ts';
import { formParameters, pathSegments, queryParameters, type UrlPart } from '../model/url-text.ts';
import { mediaType } from '../model/content-shape.ts';
import type { CorrelatedExchange } from './correlated-exchange.ts';
import { leafContainer, leafName, leafPlace, textOf, visitJsonLeaves } from './json-leaves.ts';
import { isResourceWord, resourceName, resourcesOfField, resourcesOfTarget } from './resource-names.ts';

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
export function usedValues(exchange: CorrelatedExchange): UsedValue[] {
  const { target, requestHeaders, requestBody } = exchange;
  const used = [
    ...inPath(target),
    ...inParameters('query', queryParameters(target), target),
    ...inHeaders(requestHeaders),
  ];
  if (mediaType(requestHeaders) === 'application/x-www-form-urlencoded') {
    const text = textOf(requestHeaders, requestBody);
    return text === undefined ? used : [...used, ...inParameters('form', formParameters(text), target)];
  }
  visitJsonLeaves(requestHeaders, requestBody, (leaf) => {
    const name = leafName(leaf);
    const container = leafContainer(leaf);
    const place = leafPlace(leaf);
    used.push({
      place,
      text: leaf.text,
      resources: resourcesOfUse(
        name,
        container === undefined ? resourcesOfTarget(target) : resourcesOfField(container),
      ),
      word: lastWord(name),
      where: `in the JSON field ${place.slice('json:'.length)}`,
    });
  });
  return used;
}

function inPath(target: string): UsedValue[] {
  const segments = pathSegments(target);
  return segments.map(({ value }, index) => {
    const previous = segments[index - 1]?.value ?? '';
    return {
      place: `path:${index}`,
      text: value,
      resources: isResourceWord(previous) ? [resourceName(previous)] : [],
      word: '',
      where: previous === '' ? 'in the path' : `in the path after ${previous}`,
    };
  });
}

function inParameters(kind: 'query' | 'form', parameters: readonly UrlPart[], target: string): UsedValue[] {
  const counts = new Map<string, number>();
  return parameters.map(({ name, value }) => {
    const index = counts.get(name) ?? 0;
    counts.set(name, index + 1);
    return {
      place: `${kind}:${name}[${index}]`,
      text: value,
      resources: resourcesOfUse(name, resourcesOfTarget(target)),
      word: lastWord(name),
      where: `in the ${kind === 'query' ? 'query parameter' : 'form field'} ${name}`,
    };
  });
}

function inHeaders(headers: RawHeaders): UsedValue[] {
  const counts = new Map<string, number>();
  return toPairs(headers).flatMap(([rawName, value]) => {
    const name = rawName.toLowerCase();
    const index = counts.get(name) ?? 0;
    counts.set(name, index + 1);
    if (name === 'cookie') return inCookies(value);
    if (notCarried.test(name)) return [];
    return {
      place: `header:${name}[${index}]`,
      text: value,
      resources: resourcesOfField(name.replace(/^x-/, '')),
      word: name === 'authorization' ? 'token' : lastWord(name),
      where: `in the header ${name}`,
      header: name,
    };
  });
}

function inCookies(header: string): UsedValue[] {
  return header.split(';').flatMap((pair) => {
    const equals = pair.indexOf('=');
    if (equals === -1) return [];
    const cookie = pair.slice(0, equals).trim();
    const text = pair.slice(equals + 1).trim();
    return {
      place: `cookie:${cookie}`,
      text,
      resources: [],
      word: lastWord(cookie),
      where: `in the cookie ${cookie}`,
      cookie,
    };
  });
}
