import { toPairs, type RawHeaders } from '../model/headers.ts';
import { lastWord } from '../model/identity.ts';
import { insidePlace } from '../model/place.ts';
import { pathSegments, queryParameters } from '../model/url-text.ts';
import { type Leaf, visitBody } from './body-leaves.ts';
import type { CorrelatedExchange } from './correlated-exchange.ts';
import { visitInside } from './inner-leaves.ts';
import { isResourceWord, resourceName, resourcesOfField, resourcesOfTarget } from './resource-names.ts';

/** One place of a request that holds a value. */
export interface UsedValue {
  readonly place: string;
  readonly text: string;
  /** Kinds of things the value may identify by where it stands. */
  readonly resources: readonly string[];
  /** Name of the field, header, cookie or parameter; empty in a path. */
  readonly name: string;
  /** Last word of the field's name; empty in a path. */
  readonly word: string;
  /** Where it stands, in words. */
  readonly where: string;
  readonly kind: 'path' | 'query' | 'header' | 'cookie' | 'body';
  /** It is named as an amount or a choice, whatever it is equal to. */
  readonly isAmount: boolean;
}

/** Headers by which a client talks about itself, its connection, or the format. */
const notCarried =
  /^(?:host|user-agent|accept|accept-.*|connection|keep-alive|content-.*|transfer-encoding|date|te|upgrade.*|via|sec-.*|cache-control|pragma|dnt|expect|priority|proxy-.*|traceparent|tracestate|x-forwarded-.*|forwarded|range|depth|prefer)$/;

/** Fields of these names hold amounts and choices, even where a kind of thing has the same name (`/pages`, `?page=2`). */
const amounts =
  /^(?:page|limit|offset|size|count|quantity|qty|total|amount|price|version|sort|order|year|month|day|hour|minute|second|index|position|rank|level|status|state|type|step|number|name|port|zip|age|weight|width|height|length|score|rating|percent|discount|tax|ttl|timeout|retries|skip|top|take|start|end|from|to|per|max|min|priority)s?$/;

/** Every place of a request that may hold a value from an earlier response. */
export function usedValues(exchange: CorrelatedExchange): UsedValue[] {
  const { target, requestHeaders, requestBody } = exchange;
  const about = resourcesOfTarget(target);
  const used = [...inUrl(target), ...inHeaders(requestHeaders)];
  const graphql = graphqlArguments(requestBody);
  visitBody(requestHeaders, requestBody, (leaf) => used.push(inBody(leaf, { about, graphql })));
  return used;
}

/** What stands in the text of a used value when it is decoded once: a URL, Base64, JSON, one more percent-encoding. */
export function valuesInside(used: UsedValue): UsedValue[] {
  const { place, text, where } = used;
  if (text.length < 4) return [];
  const inside: UsedValue[] = [];
  if (/^(?:https?:\/\/[^\s/]+)?\/[^\s]+$/.test(text)) {
    for (const part of inUrl(text)) {
      inside.push({ ...part, kind: used.kind, place: insidePlace(place, part.place), where: `${where}, in its URL` });
    }
    return inside;
  }
  const leaf: Leaf = { kind: 'string', text, name: used.name, place: () => place };
  visitInside(leaf, (inner) => {
    const innerPlace = inner.place();
    // A token that the server signed is passed on as it is: what it claims is not the client's to change.
    if (/ > jwt:[^>]*$/.test(innerPlace)) return;
    const own = inner.name === used.name ? used.resources : resourcesOfUse(inner.name, inner.container, []);
    inside.push({
      ...used,
      ...named(inner.name),
      place: innerPlace,
      text: inner.text,
      resources: own,
      where: `${where}, encoded`,
    });
  });
  return inside;
}

function named(name: string): Pick<UsedValue, 'name' | 'word' | 'isAmount'> {
  return { name, word: lastWord(name), isAmount: amounts.test(lastWord(name)) };
}

function resourcesOfUse(name: string, container: string | undefined, about: readonly string[]): readonly string[] {
  if (amounts.test(name.toLowerCase())) return [];
  const own = resourcesOfField(name);
  if (own.length > 0) return own;
  return container === undefined ? about : resourcesOfField(container);
}

function inUrl(url: string): UsedValue[] {
  const segments = pathSegments(url);
  const used = segments.map(({ value }, index): UsedValue => {
    const previous = segments[index - 1]?.value ?? '';
    // OData writes `orders(17)`.
    const called = /^(\p{L}[\p{L}_-]*)\(/u.exec(value)?.[1];
    const of = called ?? (isResourceWord(previous) ? previous : undefined);
    return {
      kind: 'path',
      place: `path:${index}`,
      text: value,
      resources: of === undefined ? [] : [resourceName(of)],
      name: '',
      word: '',
      isAmount: false,
      where: previous === '' ? 'in the path' : `in the path after ${previous}`,
    };
  });
  const about = resourcesOfTarget(url);
  const counts = new Map<string, number>();
  for (const { name, value } of queryParameters(url)) {
    const index = counts.get(name) ?? 0;
    counts.set(name, index + 1);
    used.push({
      kind: 'query',
      place: `query:${name}[${index}]`,
      text: value,
      resources: resourcesOfUse(name, undefined, about),
      ...named(name),
      where: `in the query parameter ${name}`,
    });
  }
  return used;
}

interface InBody {
  readonly about: readonly string[];
  readonly graphql: ReadonlyMap<string, string> | undefined;
}

function inBody(leaf: Leaf, { about, graphql }: InBody): UsedValue {
  const place = leaf.place();
  const { name, container } = leaf;
  const argument = container === undefined && place.includes('/variables/') ? graphql?.get(name) : undefined;
  const resources = argument === undefined ? undefined : resourcesOfField(argument);
  return {
    kind: 'body',
    place,
    text: leaf.text,
    resources: resourcesOfField(name).length === 0 && resources ? resources : resourcesOfUse(name, container, about),
    ...named(name),
    where: bodyWords(place),
  };
}

function bodyWords(place: string): string {
  const colon = place.indexOf(':');
  const kind = place.slice(0, Math.max(0, colon));
  switch (kind) {
    case 'form':
    case 'multipart':
      return `in the form field ${place.slice(colon + 1).replace(/\[\d+\]$/, '')}`;
    case 'json':
      return `in the JSON field ${place.slice(colon + 1)}`;
    case 'xml':
      return `in the XML element ${place.slice(colon + 1)}`;
    default:
      return 'in the body';
  }
}

/** What each variable of a GraphQL request is an argument of: `order(id: $id)` says that `id` is an order's. */
function graphqlArguments(body: Buffer | undefined): ReadonlyMap<string, string> | undefined {
  if (body === undefined || body.length > maxGraphql || !body.includes('"query"') || !body.includes('"variables"')) {
    return undefined;
  }
  const found = new Map<string, string>();
  for (const [, field, inner] of body.toString('utf8').matchAll(/(\w{1,80})\s{0,10}\(([^()]{0,1000})\)/g)) {
    for (const [, variable] of inner!.matchAll(/:\s{0,10}\$(\w{1,80})/g)) {
      if (!found.has(variable!)) found.set(variable!, field!);
    }
  }
  return found;
}

const maxGraphql = 64 * 1024;

function inHeaders(headers: RawHeaders): UsedValue[] {
  const counts = new Map<string, number>();
  return toPairs(headers).flatMap(([rawName, value]): UsedValue[] => {
    const name = rawName.toLowerCase();
    const index = counts.get(name) ?? 0;
    counts.set(name, index + 1);
    if (name === 'cookie') return inCookies(value);
    if (notCarried.test(name)) return [];
    return [
      {
        kind: 'header',
        place: `header:${name}[${index}]`,
        text: value,
        resources: resourcesOfField(name.replace(/^x-/, '')),
        name,
        word: name === 'authorization' ? 'token' : lastWord(name),
        isAmount: amounts.test(lastWord(name)),
        where: `in the header ${name}`,
      },
    ];
  });
}

function inCookies(header: string): UsedValue[] {
  return header.split(';').flatMap((pair): UsedValue[] => {
    const equals = pair.indexOf('=');
    if (equals === -1) return [];
    const name = pair.slice(0, equals).trim();
    return [
      {
        kind: 'cookie',
        place: `cookie:${name}`,
        text: pair.slice(equals + 1).trim(),
        resources: [],
        ...named(name),
        where: `in the cookie ${name}`,
      },
    ];
  });
}
