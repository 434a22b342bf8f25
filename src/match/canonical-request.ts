import { isUtf8 } from 'node:buffer';
import { hash } from 'node:crypto';
import { decodeContent } from '../model/content-coding.ts';
import { contentShape, mediaType } from '../model/content-shape.ts';
import type { RawHeaders } from '../model/headers.ts';
import type { JsonNode } from '../model/json-tree.ts';
import { decodeComponent, decodeFormComponent, splitPairs } from '../model/url-text.ts';
import { withCanonicalGraphql, withCanonicalGraphqlPairs, withCanonicalGraphqlText } from './canonical-graphql.ts';
import { canonicalMultipart } from './canonical-multipart.ts';
import { readXmlBody, type XmlDocument } from './canonical-xml.ts';
import { leftOut, type Marks } from './mask-set.ts';

/** What of a request takes part in matching. */
export interface KeyedRequest {
  readonly targetName: string;
  readonly method: string;
  /** Path and query as sent, or an absolute URL, whose authority does not count. */
  readonly target: string;
  /** Only `Content-Type` and `Content-Encoding` are looked at, to read the body. */
  readonly headers: RawHeaders;
  /** Bytes as sent; by size and hash when too large to look into; undefined or empty: no body. */
  readonly body: Buffer | BodyHash | undefined;
}

export interface BodyHash {
  /** Lower-case hex. */
  readonly sha256: string;
  readonly sizeBytes: number;
}

/** A name and value in their one percent-encoded spelling; undefined: there was no `=`. */
export type CanonicalPair = readonly [name: string, value: string | undefined];

export type CanonicalBody =
  | { readonly kind: 'none' }
  | { readonly kind: 'json'; readonly text: string; readonly root: JsonNode }
  | { readonly kind: 'form'; readonly pairs: readonly CanonicalPair[] }
  | { readonly kind: 'xml'; readonly document: XmlDocument }
  | {
      readonly kind: 'bytes';
      readonly sha256: string;
      readonly sizeBytes: number;
      /** Of text that is short enough to be looked into. */
      readonly text?: string;
    };

/** `/path` and the start of its query in a request target; the authority of an absolute URL is skipped. */
export function splitTarget(target: string): { readonly path: string; readonly queryStart: number } {
  const start = target.startsWith('/') ? 0 : (/^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i.exec(target)?.[0].length ?? 0);
  const question = target.indexOf('?', start);
  const path = target.slice(start, question === -1 ? target.length : question);
  return { path: path === '' ? '/' : path, queryStart: question === -1 ? target.length : question + 1 };
}

const escape = /%([0-9a-fA-F]{2})/g;

/**
 * A path as sent, but for what RFC 3986 §6.2.2 calls equivalent: the case of percent-encodings, and percent-encoded
 * unreserved characters. `%2F` stays apart from `/`, dot segments stay.
 */
export function canonicalPath(path: string, masks: Marks): string {
  const normal = path.includes('%') ? path.replace(escape, normalEscape) : path;
  if (!masks.has('path')) return normal;
  return normal
    .split('/')
    .map((segment, i) => (i === 0 ? segment : (masks.take(`path:${i - 1}`, decodeComponent(segment)) ?? segment)))
    .join('/');
}

function normalEscape(_whole: string, digits: string): string {
  const char = String.fromCharCode(Number.parseInt(digits, 16));
  return unreserved.test(char) ? char : `%${digits.toUpperCase()}`;
}

const unreserved = /^[A-Za-z0-9\-._~]*$/;
const notUnreserved = /%([0-9a-fA-F]{2})|[^A-Za-z0-9\-._~]/gu;

/**
 * Pairs sorted by name; those of one name keep their order. Components compare decoded, as every server framework reads
 * them: `%7e` is `~`, `%2C` is `,`, `+` and `%20` are a space (WHATWG URL §5); `a` and `a=` stay apart.
 */
export function canonicalPairs(
  text: string,
  start: number,
  options: { kind: 'query' | 'form'; masks: Marks },
): CanonicalPair[] {
  const { kind, masks } = options;
  const isMasked = masks.has(kind);
  const counts = new Map<string, number>();
  const sent = kind === 'query' ? withCanonicalGraphqlPairs(splitPairs(text, start)) : splitPairs(text, start);
  const pairs = sent.map(({ rawName, rawValue }) => {
    const place = isMasked ? `${kind}:${nextPlace(counts, decodeFormComponent(rawName))}` : '';
    return { name: canonicalComponent(rawName), rawValue, place };
  });
  if (pairs.length > 1) pairs.sort((a, b) => (a.name < b.name ? -1 : Number(a.name > b.name)));
  return pairs
    .map(({ name, rawValue, place }): CanonicalPair => {
      const mark = isMasked
        ? masks.take(place, rawValue === undefined ? '' : decodeFormComponent(rawValue))
        : undefined;
      return [name, mark ?? (rawValue === undefined ? undefined : canonicalComponent(rawValue))];
    })
    .filter(([, value]) => value !== leftOut);
}

function nextPlace(counts: Map<string, number>, name: string): string {
  const index = counts.get(name) ?? 0;
  counts.set(name, index + 1);
  return `${name}[${index}]`;
}

function canonicalComponent(raw: string): string {
  if (unreserved.test(raw)) return raw;
  return raw.replace(notUnreserved, (char, digits: string | undefined) => {
    if (digits !== undefined) return normalEscape(char, digits);
    if (char === '+') return '%20';
    // Targets and form bodies are read one character per byte.
    const bytes = Buffer.from(char, char.codePointAt(0)! <= 0xff ? 'latin1' : 'utf8');
    return bytes.toString('hex').toUpperCase().replace(/../g, '%$&');
  });
}

/** The content of a body (content codings removed, whatever they were) by its shape. */
export function canonicalBody(request: KeyedRequest, masks: Marks): CanonicalBody {
  const { body, headers } = request;
  if (body === undefined) return { kind: 'none' };
  if (!Buffer.isBuffer(body)) {
    return body.sizeBytes === 0 ? { kind: 'none' } : { kind: 'bytes', sha256: body.sha256, sizeBytes: body.sizeBytes };
  }
  if (body.length === 0) return { kind: 'none' };
  const decoded = decodeContent(headers, body);
  const content = decoded.ok ? decoded.content : body;
  const shape = contentShape(headers, content);
  switch (shape.kind) {
    case 'json':
      return { kind: 'json', ...withCanonicalGraphql(shape) };
    case 'form':
      return { kind: 'form', pairs: canonicalPairs(shape.text, 0, { kind: 'form', masks }) };
    case 'multipart':
      return hashed(Buffer.from(canonicalMultipart(shape.text, shape.boundary, masks), 'latin1'));
    case 'bytes': {
      const document = readXmlBody(headers, content);
      if (document) return { kind: 'xml', document };
      const canonical = withCanonicalGraphqlText(headers, content);
      return isShortText(headers, canonical) ? { ...hashed(canonical), text: canonical.toString() } : hashed(canonical);
    }
    default:
      return shape satisfies never;
  }
}

const maxTextBytes = 64 * 1024;

function isShortText(headers: RawHeaders, content: Buffer): boolean {
  const type = mediaType(headers);
  const isText = type.startsWith('text/') || type === 'application/graphql';
  return isText && content.length <= maxTextBytes && isUtf8(content);
}

function hashed(content: Buffer): Extract<CanonicalBody, { kind: 'bytes' }> {
  return { kind: 'bytes', sha256: hash('sha256', content, 'hex'), sizeBytes: content.length };
}
