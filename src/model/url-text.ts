import { decodeComponent, decodeFormComponent, splitPairs } from './url-pairs.ts';

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
