import { decodeBase64Text } from './base64-text.ts';
import { eventData } from './event-data.ts';
import { escapedHtml, type HtmlField, htmlFields } from './html-fields.ts';
import { pointerKeys } from './json-pointer.ts';
import { jsonString, type JsonLeaf, type JsonNode, parseJsonTree } from './json-tree.ts';
import { isJwt } from './jwt.ts';
import type { Place } from './place.ts';
import {
  encodeParameter,
  encodeSegment,
  formParameters,
  pathSegments,
  queryParameters,
  type TextSpan,
} from './url-text.ts';
import { escapedXml, type XmlLeaf, xmlLeaves } from './xml-leaves.ts';

/** A value in a text, and the text with another one there. */
export interface ValueInText {
  readonly value: string;
  /** Undefined where nothing can be put: a claim of a signed token, an event of a stream. */
  readonly replace: ((value: string) => string) | undefined;
}

/** The value at a place inside a text (place.ts): a body, a request target, or the value of another place. */
export function locateInText(text: string, place: Place): ValueInText | undefined {
  switch (place.kind) {
    case 'path':
      return encoded(text, pathSegments(text)[Number(place.name)], encodeSegment);
    case 'query':
      return encoded(text, nth(queryParameters(text), place), encodeParameter);
    case 'form':
      return encoded(text, nth(formParameters(text), place), encodeParameter);
    case 'json':
      return inJson(text, place.name);
    case 'xml':
      return encoded(
        text,
        leavesOf(text).find(({ path }) => path === place.name),
        escapedXml,
      );
    case 'html':
      return encoded(text, nth(fieldsOf(text), place), escapedHtml);
    case 'line':
      return nthMatch(text, /[^\r\n]+/g, Number(place.name));
    case 'word':
      return nthMatch(text, wordPattern, Number(place.name));
    case 'link':
      return inLinks(text, place.name);
    case 'url':
      return group(text, /\burl\s{0,10}=\s{0,10}["']?([^"'\s>]+)/di.exec(text));
    case 'event': {
      const value = eventData(text)[Number(place.name)];
      return value === undefined ? undefined : { value, replace: undefined };
    }
    case 'text':
      return nthMatch(text, /\S(?:[^]*\S)?/g, 0);
    case 'percent': {
      const value = percentDecoded(text);
      return value === undefined ? undefined : { value, replace: encodeParameter };
    }
    case 'base64': {
      const decoded = decodeBase64Text(text);
      return decoded && { value: decoded.text, replace: decoded.encode };
    }
    case 'jwt': {
      const claims = jwtClaims(text);
      const claim = claims === undefined ? undefined : inJson(claims, place.name);
      return claim && { value: claim.value, replace: undefined };
    }
    case 'header':
    case 'cookie':
    case 'set-cookie':
    case 'multipart':
      return undefined;
    default:
      return place.kind satisfies never;
  }
}

/** What `word:N` counts: stretches between white space, `,`, `;`, `:` and `|`. */
export const wordPattern: RegExp = /[^\s,;:|]+/g;

/** A text decoded once more; undefined when it is not percent-encoded. */
export function percentDecoded(text: string): string | undefined {
  if (!/%[0-9a-f]{2}/i.test(text)) return undefined;
  try {
    return decodeURIComponent(text);
  } catch {
    return undefined;
  }
}

/** The claims of a JSON Web Token as JSON text (RFC 7519). */
export function jwtClaims(text: string): string | undefined {
  return isJwt(text) ? Buffer.from(text.split('.')[1]!, 'base64url').toString('utf8') : undefined;
}

/** The URLs of a Link header by relation (RFC 8288 §3), with where each stands. */
export function linkTargets(
  text: string,
): { readonly relation: string; readonly value: string; readonly span: TextSpan }[] {
  return [...text.matchAll(/<([^<>]*)>([^<]*)/g)].flatMap((found) => {
    const relations = /;\s{0,10}rel\s{0,10}=\s{0,10}(?:"([^"]*)"|([\w-]+))/i.exec(found[2]!);
    const start = found.index + 1;
    const span = { start, end: start + found[1]!.length };
    const names = (relations?.[1] ?? relations?.[2] ?? '').split(/\s+/).filter((name) => name !== '');
    return names.map((relation) => ({ relation, value: found[1]!, span }));
  });
}

interface Part {
  readonly value: string;
  readonly start: number;
  readonly end: number;
}

function encoded(
  text: string,
  part: Part | { readonly value: string; readonly span: TextSpan } | undefined,
  encode: (value: string) => string,
): ValueInText | undefined {
  if (part === undefined) return undefined;
  const { start, end } = 'span' in part ? part.span : part;
  return {
    value: part.value,
    replace: (value) => text.slice(0, start) + encode(value) + text.slice(end),
  };
}

function nth<P extends { readonly name: string }>(parts: readonly P[], place: Place): P | undefined {
  return parts.filter((part) => part.name === place.name)[place.index];
}

function nthMatch(text: string, pattern: RegExp, index: number): ValueInText | undefined {
  let seen = 0;
  for (const found of text.matchAll(pattern)) {
    if (seen++ < index) continue;
    const [value] = found;
    return encoded(text, { value, start: found.index, end: found.index + value.length }, String);
  }
  return undefined;
}

function group(text: string, found: RegExpExecArray | null): ValueInText | undefined {
  const [start, end] = found?.indices?.[1] ?? [];
  if (start === undefined || end === undefined) return undefined;
  return encoded(text, { value: found![1]!, start, end }, String);
}

function inLinks(text: string, relation: string): ValueInText | undefined {
  const link = linkTargets(text).find((target) => target.relation === relation);
  return encoded(text, link, String);
}

function inJson(text: string, pointer: string): ValueInText | undefined {
  const leaf = jsonLeaf(parsed(text), pointer);
  if (!leaf) return undefined;
  const { start, end } = leaf;
  const literal = text.slice(start, end);
  return {
    value: leaf.kind === 'string' ? jsonString(text, leaf) : literal,
    replace: (value) => {
      const written = leaf.kind !== 'string' && isLiteral(value) ? value : JSON.stringify(value);
      return text.slice(0, start) + written + text.slice(end);
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

/** Several places of one body are usually read in a row, so what was read last is kept. */
function remembered<T>(read: (text: string) => T): (text: string) => T {
  let last: { readonly text: string; readonly result: T } | undefined;
  return (text) => {
    if (last?.text !== text) last = { text, result: read(text) };
    return last.result;
  };
}

const parsed: (text: string) => JsonNode | undefined = remembered(parseJsonTree);
const leavesOf: (text: string) => readonly XmlLeaf[] = remembered(xmlLeaves);
const fieldsOf: (text: string) => readonly HtmlField[] = remembered(htmlFields);
