import { isUtf8 } from 'node:buffer';
import { decodeContent } from './content-coding.ts';
import type { RawHeaders } from './headers.ts';
import { pointerKeys } from './json-pointer.ts';
import { jsonString, parseJsonTree, type JsonLeaf, type JsonNode } from './json-tree.ts';
import { parsePlace, splitPlace, type Place } from './place.ts';
import {
  encodeParameter,
  encodeSegment,
  formParameters,
  pathSegments,
  queryParameters,
  type TextSpan,
} from './url-text.ts';

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
  const parsed = parsePlace(outer);
  const value = parsed && locate(message, parsed)?.value;
  if (inner === undefined || value === undefined) return value;
  return readPlace({ target: value, headers: [], body: undefined }, inner);
}

/**
 * The message with another value at a place. Encoded as the place needs it; every other byte stays. JSON numbers,
 * booleans and null stay literals as long as the new value is one; a compressed body is compressed again. A message without that
 * place comes back as it is. Content-Length is the caller's.
 */
export function writePlace<M extends PlaceMessage>(message: M, place: string, value: string): M {
  const { outer, inner } = splitPlace(place);
  const parsed = parsePlace(outer);
  const found = parsed && locate(message, parsed);
  if (!found) return message;
  if (inner !== undefined) {
    const url = writePlace({ target: found.value, headers: [], body: undefined }, inner, value).target;
    return writePlace(message, outer, url);
  }
  return found.value === value ? message : (found.replace(value) as M);
}

/** A value in a message, and the message with another one there. */
interface Located {
  readonly value: string;
  readonly replace: (value: string) => PlaceMessage;
}

function locate(message: PlaceMessage, place: Place): Located | undefined {
  switch (place.kind) {
    case 'path':
      return inTarget(message, pathSegments(message.target ?? '')[Number(place.name)], encodeSegment);
    case 'query':
      return inTarget(message, nth(queryParameters(message.target ?? ''), place), encodeParameter);
    case 'header':
      return inHeader(message, place);
    case 'cookie':
      return inCookies(message, place.name);
    case 'set-cookie':
      return inSetCookie(message, place.name);
    case 'form':
      return inForm(message, place);
    case 'json':
      return inJson(message, place.name);
    default:
      return place.kind satisfies never;
  }
}

interface Part {
  readonly value: string;
  readonly span: TextSpan;
}

function nth<P extends { readonly name: string }>(parts: readonly P[], place: Place): P | undefined {
  return parts.filter((part) => part.name === place.name)[place.index];
}

function spliced(text: string, span: TextSpan, replacement: string): string {
  return `${text.slice(0, span.start)}${replacement}${text.slice(span.end)}`;
}

function inTarget(
  message: PlaceMessage,
  part: Part | undefined,
  encode: (value: string) => string,
): Located | undefined {
  const { target } = message;
  if (target === undefined || part === undefined) return undefined;
  return {
    value: part.value,
    replace: (value) => ({ ...message, target: spliced(target, part.span, encode(value)) }),
  };
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

function inForm(message: PlaceMessage, place: Place): Located | undefined {
  const body = textBody(message);
  const part = body && nth(formParameters(body.text), place);
  if (!part) return undefined;
  return {
    value: part.value,
    replace: (value) => withBody(message, body, spliced(body.text, part.span, encodeParameter(value))),
  };
}

function inJson(message: PlaceMessage, pointer: string): Located | undefined {
  const body = textBody(message);
  const leaf = body && jsonLeaf(parsedText(body.text), pointer);
  if (!leaf) return undefined;
  const literal = body.text.slice(leaf.start, leaf.end);
  return {
    value: leaf.kind === 'string' ? jsonString(body.text, leaf) : literal,
    replace: (value) => {
      const written = leaf.kind !== 'string' && isLiteral(value) ? value : JSON.stringify(value);
      return withBody(message, body, spliced(body.text, leaf, written));
    },
  };
}

/** A number, boolean or null as JSON writes it. */
function isLiteral(text: string): boolean {
  const root = parseJsonTree(text);
  return (root?.kind === 'number' || root?.kind === 'literal') && root.end - root.start === text.length;
}

function jsonLeaf(root: JsonNode | undefined, pointer: string): JsonLeaf | undefined {
  let node = root;
  for (const key of pointerKeys(pointer)) {
    // Of two equal keys the last counts, as in JSON.parse.
    if (node?.kind === 'object') node = node.members.findLast((member) => member.key === key)?.value;
    else if (node?.kind === 'array' && /^(?:0|[1-9]\d*)$/.test(key)) node = node.items[Number(key)];
    else return undefined;
  }
  return node === undefined || node.kind === 'object' || node.kind === 'array' ? undefined : node;
}

/** Several places of one body are usually read in a row, so the last parse is kept. */
let lastParsed: { readonly text: string; readonly root: JsonNode | undefined } = { text: '', root: undefined };

function parsedText(text: string): JsonNode | undefined {
  if (lastParsed.text !== text) lastParsed = { text, root: parseJsonTree(text) };
  return lastParsed.root;
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
