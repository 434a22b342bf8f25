/** URLs and forms as text: their parts decoded, and where each value stands, so that one can be replaced alone. */

/** A stretch of a text in UTF-16 units, end excluded. */
export interface TextSpan {
  readonly start: number;
  readonly end: number;
}

/** One path segment or one parameter of a URL or form, with the place of its value in the text. */
export interface UrlPart {
  /** Parameter name, decoded; empty for path segments. */
  readonly name: string;
  /** Decoded. */
  readonly value: string;
  /** Where the value, still encoded, stands in the text. */
  readonly span: TextSpan;
}

/** Path segments of a request target or URL (origin, absolute or relative form): `/orders/17` has `orders` and `17`. */
export function pathSegments(target: string): UrlPart[] {
  const start = /^(?:[a-z][a-z0-9+.-]*:)?\/\/[^/?#]*/i.exec(target)?.[0].length ?? 0;
  const end = endBefore(target, start, /[?#]/g);
  const segments: UrlPart[] = [];
  let from = target[start] === '/' ? start + 1 : start;
  for (const raw of target.slice(from, end).split('/')) {
    segments.push({ name: '', value: decodeComponent(raw), span: { start: from, end: from + raw.length } });
    from += raw.length + 1;
  }
  return segments;
}

/** Query parameters of a request target or URL, in order. */
export function queryParameters(target: string): UrlPart[] {
  const mark = target.indexOf('?');
  if (mark === -1) return [];
  return formParameters(target.slice(0, endBefore(target, mark, /#/g)), mark + 1);
}

/** Parameters of `application/x-www-form-urlencoded` text, read from an offset. */
export function formParameters(text: string, from = 0): UrlPart[] {
  return splitPairs(text, from).map(({ rawName, rawValue = '', valueStart }) => ({
    name: decodeFormComponent(rawName),
    value: decodeFormComponent(rawValue),
    span: { start: valueStart, end: valueStart + rawValue.length },
  }));
}

/** A name-value pair of a query or of an `application/x-www-form-urlencoded` body, as sent. */
export interface UrlPair {
  /** Name as sent, still percent-encoded. */
  readonly rawName: string;
  /** Value as sent; undefined when there is no `=`. */
  readonly rawValue: string | undefined;
  /** Where the value stands in the text. */
  readonly valueStart: number;
}

/** The pairs of text[start, …), in order; empty ones (`a=1&&b=2`) are left out. */
export function splitPairs(text: string, start = 0): UrlPair[] {
  const pairs: UrlPair[] = [];
  let at = start;
  while (at < text.length) {
    const ampersand = text.indexOf('&', at);
    const end = ampersand === -1 ? text.length : ampersand;
    if (end > at) {
      const piece = text.slice(at, end);
      const equals = piece.indexOf('=');
      if (equals === -1) pairs.push({ rawName: piece, rawValue: undefined, valueStart: end });
      else {
        pairs.push({
          rawName: piece.slice(0, equals),
          rawValue: piece.slice(equals + 1),
          valueStart: at + equals + 1,
        });
      }
    }
    at = end + 1;
  }
  return pairs;
}

/** A component decoded as forms are (WHATWG URL §5): `+` is a space; what is not valid UTF-8 stays as sent. */
export function decodeFormComponent(raw: string): string {
  return decodeComponent(raw.includes('+') ? raw.replaceAll('+', ' ') : raw);
}

/** A percent-encoded component decoded, or as sent when it is not valid. */
export function decodeComponent(raw: string): string {
  if (!raw.includes('%')) return raw;
  try {
    return decodeURIComponent(raw);
  } catch {
    return raw;
  }
}

/** A value as one path segment: everything RFC 3986 §3.3 does not allow there is percent-encoded. */
export function encodeSegment(value: string): string {
  return encodeParameter(value).replace(/%(?:3A|40|24|26|2B|2C|3B|3D)/g, decodeURIComponent);
}

/** A value as a query or form parameter. */
export function encodeParameter(value: string): string {
  return encodeURIComponent(value.toWellFormed());
}

function endBefore(text: string, from: number, mark: RegExp): number {
  mark.lastIndex = from;
  return mark.exec(text)?.index ?? text.length;
}
