import { childPointer, pointerKeys } from '../model/json-pointer.ts';
import { nameWords } from '../model/identity.ts';
import type { CauseClass, MissCause } from '../model/miss-report.ts';
import { parsePlace } from '../model/place.ts';
import { isIncomingFresh, isRecordedFree } from '../model/volatile-policy.ts';
import { findVolatiles, type TimeStretch, type VolatileToken } from '../model/volatile-tokens.ts';
import { canonicalBody, type KeyedRequest } from './canonical-request.ts';
import type { DescribedDifferences } from './describe-differences.ts';
import { MaskSet } from './mask-set.ts';
import type { DifferingValue } from './part-difference.ts';
import { nameOf } from './request-shape.ts';

/** The exchange whose response gave a recorded value out. */
export interface Issuer {
  readonly address: string;
  /** `POST /orders` */
  readonly request: string;
  /** Has the lane been served it? */
  readonly wasServed: boolean;
}

/** The nearest recording, and what is known around it. */
export interface CauseFacts {
  readonly recorded: KeyedRequest;
  readonly incoming: KeyedRequest;
  readonly described: DescribedDifferences;
  readonly recording: TimeStretch;
  readonly run: TimeStretch;
  /** Who gave the recorded value at a place out. */
  readonly issuerOf: (place: string) => Issuer | undefined;
  /** The match rule by which a header or cookie counts. */
  readonly ruleOf: (place: string) => string | undefined;
}

/** What most likely made a request of a recorded method and path (but for single segments) miss. */
export function missCause(facts: CauseFacts): MissCause | undefined {
  const { values, differences } = facts.described;
  const read = values.length === 0 && differences.some(({ part }) => part === 'path') ? undefined : bodyCause(facts);
  if (read) return read;
  const causes = values.map((value) => valueCause(value, facts));
  const telling = causes.find((cause) => cause.class !== 'bound-value') ?? causes[0];
  if (telling) return telling;
  const [whole] = differences;
  if (whole?.part !== 'body' || whole.recorded === undefined || whole.incoming === undefined) return undefined;
  return cause('opaque-body', '', 'the body differs, and is of no kind that is compared by what it means');
}

/** Causes that lie in how the bodies are read as a whole. */
function bodyCause({ recorded, incoming }: CauseFacts): MissCause | undefined {
  // Larger ones are known by their hashes alone.
  if (!Buffer.isBuffer(recorded.body) || !Buffer.isBuffer(incoming.body)) return undefined;
  const [before, after] = [recorded, incoming].map((request) => canonicalBody(request, new MaskSet([])));
  if (!before || !after || before.kind === 'none' || after.kind === 'none') return undefined;
  if (before.kind !== after.kind) {
    const words = `the content type differs, so the body was read in another way: as ${kindWords[before.kind]} when recorded, now as ${kindWords[after.kind]}`;
    return cause('content-type', 'header:content-type[0]', words);
  }
  if (before.kind !== 'json' || after.kind !== 'json') return undefined;
  if (before.text.length > maxOrderedText || after.text.length > maxOrderedText) return undefined;
  const place = firstReordered(JSON.parse(before.text), JSON.parse(after.text), '');
  return place === undefined
    ? undefined
    : cause('item-order', `json:${place}`, `only the order of array items differs, at ${placeWords(`json:${place}`)}`);
}

const maxOrderedText = 256 * 1024;
const kindWords = { json: 'JSON', form: 'a form', xml: 'XML', bytes: 'bytes' } as const;

/** The pointer of the first array whose items stand in another order, if documents differ in nothing but such orders. */
function firstReordered(before: unknown, after: unknown, pointer: string): string | undefined {
  if (orderless(before) !== orderless(after)) return undefined;
  const walk = (a: unknown, b: unknown, at: string): string | undefined => {
    if (JSON.stringify(a) === JSON.stringify(b)) return undefined;
    if (Array.isArray(a) && Array.isArray(b)) {
      const isPaired = a.every((item, i) => orderless(item) === orderless(b[i]));
      if (!isPaired) return at;
      return first(a.keys(), (i) => walk(a[i], b[i], childPointer(at, i)));
    }
    if (!isObject(a) || !isObject(b)) return undefined;
    return first(Object.keys(a), (key) => walk(a[key], b[key], childPointer(at, key)));
  };
  return walk(before, after, pointer);
}

function first<K>(keys: Iterable<K>, find: (key: K) => string | undefined): string | undefined {
  for (const key of keys) {
    const found = find(key);
    if (found !== undefined) return found;
  }
  return undefined;
}

function orderless(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(orderless).toSorted().join()}]`;
  if (!isObject(value)) return JSON.stringify(value) ?? '';
  return `{${Object.keys(value)
    .toSorted()
    .map((key) => `${JSON.stringify(key)}:${orderless(value[key])}`)
    .join()}}`;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function valueCause(value: DifferingValue, facts: CauseFacts): MissCause {
  const { place, recorded, incoming } = value;
  const where = placeWords(place);
  if (recorded === undefined) return cause(classAt(place), place, `${where} was not recorded with it`);
  if (incoming === undefined) return cause(classAt(place), place, `${where} was recorded, and is not in this request`);
  const issuer = facts.issuerOf(place);
  const name = nameOf(place);
  const pair = differingTokens(recorded, incoming, name);
  if (issuer) return issuedCause(value, { issuer, kind: pair?.recorded.class, facts });
  if (isCursorName(name)) {
    return cause('page-cursor', place, `another page cursor at ${where}: it says which page is asked for`);
  }
  if (pair) return tokenCause(place, pair, facts);
  const rule = facts.ruleOf(place);
  if (rule !== undefined) {
    const what = place.startsWith('header:') ? 'a header' : 'a cookie';
    return cause(classAt(place), place, `${what} that the rule \`${rule}\` lets count differs`);
  }
  return cause(classAt(place), place, plainWords(place, where));
}

function plainWords(place: string, where: string): string {
  if (place.startsWith('path:')) return 'nothing was recorded at this path';
  if (place.startsWith('query:')) return `the value of ${where} differs: query values are never confused`;
  return `the value at ${where} differs`;
}

function issuedCause(
  { place }: DifferingValue,
  { issuer, kind, facts }: { readonly issuer: Issuer; readonly kind: string | undefined; readonly facts: CauseFacts },
): MissCause {
  const isPath = place.startsWith('path:');
  const what = kind === undefined ? 'value' : isPath ? 'id' : kind;
  const template = isPath && kind !== undefined ? `\`${templateOf(facts.recorded.target, place, kind)}\`: ` : '';
  const isKind = kind !== undefined && isPath ? ` is ${articleFor(kind)} ${kind}; the recorded one` : '';
  const course = issuer.wasServed ? 'and another one was sent' : 'which this lane has not asked for';
  const words = `${template}the ${what} at ${placeWords(place)}${isKind} was issued by ${issuer.address} (${issuer.request}), ${course}`;
  return cause('issued-value', place, words);
}

/** `/orders/<uuid>` */
function templateOf(target: string, place: string, kind: string): string {
  const at = Number(place.slice('path:'.length)) + 1;
  const path = target.split('?', 1)[0]!;
  return path
    .split('/')
    .map((segment, i) => (i === at ? `<${kind}>` : segment))
    .join('/');
}

function articleFor(word: string): string {
  return /^(?:ulid|objectid|[aeio])/.test(word) ? 'an' : 'a';
}

interface TokenPair {
  readonly recorded: VolatileToken;
  readonly incoming: VolatileToken;
}

function tokenCause(place: string, { recorded, incoming }: TokenPair, facts: CauseFacts): MissCause {
  const { class: kind } = recorded;
  const what = `the ${kind === 'timestamp' ? 'time' : kind} at ${placeWords(place)}`;
  const name = nameOf(place);
  const isFree = isRecordedFree(recorded, {
    window: facts.recording,
    isIssued: false,
    ...(name === undefined ? {} : { name }),
  });
  if (!isFree) {
    const words =
      kind === 'digest' || kind === 'nanoid'
        ? `nothing shows that ${what} is made anew in each run, so that it is never confused with another`
        : `${what} was not made during the recording: it says what is asked for, and is never confused with another`;
    return cause('not-of-the-recording', place, words);
  }
  if (!isIncomingFresh(incoming, facts.run)) {
    const words =
      kind === 'timestamp'
        ? `${what} moves with the clock, but the one sent is not of this run`
        : `${what} is made anew in each run, but the one sent is not of this run`;
    return cause('not-of-this-run', place, words);
  }
  const words = `${what} changes in each run, and the recorded one was made by the client; but one of the two stands for another in this lane already`;
  return cause('bound-value', place, words);
}

/** The first tokens that differ, if nothing but tokens of equal classes does. */
export function differingTokens(recorded: string, incoming: string, name: string | undefined): TokenPair | undefined {
  const hints = name === undefined ? {} : { name };
  const before = findVolatiles(recorded, hints);
  const after = findVolatiles(incoming, hints);
  if (before.length === 0 || shapeOf(recorded, before) !== shapeOf(incoming, after)) return undefined;
  const at = before.findIndex(
    ({ start, end }, i) => recorded.slice(start, end) !== incoming.slice(after[i]!.start, after[i]!.end),
  );
  return at < 0 ? undefined : { recorded: before[at]!, incoming: after[at]! };
}

function shapeOf(text: string, tokens: readonly VolatileToken[]): string {
  let shape = '';
  let from = 0;
  for (const { start, end, class: kind, form } of tokens) {
    shape += `${JSON.stringify(text.slice(from, start))}<${kind} ${form}>`;
    from = end;
  }
  return shape + JSON.stringify(text.slice(from));
}

const cursorWords: ReadonlySet<string> = new Set(['cursor', 'continuation', 'offset', 'page', 'after', 'before']);

/** Does a value of this name say which page of a list is meant? */
export function isCursorName(name: string | undefined): boolean {
  const words = name === undefined ? [] : nameWords(name);
  return words.includes('cursor') || words.includes('continuation') || isPageToken(words);
}

function isPageToken(words: readonly string[]): boolean {
  return words.includes('token') && words.some((word) => word === 'next' || cursorWords.has(word));
}

function classAt(place: string): CauseClass {
  const kind = place.slice(0, place.indexOf(':'));
  switch (kind) {
    case 'path':
      return 'other-path';
    case 'query':
      return 'query-value';
    case 'form':
      return 'form-value';
    case 'header':
      return 'header-value';
    case 'cookie':
      return 'cookie-value';
    default:
      return 'body-value';
  }
}

/** A place for people: ``query `since` ``, `path segment 2`. */
export function placeWords(place: string): string {
  const parsed = parsePlace(place);
  if (!parsed) return 'the text of the body';
  const { kind, name } = parsed;
  switch (kind) {
    case 'path':
      return `path segment ${Number(name) + 1}`;
    case 'json':
      return pointerKeys(name).length === 0 ? 'the body' : `\`${name}\` of the body`;
    case 'xml':
      return `\`${name}\` of the body`;
    case 'form':
    case 'multipart':
      return `form field \`${name}\``;
    case 'query':
    case 'header':
    case 'cookie':
    case 'set-cookie':
      return `${kind} \`${name}\``;
    default:
      return 'the text of the body';
  }
}

function cause(kind: CauseClass, place: string, words: string): MissCause {
  return { class: kind, place, words };
}
