/** A stretch of a text that may be a value by itself. */
export interface ValuePart {
  readonly value: string;
  readonly start: number;
  /** All of the text, or all but what only frames it (`Bearer`, quotes). */
  readonly whole: boolean;
}

/** Words inside longer texts are only looked at from this length on. */
const minPartLength = 6;

/** Longer texts are looked at as a whole only. */
const maxTextLength = 8192;

const scheme = /^[A-Za-z][A-Za-z0-9-]* +(\S+)$/;
const quoted = /^(?:W\/)?"([^"]+)"$/;

/**
 * The candidates for values in a text, longest first where they overlap: the whole, what follows a scheme (`Bearer x`),
 * what stands in quotes, then words with dots and without.
 */
export function partsOf(text: string): ValuePart[] {
  if (text === '' || text.length > maxTextLength) return [];
  const parts: ValuePart[] = [{ value: text, start: 0, whole: true }];
  if (/^[\w-]+$/.test(text)) return parts;
  const inner = scheme.exec(text) ?? quoted.exec(text);
  if (inner) parts.push({ value: inner[1]!, start: text.lastIndexOf(inner[1]!), whole: true });
  for (const pattern of [/[\w.~-]+/g, /[\w-]+/g]) {
    for (const match of text.matchAll(pattern)) {
      if (match[0].length >= minPartLength) parts.push({ value: match[0], start: match.index, whole: false });
    }
  }
  return parts;
}
