import { isDistinctive } from '../../model/identity.ts';
import { findVolatiles, type VolatileToken } from '../../model/volatile-tokens.ts';

/** Character sets of generated texts, the smaller ones first. */
const alphabets = {
  digits: /^\d*$/,
  'lower-case hex': /^[\da-f]*$/,
  'upper-case hex': /^[\dA-F]*$/,
  'lower-case letters and digits': /^[\da-z]*$/,
  'upper-case letters and digits': /^[\dA-Z]*$/,
  'letters and digits': /^[\dA-Za-z]*$/,
  base64url: /^[\w-]*$/,
} as const;

type Alphabet = keyof typeof alphabets;

/** What generated texts have in common, where they are of no volatile class. */
export interface TextShape {
  readonly prefix: string;
  readonly alphabet?: Alphabet;
  /** Characters behind the prefix. */
  readonly length?: number;
}

/** Texts longer than this are prose or data. */
const maxTextLength = 512;

/** Prefixes that name a kind: `ord_`, `sk-`, `urn:`. */
const kindPrefix = /^[A-Za-z]{1,12}[_:-]/;

/** Different values for a prefix, and for a claim about single characters with as many characters in all. */
const minForPrefix = 3;
const minForAlphabet = 5;
const minCharacters = 60;

/** Identifiers shorter than this grow: `A9` is followed by `A10`. */
const minSteadyLength = 8;

/** The server in front of a URL. */
const origin = /^[a-z][a-z0-9+.-]{1,20}:\/\/[^\s/?#]+/i;

/**
 * The volatile values of a text and what stands around them, or undefined where there is none. Which server a URL leads
 * to is no part of it: another run asks another one, and whether it is the right one says the renaming.
 */
export function formatOf(text: string, name: string): string | undefined {
  if (text.length > maxTextLength) return undefined;
  const server = origin.exec(text)?.[0] ?? '';
  const tokens = findVolatiles(text, { name }).filter(({ start }) => start >= server.length);
  if (tokens.length === 0) return undefined;
  let format = server === '' ? '' : '‹server›';
  let at = server.length;
  for (const token of tokens) {
    format += `${text.slice(at, token.start)}‹${tokenWords(token)}›`;
    at = token.end;
  }
  return format + text.slice(at);
}

/** Servers cut zeros from fractions of seconds: how many digits there are is a matter of chance. */
function tokenWords({ class: kind, form }: VolatileToken): string {
  return `${kind} ${kind === 'timestamp' ? form.replace(/^((?:basic )?iso.)(?:0|3|fine)/, '$1') : form}`;
}

/** What different texts of one field have in common, if that is more than chance. */
export function commonShape(texts: readonly string[]): TextShape | undefined {
  if (texts.length < minForPrefix || texts.some((text) => text.length > maxTextLength)) return undefined;
  const first = kindPrefix.exec(texts[0]!)?.[0] ?? '';
  const prefix = texts.every((text) => text.startsWith(first)) ? first : '';
  const rests = texts.map((text) => text.slice(prefix.length));
  // `in-stock`, `in-transit`: words have a common beginning too.
  if (rests.some((rest) => !/\d/.test(rest))) return undefined;
  const alphabet = alphabetOf(rests, texts);
  const length = rests[0]!.length;
  const isSteady =
    alphabet !== undefined &&
    alphabet !== 'digits' &&
    length >= minSteadyLength &&
    rests.every((rest) => rest.length === length);
  if (prefix === '' && alphabet === undefined) return undefined;
  return { prefix, ...(alphabet && { alphabet }), ...(isSteady && { length }) };
}

function alphabetOf(rests: readonly string[], texts: readonly string[]): Alphabet | undefined {
  const characters = rests.reduce((sum, rest) => sum + rest.length, 0);
  if (rests.length < minForAlphabet || characters < minCharacters || !texts.every(isDistinctive)) return undefined;
  return (Object.keys(alphabets) as Alphabet[]).find((name) => rests.every((rest) => alphabets[name].test(rest)));
}

export function hasShape(text: string, { prefix, alphabet, length }: TextShape): boolean {
  if (!text.startsWith(prefix)) return false;
  const rest = text.slice(prefix.length);
  if (rest === '' || (length !== undefined && rest.length !== length)) return false;
  return alphabet === undefined || alphabets[alphabet].test(rest);
}

export function shapeWords({ prefix, alphabet, length }: TextShape): string {
  const parts = [
    prefix === '' ? '' : JSON.stringify(prefix),
    [length === undefined ? '' : `${length} characters of`, alphabet ?? ''].join(' ').trim(),
  ];
  return parts.filter((part) => part !== '').join(' and ') + (alphabet === undefined ? ' and more' : '');
}
