import { isUtf8 } from 'node:buffer';
import { decodeContent } from './content-coding.ts';
import { mediaType } from './content-shape.ts';
import { headerValue, type RawHeaders } from './headers.ts';
import { multipartFields } from './multipart.ts';
import { parsePlace, splitPlace, type Place } from './place.ts';
import { locateInText, type ValueInText } from './text-access.ts';
import type { TextSpan } from './url-text.ts';

/** What places are read from: a request (with its target) or a response (without). */
export interface PlaceMessage {
  readonly target?: string;
  readonly headers: RawHeaders;
  /** As on the wire. Undefined: none, or too large to look into. */
  readonly body: Buffer | undefined;
}

/** Bodies that decode to more are not looked into. */
const maxBodyBytes = 16 * 1024 * 1024;

/**
 * The value at a place (model/place.ts): decoded from its percent-encoding or JSON string; JSON numbers, booleans and
 * null as their text. Undefined when the message has no such place or holds a JSON object or array there.
 */
export function readPlace(message: PlaceMessage, place: string): string | undefined {
  const { outer, inner } = splitPlace(place);
  if (inner === undefined) return parsePlace(outer) && locate(message, parsePlace(outer)!)?.value;
  const value = readPlace(message, outer);
  return value === undefined ? undefined : locateInText(value, parsePlace(inner)!)?.value;
}

/**
 * The message with another value at a place. Encoded as the place needs it; every other byte stays. JSON numbers,
 * booleans and null stay literals as long as the new value is one; a compressed body is compressed again. A message without that
 * place comes back as it is. Content-Length is the caller's.
 */
export function writePlace<M extends PlaceMessage>(message: M, place: string, value: string): M {
  const { outer, inner } = splitPlace(place);
  if (inner !== undefined) {
    const around = readPlace(message, outer);
    const found = around === undefined ? undefined : locateInText(around, parsePlace(inner)!);
    if (!found?.replace || found.value === value) return message;
    return writePlace(message, outer, found.replace(value));
  }
  const parsed = parsePlace(outer);
  const found = parsed && locate(message, parsed);
  return !found || found.value === value ? message : (found.replace(value) as M);
}

/** A value in a message, and the message with another one there. */
interface Located {
  readonly value: string;
  readonly replace: (value: string) => PlaceMessage;
}

function locate(message: PlaceMessage, place: Place): Located | undefined {
  switch (place.kind) {
    case 'path':
    case 'query':
      return inTarget(message, locateInText(message.target ?? '', place));
    case 'header':
      return inHeader(message, place);
    case 'cookie':
      return inCookies(message, place.name);
    case 'set-cookie':
      return inSetCookie(message, place.name);
    case 'multipart':
      return inMultipart(message, place);
    case 'json':
    case 'form':
    case 'xml':
    case 'html':
    case 'line':
    case 'event':
    case 'text': {
      const body = textBody(message);
      const found = body && locateInText(body.text, place);
      if (!found) return undefined;
      const { value, replace } = found;
      return { value, replace: (other) => (replace ? withBody(message, body, replace(other)) : message) };
    }
    default:
      return undefined;
  }
}

interface Part {
  readonly value: string;
  readonly span: TextSpan;
}

function spliced(text: string, span: TextSpan, replacement: string): string {
  return `${text.slice(0, span.start)}${replacement}${text.slice(span.end)}`;
}

function inTarget(message: PlaceMessage, found: ValueInText | undefined): Located | undefined {
  if (message.target === undefined || !found?.replace) return undefined;
  const { value, replace } = found;
  return { value, replace: (other) => ({ ...message, target: replace(other) }) };
}

function inHeader(message: PlaceMessage, place: Place): Located | undefined {
  const at = headerIndexes(message.headers, place.name)[place.index];
  if (at === undefined) return undefined;
  return { value: message.headers[at]!, replace: (value) => withValueAt(message, at, value) };
}

/** Of several cookies with one name the first counts (RFC 6265 §5.4: the most specific path comes first). */
function inCookies(message: PlaceMessage, name: string): Located | undefined {
  for (const at of headerIndexes(message.headers, 'cookie')) {
    const header = message.headers[at]!;
    let start = 0;
    for (const pair of header.split(';')) {
      const part = cookiePart(pair, start);
      if (part?.name === name) {
        return { value: part.value, replace: (value) => withValueAt(message, at, spliced(header, part.span, value)) };
      }
      start += pair.length + 1;
    }
  }
  return undefined;
}

/** Of several settings of one cookie the last counts (RFC 6265 §5.3). */
function inSetCookie(message: PlaceMessage, name: string): Located | undefined {
  for (const at of headerIndexes(message.headers, 'set-cookie').reverse()) {
    const header = message.headers[at]!;
    const part = cookiePart(header.split(';', 1)[0]!, 0);
    if (part?.name !== name) continue;
    return { value: part.value, replace: (value) => withValueAt(message, at, spliced(header, part.span, value)) };
  }
  return undefined;
}

function cookiePart(pair: string, start: number): (Part & { readonly name: string }) | undefined {
  const equals = pair.indexOf('=');
  if (equals === -1) return undefined;
  const raw = pair.slice(equals + 1);
  const value = raw.trim();
  const from = start + equals + 1 + (raw.length - raw.trimStart().length);
  return { name: pair.slice(0, equals).trim(), value, span: { start: from, end: from + value.length } };
}

/** Fields are read as bytes: files between them need not be text. */
function inMultipart(message: PlaceMessage, place: Place): Located | undefined {
  const decoded = message.body && decodeContent(message.headers, message.body, maxBodyBytes);
  const boundary = /;\s*boundary=(?:"([^"]+)"|([^\s;]+))/i.exec(headerValue(message.headers, 'content-type') ?? '');
  if (!decoded?.ok || !boundary || !mediaType(message.headers).startsWith('multipart/')) return undefined;
  const text = decoded.content.toString('latin1');
  const fields = multipartFields(text, boundary[1] ?? boundary[2]!);
  const span = fields.filter(({ name }) => name === Buffer.from(place.name).toString('latin1'))[place.index];
  if (!span) return undefined;
  return {
    value: decoded.content.toString('utf8', span.start, span.end),
    replace: (value) => {
      const written = Buffer.from(value, 'utf8').toString('latin1');
      return { ...message, body: decoded.encode(Buffer.from(spliced(text, span, written), 'latin1')) };
    },
  };
}

interface TextBody {
  readonly text: string;
  /** Applies the body's content codings to other bytes. */
  readonly encode: (content: Buffer) => Buffer;
}

/** The decoded body as UTF-8; undefined when it is not, so that writing it back loses nothing. */
function textBody(message: PlaceMessage): TextBody | undefined {
  if (!message.body || message.body.length === 0) return undefined;
  const decoded = decodeContent(message.headers, message.body, maxBodyBytes);
  if (!decoded.ok || !isUtf8(decoded.content)) return undefined;
  return { text: decoded.content.toString('utf8'), encode: decoded.encode };
}

function withBody(message: PlaceMessage, body: TextBody, text: string): PlaceMessage {
  return { ...message, body: body.encode(Buffer.from(text, 'utf8')) };
}

function headerIndexes(headers: RawHeaders, name: string): number[] {
  const wanted = name.toLowerCase();
  const indexes: number[] = [];
  for (let i = 0; i + 1 < headers.length; i += 2) {
    if (headers[i]!.toLowerCase() === wanted) indexes.push(i + 1);
  }
  return indexes;
}

function withValueAt(message: PlaceMessage, at: number, value: string): PlaceMessage {
  // RFC 9110 §5.5: what no header may hold is not written, whatever a response made of it.
  if (/[^\t\x20-\x7e\x80-\xff]/.test(value)) return message;
  return { ...message, headers: message.headers.with(at, value) };
}
