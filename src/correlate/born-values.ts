import { isWrite } from '../model/exchange.ts';
import { headerValues, toPairs, type RawHeaders } from '../model/headers.ts';
import { isDistinctive, isIdentityName, lastWord } from '../model/identity.ts';
import { insidePlace } from '../model/place.ts';
import { pathSegments, queryParameters } from '../model/url-text.ts';
import type { CorrelatedExchange } from './correlated-exchange.ts';
import { leafName, leafPlace, visitJsonLeaves, type JsonLeafValue } from './json-leaves.ts';
import { isResourceWord, resourceName, resourcesOfField } from './resource-names.ts';
import { kindsAt } from './value-kinds.ts';
import { classOf, isNumberIdentity, looksRandom, type ValueClass } from './value-class.ts';

/** A value that a response may have issued. */
export interface BornValue {
  readonly value: string;
  readonly valueClass: Exclude<ValueClass, 'none'>;
  readonly position: number;
  readonly place: string;
  /** Path of the request that was answered: validators such as ETag belong to it. */
  readonly path: string;
  /** Kinds of things it may identify, for weak values. */
  readonly resources: readonly string[];
  /** Last word of the field's name: `token` of `csrfToken`. */
  readonly word: string;
  /** 3: issued by a write, or by a field made for issuing; 2: in a field named as an identifier; 1: anywhere. */
  readonly rank: 1 | 2 | 3;
}

/** Response headers that hold no value of their own making. */
const describing =
  /^(?:date|expires|age|last-modified|server|via|vary|connection|keep-alive|transfer-encoding|content-.*|cache-control|access-control-.*|strict-transport-security|x-powered-by|x-frame-options|accept-.*|allow|link|set-cookie|location|alt-svc|referrer-policy|permissions-policy|report-to|nel|x-ratelimit-.*|ratelimit-.*|retry-after)$/;

const locationPlace = 'header:location[0]';

type Candidate = Pick<BornValue, 'value' | 'place' | 'resources' | 'word' | 'rank'>;

/** Values that a response may have issued, in order: Location, other headers, JSON leaves. */
export function bornValues(exchange: CorrelatedExchange): BornValue[] {
  const { response, position, target } = exchange;
  // An answer that refuses issues nothing.
  if (response === undefined || response.status >= 400) return [];
  const path = target.split('?', 1)[0]!;
  const born: BornValue[] = [];
  const issue = (candidate: Candidate): void => {
    const valueClass = classOf(candidate.value);
    if (valueClass !== 'none') born.push({ ...candidate, valueClass, position, path });
  };
  for (const location of headerValues(response.headers, 'location').slice(0, 1))
    fromUrl(location, locationPlace, issue);
  fromHeaders(response.headers, issue);
  visitJsonLeaves(response.headers, response.body, (leaf) => fromLeaf(leaf, exchange, issue));
  return born;
}

function fromUrl(url: string, outer: string, issue: (candidate: Candidate) => void): void {
  const rank = outer === locationPlace ? 3 : 2;
  const segments = pathSegments(url);
  for (const [index, { value }] of segments.entries()) {
    const previous = segments[index - 1]?.value ?? '';
    if (isResourceWord(value) || !isResourceWord(previous)) continue;
    const place = insidePlace(outer, `path:${index}`);
    issue({ value, place, resources: [resourceName(previous)], word: 'id', rank });
  }
  const counts = new Map<string, number>();
  for (const { name, value } of queryParameters(url)) {
    const index = counts.get(name) ?? 0;
    counts.set(name, index + 1);
    // `page=2` in a link is arithmetic, not an identifier.
    if (!isIdentityName(name) && !isDistinctive(value)) continue;
    const place = insidePlace(outer, `query:${name}[${index}]`);
    issue({ value, place, resources: resourcesOfField(name), word: lastWord(name), rank });
  }
}

function fromHeaders(headers: RawHeaders, issue: (candidate: Candidate) => void): void {
  const counts = new Map<string, number>();
  for (const [rawName, value] of toPairs(headers)) {
    const name = rawName.toLowerCase();
    const index = counts.get(name) ?? 0;
    counts.set(name, index + 1);
    if (describing.test(name)) continue;
    const isIdentity = isIdentityName(name);
    if (!isIdentity && !looksRandom(value)) continue;
    const resources = resourcesOfField(name.replace(/^x-/, ''));
    issue({ value, place: `header:${name}[${index}]`, resources, word: lastWord(name), rank: isIdentity ? 2 : 1 });
  }
}

function fromLeaf(leaf: JsonLeafValue, exchange: CorrelatedExchange, issue: (candidate: Candidate) => void): void {
  const { kind, text } = leaf;
  const name = leafName(leaf);
  const isIdentity = kind === 'number' ? isNumberIdentity(name) && /^\d+$/.test(text) : isIdentityName(name);
  if (isIdentity || (kind === 'string' && isDistinctive(text) && looksRandom(text))) {
    issue({
      value: text,
      place: leafPlace(leaf),
      resources: kindsAt(leaf.path, exchange.target),
      word: lastWord(name),
      rank: !isIdentity ? 1 : isWrite(exchange.method) ? 3 : 2,
    });
  }
  if (kind === 'string' && isUrl(text)) fromUrl(text, leafPlace(leaf), issue);
}

function isUrl(text: string): boolean {
  return text.length <= 2048 && /^(?:https?:\/\/|\/)[^\s]+$/.test(text);
}
