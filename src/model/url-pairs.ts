/**
 * Name-value pairs of a query or of an `application/x-www-form-urlencoded` body, as text: where each value stands, so
 * that one can be replaced without touching any other byte.
 */
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
