import { isUtf8 } from 'node:buffer';
import { decodeContent } from '../model/content-coding.ts';
import { contentShape, isJsonType, mediaType } from '../model/content-shape.ts';
import { eventData } from '../model/event-data.ts';
import type { RawHeaders } from '../model/headers.ts';
import { type HtmlField, htmlFields } from '../model/html-fields.ts';
import { childPointer } from '../model/json-pointer.ts';
import { ExactNumber, isJsonArray, type JsonValue, parseJsonValue } from '../model/json-value.ts';
import { multipartFields } from '../model/multipart.ts';
import { insidePlace } from '../model/place.ts';
import { formParameters } from '../model/url-text.ts';
import { xmlLeaves } from '../model/xml-leaves.ts';
import { isEnvelope } from './resource-names.ts';

/** A text or number in a body. */
export interface Leaf {
  readonly kind: 'string' | 'number';
  readonly text: string;
  /** Of its field; empty where nothing names it. */
  readonly name: string;
  /** What contains it, as far as that says what it is about. */
  readonly container?: string | undefined;
  /** The request that it is made for, where that is known: the action of a form. */
  readonly action?: string;
  /** A hidden field of a form. */
  readonly isHidden?: true;
  /** It stands in a list. */
  readonly isListed?: boolean;
  readonly place: () => string;
}

export type VisitLeaf = (leaf: Leaf) => void;

/** Larger bodies are lists and files; what flows is issued in small answers. */
const maxBodyBytes = 1024 * 1024;
/** Longer texts are documents. */
const maxPlainText = 8192;
/** Streams of more are logs. */
const maxLines = 1000;

/** Is this a type of body that values are found in? Pictures, programs and archives are none. */
export function mayHoldValues(headers: RawHeaders): boolean {
  const type = mediaType(headers);
  if (/^text\/(?:css|javascript|ecmascript|x-)/.test(type)) return false;
  return (
    /^(?:text\/|multipart\/form-data$|application\/x-www-form-urlencoded$|$)|[/+-](?:xml|json|ndjson|jsonl(?:ines)?|json-seq)$/.test(
      type,
    ) || isJsonType(type)
  );
}

/**
 * Calls back with every value of a body, in order: JSON, XML, HTML, forms, multipart fields, lines of JSON, server-sent
 * events, or the text itself. What is none of them, or too large, has none.
 */
export function visitBody(headers: RawHeaders, body: Buffer | undefined, visit: VisitLeaf): void {
  const type = mediaType(headers);
  if (type.startsWith('multipart/')) return visitMultipart(headers, body, visit);
  const text = textOf(headers, body);
  if (text === undefined) return;
  if (type === 'text/event-stream') {
    for (const [index, data] of eventData(text).slice(0, maxLines).entries()) {
      const place = (): string => `event:${index}`;
      if (!visitJsonText(data, visit, place)) visit({ kind: 'string', text: data, name: '', place });
    }
    return;
  }
  if (isJsonType(type) || /^\s*[[{]/.test(text)) {
    if (!visitJsonText(text, visit)) visitLines(text, visit);
  } else if (type === 'application/x-www-form-urlencoded') visitForm(text, visit);
  else if (/(?:^text\/html|\/xhtml\+xml)$/.test(type) || /^\s*<(?:!doctype html|html)[\s>]/i.test(text)) {
    for (const field of htmlFields(text)) visitHtml(field, visit);
  } else if (/[/+]xml$/.test(type) || text.startsWith('<?xml')) {
    for (const { path, name, container, value } of xmlLeaves(text)) {
      const kind = /^\d+$/.test(value) ? 'number' : 'string';
      visit({ kind, text: value, name, container: aboutOf(container), place: () => `xml:${path}` });
    }
  } else if (/^(?:text\/.*)?$/.test(type) && text.length <= maxPlainText) {
    // OAuth 1 and its like answer with a form under any type.
    if (/^[\w.-]+=[^\s&]*(?:&[\w.-]+=[^\s&]*)+$/.test(text)) visitForm(text, visit);
    else visit({ kind: 'string', text: text.trim(), name: '', place: () => 'text' });
  }
}

/** Every value of a text that is JSON. False when it is none. `place`: where the text stands, unless it is the body. */
export function visitJsonText(text: string, visit: VisitLeaf, place?: () => string): boolean {
  const parsed = parseJsonValue(text);
  if (!parsed.ok) return false;
  visitJson(parsed.value, { pointer: 'json:', name: '', container: undefined, isListed: false }, { visit, place });
  return true;
}

/** Nearest key above a leaf; empty in a bare array. */
export function leafName(path: readonly (string | number)[]): string {
  return path.findLast((key) => typeof key === 'string') ?? '';
}

/** Nearest key above a leaf's own name that says what the container is about. */
export function leafContainer(path: readonly (string | number)[]): string | undefined {
  const name = path.findLastIndex((key) => typeof key === 'string');
  for (let i = name - 1; i >= 0; i--) {
    const key = path[i]!;
    if (typeof key === 'string' && !isEnvelope(key)) return key;
  }
  return undefined;
}

/** The text of a body of at most 1 MiB, decoded. */
export function textOf(headers: RawHeaders, body: Buffer | undefined): string | undefined {
  if (body === undefined || body.length === 0 || body.length > maxBodyBytes) return undefined;
  const decoded = decodeContent(headers, body, maxBodyBytes);
  return decoded.ok && isUtf8(decoded.content) ? decoded.content.toString('utf8') : undefined;
}

interface JsonVisit {
  readonly visit: VisitLeaf;
  readonly place: (() => string) | undefined;
}

/** `container`: what is around the value, apart from envelopes. */
interface JsonField {
  readonly pointer: string;
  readonly name: string;
  readonly container: string | undefined;
  readonly isListed: boolean;
}

function visitJson(value: JsonValue, field: JsonField, walk: JsonVisit): void {
  if (typeof value === 'string') visitJsonLeaf({ kind: 'string', text: value }, field, walk);
  else if (typeof value === 'number') visitJsonLeaf({ kind: 'number', text: String(value) }, field, walk);
  else if (value instanceof ExactNumber) visitJsonLeaf({ kind: 'number', text: value.text }, field, walk);
  else if (typeof value === 'object' && value !== null) {
    const { pointer, name, isListed } = field;
    if (isJsonArray(value)) {
      const { container } = field;
      for (let index = 0; index < value.length; index++) {
        visitJson(value[index]!, { pointer: `${pointer}/${index}`, name, container, isListed: true }, walk);
      }
      return;
    }
    const container = name === '' || isEnvelope(name) ? field.container : name;
    for (const key of Object.keys(value)) {
      // Such a key could be taken for a step inside a value.
      if (key.includes(' > ')) continue;
      const inner = { pointer: childPointer(pointer, key), name: key, container, isListed };
      visitJson(value[key]!, inner, walk);
    }
  }
}

function visitJsonLeaf(
  { kind, text }: Pick<Leaf, 'kind' | 'text'>,
  { pointer, name, container, isListed }: JsonField,
  { visit, place }: JsonVisit,
): void {
  visit({
    kind,
    text,
    name,
    container,
    isListed,
    place: () => (place === undefined ? pointer : insidePlace(place(), pointer)),
  });
}

/** NDJSON, also under other names: servers stream it as `application/json`. */
function visitLines(text: string, visit: VisitLeaf): void {
  let index = 0;
  for (const line of text.split(/[\r\n]+/)) {
    if (line === '') continue;
    if (index === maxLines) return;
    const number = index++;
    if (!visitJsonText(line, visit, () => `line:${number}`) && number === 0) return;
  }
}

function visitForm(text: string, visit: VisitLeaf): void {
  const counts = new Map<string, number>();
  for (const { name, value } of formParameters(text)) {
    const index = counts.get(name) ?? 0;
    counts.set(name, index + 1);
    const kind = /^\d+$/.test(value) ? 'number' : 'string';
    visit({ kind, text: value, name, place: () => `form:${name}[${index}]` });
  }
}

function visitMultipart(headers: RawHeaders, body: Buffer | undefined, visit: VisitLeaf): void {
  if (body === undefined || body.length > maxBodyBytes) return;
  const shape = contentShape(headers, body);
  if (shape.kind !== 'multipart') return;
  const counts = new Map<string, number>();
  for (const { name: written, start, end } of multipartFields(shape.text, shape.boundary)) {
    const name = Buffer.from(written, 'latin1').toString('utf8');
    const index = counts.get(name) ?? 0;
    counts.set(name, index + 1);
    if (end - start > maxPlainText) continue;
    const value = Buffer.from(shape.text.slice(start, end), 'latin1').toString('utf8');
    visit({ kind: 'string', text: value, name, place: () => `multipart:${name}[${index}]` });
  }
}

function visitHtml({ name, index, value, action, isHidden }: HtmlField, visit: VisitLeaf): void {
  const space = name.indexOf(' ');
  const own = space === -1 ? '' : name.slice(space + 1);
  const isAddress = /^(?:form|a|link)\b|^attribute hx-/.test(name);
  const place = (): string => `html:${name}[${index}]`;
  if (name.startsWith('script') && visitJsonText(value, visit, place)) return;
  visit({
    kind: /^\d+$/.test(value) ? 'number' : 'string',
    text: value,
    name: isAddress ? 'href' : own.replace(/^data-/, '').replace(/\[([\w-]+)\]$/, '.$1'),
    ...(action === undefined ? {} : { action }),
    ...(isHidden ? { isHidden } : {}),
    place,
  });
}

function aboutOf(container: string | undefined): string | undefined {
  return container === undefined || isEnvelope(container) ? undefined : container;
}
