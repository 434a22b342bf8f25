/** A stretch of a text that may be a value by itself. */
export interface ValuePart {
  readonly value: string;
  readonly start: number;
  /** All of the text, or all but what only frames it (`Bearer`, quotes), or one of a list. */
  readonly whole: boolean;
}

/** Words inside longer texts are only looked at from this length on. */
const minPartLength = 6;

/** Longer texts are looked at as a whole only. */
const maxTextLength = 8192;

/** A text in which more is joined than this is prose. */
const maxParts = 400;

/** What stands around a value that is all the text is about. */
const frames = [
  // Bearer x
  /^[A-Za-z][A-Za-z0-9-]* +(\S+)$/d,
  // "x", W/"x"
  /^(?:W\/)?"([^"]+)"$/d,
  // 17.json
  /^([^.\s]+)\.(?:json|xml|html?|csv|pdf|txt|ics|png|jpe?g|zip)$/d,
  // orders(17), orders('17')
  /^\w+\(['"]?([^()'"\s]+)['"]?\)$/d,
  // 17:cancel
  /^([\w-]+):[a-z][A-Za-z]*$/d,
  // @17, ~17, $17
  /^[@~$]([\w-]+)$/d,
];

/** Words by what may be part of them, the longest first. */
const wordForms = [/[^\s"'`,;|&<>(){}[\]\\^]+/g, /[\w.~+-]+/g, /[\w-]+/g, /[A-Za-z0-9]+/g];

const uuidLength = 36;
const uuids = /[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}/gi;

/**
 * The candidates for values in a text, longest first where they overlap: the whole, what is framed (`Bearer x`, `"x"`,
 * `17.json`), the items of a list (`1,2`), then words with fewer and fewer kinds of characters.
 */
export function partsOf(text: string): ValuePart[] {
  if (text === '' || text.length > maxTextLength) return [];
  const parts: ValuePart[] = [{ value: text, start: 0, whole: true }];
  if (text.length < minPartLength ? /^\w+$/.test(text) : /^[A-Za-z0-9]+$/.test(text)) return parts;
  const known = new Set<number>();
  const add = (value: string, start: number, whole: boolean): void => {
    const span = start * (maxTextLength + 1) + value.length;
    if (value.length === text.length || known.has(span)) return;
    known.add(span);
    parts.push({ value, start, whole });
  };
  const isWord = /^[\w-]+$/.test(text);
  if (!isWord) {
    for (const frame of frames) {
      const found = frame.exec(text);
      if (found) add(found[1]!, found.indices![1]![0], true);
    }
    if (/^[^\s,;|]+(?:[,;|] ?[^\s,;|]+)+$/.test(text)) {
      for (const { 0: value, index } of text.matchAll(/[^\s,;|]+/g)) add(value, index, true);
    }
  }
  if (text.length > uuidLength) {
    for (const { 0: value, index } of text.matchAll(uuids)) add(value, index, false);
  }
  for (const form of isWord ? [wordForms.at(-1)!] : wordForms) {
    for (const { 0: value, index } of text.matchAll(form)) {
      if (value.length >= minPartLength) add(value, index, false);
    }
    if (parts.length > maxParts) break;
  }
  return parts;
}
