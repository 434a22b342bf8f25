import { isUtf8 } from 'node:buffer';
import { headerValue, type RawHeaders } from './headers.ts';
import { type JsonNode, parseJsonTree } from './json-tree.ts';

/**
 * What decoded content is made of. `text` of JSON is decoded as `encoding`; re-encoding it gives the same bytes.
 * Form and multipart text is Latin-1: one character per byte.
 */
export type ContentShape =
  | { readonly kind: 'json'; readonly text: string; readonly encoding: 'utf8' | 'latin1'; readonly root: JsonNode }
  | { readonly kind: 'form'; readonly text: string }
  | { readonly kind: 'multipart'; readonly text: string; readonly boundary: string }
  | { readonly kind: 'bytes' };

/** Media type without parameters, lower case; empty when there is none. */
export function mediaType(headers: RawHeaders): string {
  const value = headerValue(headers, 'content-type') ?? '';
  const semicolon = value.indexOf(';');
  return (semicolon === -1 ? value : value.slice(0, semicolon)).trim().toLowerCase();
}

/** JSON by its media type: `application/json`, any `+json` (RFC 6839), `text/json`, `application/x-amz-json-1.1`. */
export function isJsonType(type: string): boolean {
  return type.endsWith('/json') || type.endsWith('+json') || /^application\/x-(?:amz-)?json\b/.test(type);
}

/**
 * The shape of content by its type and, for types that say nothing (`curl -d` labels everything a form, browsers'
 * string bodies are `text/plain`), by its first character. Content that is not what its type says is `bytes`.
 */
export function contentShape(headers: RawHeaders, content: Buffer): ContentShape {
  if (content.length === 0) return { kind: 'bytes' };
  const type = mediaType(headers);
  const isForm = type === 'application/x-www-form-urlencoded';
  if (isJsonType(type) || ((isForm || type === '' || type === 'text/plain') && looksLikeJson(content))) {
    const encoding = isUtf8(content) ? 'utf8' : 'latin1';
    const text = content.toString(encoding);
    const root = parseJsonTree(text);
    if (root) return { kind: 'json', text, encoding, root };
  }
  if (isForm) return { kind: 'form', text: content.toString('latin1') };
  if (type.startsWith('multipart/')) {
    const boundary = /;\s*boundary=(?:"([^"]+)"|([^\s;]+))/i.exec(headerValue(headers, 'content-type') ?? '');
    if (boundary) return { kind: 'multipart', text: content.toString('latin1'), boundary: boundary[1] ?? boundary[2]! };
  }
  return { kind: 'bytes' };
}

function looksLikeJson(content: Buffer): boolean {
  for (const byte of content) {
    if (byte === 0x7b || byte === 0x5b) return true;
    // White space, and the three bytes of a UTF-8 byte order mark.
    if (byte > 0x20 && byte !== 0xef && byte !== 0xbb && byte !== 0xbf) return false;
  }
  return false;
}
