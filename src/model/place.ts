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
 *   multipart:note[0]   first text field of that name of a multipart body
 *   json:/user/token    JSON leaf by pointer (RFC 6901); `json:` alone is the whole document
 *   xml:/order/@id      XML attribute or text by local names; `/item[2]` is the second of that name
 *   html:input csrf[0]  value of a form field; `html:form[0]`, `html:a Next[0]`, `html:meta csrf-token[0]` (html-fields.ts)
 *   line:3              fourth line of the body (NDJSON)
 *   event:0             data of the first server-sent event
 *   text                the whole body
 *
 * ` > ` leads inside the value of a place, as often as needed: `header:location[0] > path:1`,
 * `json:/token > jwt:/sub`, `header:authorization[0] > word:1 > base64`. Inside a text there are
 *
 *   path:1 query:a[0]   parts of a URL
 *   form:a[0]           parameters of `a=1&b=2`
 *   json:/a             JSON in a text
 *   word:1              second of the words between white space, `,`, `;`, `:` and `|`
 *   link:next           URL of this relation in a Link header (RFC 8288)
 *   url                 URL after `url=`, as in Refresh
 *   percent             the text percent-decoded once more
 *   base64              what Base64 or Base64url stands for
 *   jwt:/sub            claim of a JSON Web Token
 */
export type PlaceKind = (typeof placeKinds)[number];

const placeKinds = [
  ...(['path', 'query', 'header', 'cookie', 'set-cookie', 'form', 'multipart', 'json', 'xml', 'html'] as const),
  ...(['line', 'event', 'text', 'word', 'link', 'url', 'percent', 'base64', 'jwt'] as const),
] as const;

export interface Place {
  readonly kind: PlaceKind;
  /** Segment number for `path`, pointer for `json`, else the name. */
  readonly name: string;
  /** Which of several with the same name, from 0; always 0 for `path`, `json` and cookies. */
  readonly index: number;
}

const indexed: ReadonlySet<string> = new Set(['query', 'header', 'form', 'multipart', 'html']);
/** Written without a colon. */
const nameless: ReadonlySet<string> = new Set(['text', 'url', 'percent', 'base64']);
const kinds: ReadonlySet<string> = new Set(placeKinds);
const innerKinds: ReadonlySet<string> = new Set('path query form json word link url percent base64 jwt'.split(' '));

export function formatPlace(place: Place): string {
  if (nameless.has(place.kind)) return place.kind;
  return indexed.has(place.kind) ? `${place.kind}:${place.name}[${place.index}]` : `${place.kind}:${place.name}`;
}

export function parsePlace(text: string): Place | undefined {
  if (nameless.has(text)) return { kind: text as PlaceKind, name: '', index: 0 };
  const colon = text.indexOf(':');
  const kind = text.slice(0, Math.max(0, colon));
  if (!kinds.has(kind) || nameless.has(kind)) return undefined;
  const rest = text.slice(colon + 1);
  if (!indexed.has(kind)) return { kind: kind as PlaceKind, name: rest, index: 0 };
  const found = /^(.*)\[(\d+)\]$/s.exec(rest);
  return found ? { kind: kind as PlaceKind, name: found[1]!, index: Number(found[2]) } : undefined;
}

const inside = ' > ';

/** A place inside a value, split at its last step: where the value around it stands, and the place in that. */
export function splitPlace(text: string): { readonly outer: string; readonly inner?: string } {
  const at = text.lastIndexOf(inside);
  if (at === -1) return { outer: text };
  const inner = text.slice(at + inside.length);
  // A JSON key or a header may contain the separator itself.
  if (!innerKinds.has(parsePlace(inner)?.kind ?? '')) return { outer: text };
  return { outer: text.slice(0, at), inner };
}

export function insidePlace(outer: string, inner: string): string {
  return `${outer}${inside}${inner}`;
}

/** The place in the message itself, without what leads inside its value. */
export function outermostPlace(text: string): string {
  const { outer, inner } = splitPlace(text);
  return inner === undefined ? outer : outermostPlace(outer);
}
