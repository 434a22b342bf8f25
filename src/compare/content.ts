import { decodeContent } from '../model/content-coding.ts';
import { headerValue, type RawHeaders } from '../model/headers.ts';
import { isJsonType, mediaType } from '../model/content-shape.ts';
import { type JsonValue, parseJsonValue, type ShadowedMember } from '../model/json-value.ts';

interface ContentFacts {
  /** Media type without parameters, lower case; empty when there is none. */
  readonly contentType: string;
  /** The decoded bytes (content coding removed). */
  readonly bytes: Buffer;
  /** Why the body could not be read as its headers promise, in words. */
  readonly problem?: string;
  /** A stream that its client left: it could have gone on. */
  readonly isOpen?: true;
}

export interface JsonContent extends ContentFacts {
  readonly kind: 'json';
  readonly text: string;
  readonly value: JsonValue;
  /** Members hidden by a later one of the same key. */
  readonly shadowed: readonly ShadowedMember[];
}

export interface TextContent extends ContentFacts {
  readonly kind: 'text';
  readonly text: string;
}

export interface BytesContent extends ContentFacts {
  readonly kind: 'bytes';
}

/** A body as it is meant to be read. */
export type Content = JsonContent | TextContent | BytesContent;

/**
 * Reads a body (bytes as sent) by its headers: content coding removed, charset by its label (RFC 9110 §8.3, WHATWG
 * Encoding; UTF-8 without one). JSON is what is labelled so, and unlabelled or plain text that is an object or array.
 * Never throws: what cannot be decoded is `bytes`, JSON that does not parse is `text`, both with a `problem`.
 */
export function contentOf(headers: RawHeaders, body: Buffer): Content {
  const label = headerValue(headers, 'content-type') ?? '';
  const contentType = mediaType(headers);
  const decoded = decodeContent(headers, body);
  if (!decoded.ok) return { kind: 'bytes', contentType, bytes: body, problem: `the body ${decoded.problem}` };
  const bytes = decoded.content;
  const facts = { contentType, bytes };
  const isJson = isJsonType(contentType);
  if (!isJson && !isTextType(contentType) && !looksLikeText(contentType, bytes)) return { kind: 'bytes', ...facts };

  const text = decodeText(bytes, charsetOf(label));
  if (text.problem !== undefined) return { kind: 'bytes', ...facts, problem: text.problem };
  if (bytes.length === 0) return { kind: 'text', ...facts, text: '' };
  if (!isJson && !mayBeJson(contentType, text.value)) return { kind: 'text', ...facts, text: text.value };
  const parsed = parseJsonValue(text.value);
  if (parsed.ok) return { kind: 'json', ...facts, text: text.value, value: parsed.value, shadowed: parsed.shadowed };
  if (!isJson) return { kind: 'text', ...facts, text: text.value };
  return { kind: 'text', ...facts, text: text.value, problem: `not valid JSON: ${parsed.problem}` };
}

const textTypes =
  /^text\/|\+xml$|^application\/(?:xml|javascript|ecmascript|x-javascript|x-ndjson|ndjson|jsonl|x-www-form-urlencoded|graphql|sql|yaml|x-yaml|toml|x-sh|rtf|xhtml\+xml|problem\+xml)$|\+yaml$/;

function isTextType(type: string): boolean {
  return textTypes.test(type);
}

/** Without a type, valid UTF-8 without control characters at its beginning is read as text. */
function looksLikeText(type: string, bytes: Buffer): boolean {
  if (type !== '') return false;
  const head = bytes.subarray(0, 4096);
  return !head.some((byte) => byte < 9 || (byte > 13 && byte < 32 && byte !== 27));
}

function mayBeJson(type: string, text: string): boolean {
  return (type === '' || type === 'text/plain') && /^\s*[[{]/.test(text);
}

function charsetOf(label: string): string {
  return /;\s*charset\s*=\s*"?([^\s";]+)/i.exec(label)?.[1] ?? 'utf-8';
}

/** Fatal: a replacement character would make different bytes look equal. A byte order mark stays, to be compared. */
function decodeText(bytes: Buffer, charset: string): { value: string; problem?: string } {
  try {
    return { value: new TextDecoder(charset, { fatal: true, ignoreBOM: true }).decode(bytes) };
  } catch (thrown) {
    if (thrown instanceof RangeError) return { value: '', problem: `charset ${charset} is not known` };
    return { value: '', problem: `the body is not valid ${charset}` };
  }
}
