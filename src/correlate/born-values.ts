import { isWrite } from '../model/exchange.ts';
import { headerValues, toPairs, type RawHeaders } from '../model/headers.ts';
import { isDistinctive, lastWord } from '../model/identity.ts';
import { insidePlace } from '../model/place.ts';
import { linkTargets, wordPattern } from '../model/text-access.ts';
import { pathSegments, queryParameters } from '../model/url-text.ts';
import { type Leaf, type VisitLeaf, visitBody } from './body-leaves.ts';
import type { CorrelatedExchange } from './correlated-exchange.ts';
import { maxInnerDepth, visitInside } from './inner-leaves.ts';
import { isIdName, isResourceWord, resourceName, resourcesOfField } from './resource-names.ts';
import { kindsOfField } from './value-kinds.ts';
import { classOf, isAttributeName, isNumberIdentity, looksRandom, type ValueClass } from './value-class.ts';

/** A value that a response may have issued. */
export interface BornValue {
  readonly value: string;
  readonly valueClass: Exclude<ValueClass, 'none'>;
  readonly position: number;
  readonly place: string;
  /** Kinds of things it may identify, for weak values. */
  readonly resources: readonly string[];
  /** Last word of the field's name: `token` of `csrfToken`. */
  readonly word: string;
  /** 3: issued by a write, or by a field made for issuing; 2: in a field named as an identifier; 1: anywhere. */
  readonly rank: 1 | 2 | 3;
  /** Of a parameter in a URL: the path and parameter it belongs to, `/orders?after`. */
  readonly link?: string;
  /** One of a list: which of them is needed, the client chose. */
  readonly isListed: boolean;
}

/** Response headers that hold no value of their own making, or are looked into by themselves. */
const describing =
  /^(?:date|expires|age|last-modified|server|via|vary|connection|keep-alive|transfer-encoding|content-.*|cache-control|access-control-.*|strict-transport-security|x-powered-by|x-frame-options|accept-.*|allow|link|set-cookie|location|refresh|alt-svc|referrer-policy|permissions-policy|report-to|nel|x-ratelimit-.*|ratelimit-.*|retry-after)$/;

/** What a refusal may ask for in the next try (RFC 9470, second factors, device logins). */
const challenges = new Set(['token', 'ticket', 'challenge', 'nonce', 'csrf', 'xsrf', 'session', 'code']);

type Candidate = Pick<BornValue, 'value' | 'place' | 'resources' | 'word' | 'rank'> & {
  readonly isListed?: boolean;
  readonly link?: string;
};
/** Takes what may be issued; `isUsed` is asked first, since nearly nothing is. */
interface Sink {
  readonly isUsed: (value: string) => boolean;
  readonly issue: (candidate: Candidate) => void;
}

export interface BornOptions {
  /** Others are left out. */
  readonly isUsed?: (value: string) => boolean;
  /** What a value is called in requests where it is a secret by name; undefined: nothing else. */
  readonly pseudonymOf?: ((value: string) => string | undefined) | undefined;
  /** Is shown every leaf of the body. */
  readonly alsoVisit?: VisitLeaf;
}

export interface BornOptions {
  /** Others are left out. */
  readonly isUsed?: (value: string) => boolean;
  /** What a value is called in requests where it is a secret by name; undefined: nothing else. */
  readonly pseudonymOf?: ((value: string) => string | undefined) | undefined;
  /** Is shown every leaf of the body. */
  readonly alsoVisit?: VisitLeaf;
}

/** Values that a response may have issued, in order: Location, other headers, cookies, body. */
export function bornValues(exchange: CorrelatedExchange, options: BornOptions = {}): BornValue[] {
  const { response, position, target } = exchange;
  if (response === undefined) return [];
  const { isUsed = () => true, pseudonymOf, alsoVisit } = options;
  const isRefused = response.status >= 400;
  const born: BornValue[] = [];
  const sink: Sink = {
    isUsed,
    issue: (candidate) => {
      const valueClass = classOf(candidate.value);
      if (valueClass === 'none') return;
      // An answer that refuses issues nothing but what to try again with.
      if (isRefused && (valueClass === 'weak' || !challenges.has(candidate.word))) return;
      born.push({ isListed: false, ...candidate, valueClass, position });
    },
  };
  const { headers } = response;
  if (!isRefused) fromAddresses(headers, exchange, sink);
  fromHeaders(headers, sink);
  fromCookies(headers, sink);
  const from = { target, rank: isWrite(exchange.method) ? 3 : 2, sink } as const;
  visitBody(headers, response.body, (raw) => {
    const pseudonym = pseudonymOf?.(raw.text);
    const leaf = pseudonym === undefined ? raw : { ...raw, text: pseudonym };
    alsoVisit?.(leaf);
    fromLeaf(leaf, from);
  });
  return born;
}

/** Location, and headers that hold addresses too: Content-Location, Refresh, Link (RFC 8288). */
function fromAddresses(headers: RawHeaders, { method, target }: CorrelatedExchange, sink: Sink): void {
  for (const url of headerValues(headers, 'location').slice(0, 1)) {
    fromUrl(url, { target, outer: 'header:location[0]', rank: 3, sink });
  }
  for (const url of headerValues(headers, 'content-location').slice(0, 1)) {
    fromUrl(url, { target, outer: 'header:content-location[0]', rank: isWrite(method) ? 3 : 2, sink });
  }
  for (const refresh of headerValues(headers, 'refresh').slice(0, 1)) {
    const url = /\burl\s{0,10}=\s{0,10}["']?([^"'\s>]+)/i.exec(refresh);
    if (url) fromUrl(url[1]!, { target, outer: 'header:refresh[0] > url', rank: 2, sink });
  }
  for (const [index, link] of headerValues(headers, 'link').entries()) {
    for (const { relation, value } of linkTargets(link)) {
      fromUrl(value, { target, outer: insidePlace(`header:link[${index}]`, `link:${relation}`), rank: 2, sink });
    }
  }
}

interface FromUrl {
  /** Of the request that was answered. */
  readonly target: string;
  readonly outer: string;
  readonly rank: BornValue['rank'];
  readonly sink: Sink;
  readonly isListed?: boolean;
}

function fromUrl(url: string, { target, outer, rank, sink, isListed = false }: FromUrl): void {
  const segments = pathSegments(url);
  for (const [index, { value }] of segments.entries()) {
    if (!sink.isUsed(value)) continue;
    const previous = segments[index - 1]?.value ?? '';
    const isNamed = !isResourceWord(value) && isResourceWord(previous);
    if (!isNamed && !(isDistinctive(value) && looksRandom(value))) continue;
    const place = insidePlace(outer, `path:${index}`);
    sink.issue({ value, place, resources: isNamed ? [resourceName(previous)] : [], word: 'id', rank, isListed });
  }
  const counts = new Map<string, number>();
  for (const { name, value } of queryParameters(url)) {
    const index = counts.get(name) ?? 0;
    counts.set(name, index + 1);
    if (!sink.isUsed(value)) continue;
    // `page=2` in a link is arithmetic, not an identifier.
    if (!isIssuingName(name) && !isDistinctive(value)) continue;
    const place = insidePlace(outer, `query:${name}[${index}]`);
    const link = linkKey(url.startsWith('?') ? `${target.split('?', 1)[0]}${url}` : url, name);
    sink.issue({ value, place, resources: resourcesOfField(name), word: lastWord(name), rank, isListed, link });
  }
}

/** What ties a parameter of a link to the request that follows it. */
export function linkKey(url: string, name: string): string {
  return `${pathSegments(url)
    .map(({ value }) => value)
    .join('/')}?${name}`;
}

function fromHeaders(headers: RawHeaders, sink: Sink): void {
  const counts = new Map<string, number>();
  for (const [rawName, value] of toPairs(headers)) {
    const name = rawName.toLowerCase();
    const index = counts.get(name) ?? 0;
    counts.set(name, index + 1);
    if (describing.test(name)) continue;
    const isIdentity = isIssuingName(name);
    const place = `header:${name}[${index}]`;
    const resources = resourcesOfField(name.replace(/^x-/, ''));
    if (sink.isUsed(value) && (isIdentity || looksRandom(value))) {
      sink.issue({ value, place, resources, word: lastWord(name), rank: isIdentity ? 2 : 1 });
    }
    fromWords(value, { place: () => place, sink });
  }
}

/** A cookie's value may go back elsewhere than in the cookie: in a header against forged requests, most of all. */
function fromCookies(headers: RawHeaders, sink: Sink): void {
  for (const header of headerValues(headers, 'set-cookie')) {
    const pair = header.split(';', 1)[0]!;
    const equals = pair.indexOf('=');
    if (equals === -1) continue;
    const name = pair.slice(0, equals).trim();
    const text = pair.slice(equals + 1).trim();
    const leaf: Leaf = { kind: 'string', text, name, place: () => `set-cookie:${name}` };
    fromLeaf(leaf, { target: '', rank: 2, sink });
  }
}

interface FromLeaf {
  readonly target: string;
  /** Of a field named as an identifier. */
  readonly rank: 2 | 3;
  readonly sink: Sink;
  readonly depth?: number;
}

function fromLeaf(leaf: Leaf, from: FromLeaf): void {
  const { kind, text, name, isListed = false } = leaf;
  const { sink, depth = 0 } = from;
  if (sink.isUsed(text)) issueLeaf(leaf, from);
  if (kind !== 'string') return;
  if (isUrl(text)) {
    fromUrl(text, { target: from.target, outer: leaf.place(), rank: 2, sink, isListed });
    return;
  }
  if (text.length > minJoined && isIssuingName(name)) fromWords(text, { place: leaf.place, sink, isListed });
  if (depth < maxInnerDepth) visitInside(leaf, (inner) => fromLeaf(inner, { ...from, depth: depth + 1 }));
}

function issueLeaf(leaf: Leaf, from: FromLeaf): void {
  const { kind, text, name, isListed = false } = leaf;
  const { sink, depth = 0 } = from;
  const isIdentity =
    (kind === 'number' ? isNumberIdentity(name) && /^\d+$/.test(text) : isIssuingName(name)) ||
    // A plain body that is one word is what was asked for.
    (name === '' && depth === 0 && kind === 'string' && isDistinctive(text));
  if (isIdentity || (kind === 'string' && looksRandom(text))) {
    sink.issue({
      value: text,
      place: leaf.place(),
      resources: kindsOfField(leaf, leaf.action === undefined || leaf.action === '' ? from.target : leaf.action),
      word: lastWord(name),
      rank: isIdentity ? from.rank : 1,
      isListed,
    });
  }
}

/** `a:b`, `a,b`, `Bearer a`: each word that could not be anything else. */
function fromWords(
  text: string,
  { place, sink, isListed = false }: { readonly place: () => string; readonly sink: Sink; readonly isListed?: boolean },
): void {
  if (text.length > maxJoined || !/[\s,;:|]/.test(text)) return;
  let index = 0;
  for (const [value] of text.matchAll(wordPattern)) {
    const at = insidePlace(place(), `word:${index}`);
    if (sink.isUsed(value) && looksRandom(value))
      sink.issue({ value, place: at, resources: [], word: '', rank: 1, isListed });
    if (++index === maxWords) return;
  }
}

/** Two values that could not be anything else are longer together. */
const minJoined = 20;
const maxJoined = 4096;
const maxWords = 8;

function isIssuingName(name: string): boolean {
  return isIdName(name) && !isAttributeName(name);
}

function isUrl(text: string): boolean {
  return text.length <= 2048 && /^(?:https?:\/\/|\/|\?[\w.-]+=)[^\s]+$/.test(text);
}
