import { isWrite } from '../model/exchange.ts';
import { headerValues, toPairs } from '../model/headers.ts';
import { isDistinctive, isIdentityName, nameWords } from '../model/identity.ts';
import { insidePlace } from '../model/place.ts';
import { pathSegments, queryParameters } from '../model/url-text.ts';
import type { CorrelatedExchange } from './correlated-exchange.ts';
import { jsonLeaves, type JsonLeafValue } from './json-leaves.ts';
import { isEnvelope, isResourceWord, resourceName, resourcesOfField, resourcesOfTarget } from './resource-names.ts';
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

/** Values that a response may have issued, in order: cookies, Location, other headers, JSON leaves. */
export function* bornValues(exchange: CorrelatedExchange): Generator<BornValue> {
  const { response } = exchange;
  // An answer that refuses issues nothing.
  if (response === undefined || response.status >= 400) return;
  const issue = issuer(exchange);
  for (const location of headerValues(response.headers, 'location').slice(0, 1))
    yield* fromUrl(location, issue, locationPlace);
  yield* fromHeaders(exchange, issue);
  for (const leaf of jsonLeaves(response.headers, response.body)) yield* fromLeaf(leaf, exchange, issue);
}

type Issue = (found: Pick<BornValue, 'value' | 'place' | 'resources' | 'word' | 'rank'>) => Generator<BornValue>;

function issuer({ position, target }: CorrelatedExchange): Issue {
  const path = target.split('?', 1)[0]!;
  return function* issue(found) {
    const valueClass = classOf(found.value);
    if (valueClass !== 'none') yield { ...found, valueClass, position, path };
  };
}

const locationPlace = 'header:location[0]';

function* fromUrl(url: string, issue: Issue, outer: string): Generator<BornValue> {
  const rank = outer === locationPlace ? 3 : 2;
  const segments = pathSegments(url);
  for (const [index, { value }] of segments.entries()) {
    const previous = segments[index - 1]?.value ?? '';
    if (isResourceWord(value) || !isResourceWord(previous)) continue;
    yield* issue({
      value,
      place: insidePlace(outer, `path:${index}`),
      resources: [resourceName(previous)],
      word: 'id',
      rank,
    });
  }
  const seen = new Map<string, number>();
  for (const { name, value } of queryParameters(url)) {
    const index = seen.get(name) ?? 0;
    seen.set(name, index + 1);
    // `page=2` in a link is arithmetic, not an identifier.
    if (!isIdentityName(name) && !isDistinctive(value)) continue;
    yield* issue({
      value,
      place: insidePlace(outer, `query:${name}[${index}]`),
      resources: resourcesOfField(name),
      word: lastWord(name),
      rank,
    });
  }
}

function* fromHeaders(exchange: CorrelatedExchange, issue: Issue): Generator<BornValue> {
  const counts = new Map<string, number>();
  for (const [rawName, value] of toPairs(exchange.response!.headers)) {
    const name = rawName.toLowerCase();
    const index = counts.get(name) ?? 0;
    counts.set(name, index + 1);
    if (describing.test(name)) continue;
    if (!isIdentityName(name) && !looksRandom(value)) continue;
    yield* issue({
      value,
      place: `header:${name}[${index}]`,
      resources: resourcesOfField(name.replace(/^x-/, '')),
      word: lastWord(name),
      rank: isIdentityName(name) ? 2 : 1,
    });
  }
}

function* fromLeaf(leaf: JsonLeafValue, exchange: CorrelatedExchange, issue: Issue): Generator<BornValue> {
  const { name, kind, text } = leaf;
  const place = `json:${leaf.pointer}`;
  const isIdentity = kind === 'number' ? isNumberIdentity(name) && /^\d+$/.test(text) : isIdentityName(name);
  if (!isIdentity && (kind === 'number' || !looksRandom(text))) {
    if (kind === 'string' && isUrl(text)) yield* fromUrl(text, issue, place);
    return;
  }
  yield* issue({
    value: text,
    place,
    resources: resourcesOfLeaf(leaf, exchange.target),
    word: lastWord(name),
    rank: !isIdentity ? 1 : isWrite(exchange.method) ? 3 : 2,
  });
  if (kind === 'string' && isUrl(text)) yield* fromUrl(text, issue, place);
}

/** Whose identifier a leaf is: by its own name, else by what contains it, else by what was asked for. */
function resourcesOfLeaf({ name, containers }: JsonLeafValue, target: string): string[] {
  const own = resourcesOfField(name);
  if (own.length > 0) return own;
  const container = containers.findLast((key) => !isEnvelope(key));
  return container === undefined ? resourcesOfTarget(target) : resourcesOfField(container);
}

function isUrl(text: string): boolean {
  return text.length <= 2048 && /^(?:https?:\/\/|\/)[^\s]+$/.test(text);
}

function lastWord(name: string): string {
  return nameWords(name).at(-1) ?? '';
}
