/**
 * Where a value stands in a message. One text form, used by redaction (what was replaced), correlation (where a value
 * flows) and rules:
 *
 *   path:2              third segment of the path, still percent-encoded on the wire, decoded here
 *   query:token[0]      first query parameter of that name
 *   header:x-api-key[0] first header of that name (lower case)
 *   cookie:sid          value of one cookie of the request
 *   set-cookie:sid      value of one cookie set by the response
 *   form:password[0]    first form field of that name
 *   json:/user/token    JSON leaf by pointer (RFC 6901); `json:` alone is the whole document
 *
 * Where the value of a place is itself a URL, ` > ` leads inside it: `header:location[0] > path:1`,
 * `json:/links/next > query:cursor[0]`.
 */
export type PlaceKind = 'path' | 'query' | 'header' | 'cookie' | 'set-cookie' | 'form' | 'json';

export interface Place {
  readonly kind: PlaceKind;
  /** Segment number for `path`, pointer for `json`, else the name. */
  readonly name: string;
  /** Which of several with the same name, from 0; always 0 for `path`, `json` and cookies. */
  readonly index: number;
}

const indexed: ReadonlySet<PlaceKind> = new Set(['query', 'header', 'form']);
const kinds: ReadonlySet<string> = new Set(['path', 'query', 'header', 'cookie', 'set-cookie', 'form', 'json']);

export function formatPlace(place: Place): string {
  return indexed.has(place.kind) ? `${place.kind}:${place.name}[${place.index}]` : `${place.kind}:${place.name}`;
}

export function parsePlace(text: string): Place | undefined {
  const colon = text.indexOf(':');
  const kind = text.slice(0, colon);
  if (!kinds.has(kind)) return undefined;
  const rest = text.slice(colon + 1);
  if (!indexed.has(kind as PlaceKind)) return { kind: kind as PlaceKind, name: rest, index: 0 };
  const found = /^(.*)\[(\d+)\]$/s.exec(rest);
  return found ? { kind: kind as PlaceKind, name: found[1]!, index: Number(found[2]) } : undefined;
}

const inside = ' > ';

/** A place inside a URL, split into the place of the URL and the path or query place in it. */
export function splitPlace(text: string): { readonly outer: string; readonly inner?: string } {
  const at = text.lastIndexOf(inside);
  const inner = text.slice(at + inside.length);
  // A JSON key or a header may contain the separator itself.
  if (at === -1 || !/^(?:path|query):/.test(inner)) return { outer: text };
  return { outer: text.slice(0, at), inner };
}

export function insidePlace(outer: string, inner: string): string {
  return `${outer}${inside}${inner}`;
}
