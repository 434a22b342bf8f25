import { decodeContent } from '../model/content-coding.ts';
import { headerValue, type RawHeaders } from '../model/headers.ts';
import { isJsonType, mediaType } from '../model/content-shape.ts';
import { type JsonValue, parseJsonValue, type ShadowedMember } from '../model/json-value.ts';
import { decodeText } from './text-encoding.ts';

interface ContentFacts {
  /** Media type without parameters, lower case; empty when there is none. */
  readonly contentType: string;
  /** The decoded bytes (content coding removed). */
  readonly bytes: Buffer;
  /** What separates the parts of a multipart body. */
  readonly boundary?: string;
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
 * Reads a body (bytes as sent) by its headers: content coding removed, charset as `decodeText` finds it. JSON is what is labelled so, and unlabelled or plain text that is an object or array.
 * Never throws: what cannot be decoded is `bytes`, JSON that does not parse is `text`, both with a `problem`.
 */
export function contentOf(headers: RawHeaders, body: Buffer): Content {
  const label = headerValue(headers, 'content-type') ?? '';
  const contentType = mediaType(headers);
  const uncoded = decodeContent(headers, body);
  if (!uncoded.ok) return { kind: 'bytes', contentType, bytes: body, problem: `the body ${uncoded.problem}` };
  const bytes = uncoded.content;
  const boundary = contentType.startsWith('multipart/') ? parameterOf(label, 'boundary') : undefined;
  const facts = { contentType, bytes, ...(boundary === undefined ? {} : { boundary }) };
  const isJson = isJsonType(contentType);
  if (!isJson && !isTextType(contentType) && !looksLikeText(contentType, bytes)) return { kind: 'bytes', ...facts };

  const decoded = decodeText(bytes, { charset: parameterOf(label, 'charset'), contentType });
  if (decoded.problem !== undefined) return { kind: 'bytes', ...facts, problem: decoded.problem };
  const { text } = decoded;
  if (bytes.length === 0) return { kind: 'text', ...facts, text: '' };
  if (!isJson && !mayBeJson(contentType, text)) return { kind: 'text', ...facts, text };
  const parsed = parseJsonValue(text);
  if (parsed.ok) return { kind: 'json', ...facts, text, value: parsed.value, shadowed: parsed.shadowed };
  if (!isJson) return { kind: 'text', ...facts, text };
  return { kind: 'text', ...facts, text, problem: `not valid JSON: ${parsed.problem}` };
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

/** A parameter of a media type, without quotes. */
function parameterOf(label: string, name: 'charset' | 'boundary'): string | undefined {
  const found = new RegExp(`;\\s*${name}\\s*=\\s*(?:"([^"]*)"|([^\\s";]+))`, 'i').exec(label);
  return found ? (found[1] ?? found[2]) : undefined;
}
