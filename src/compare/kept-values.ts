import { isDistinctive, isIdentityName } from '../model/identity.ts';
import { type RawHeaders, toPairs } from '../model/headers.ts';
import { childPointer } from '../model/json-pointer.ts';
import { ExactNumber, isJsonArray, type JsonObject, type JsonValue } from '../model/json-value.ts';
import type { Difference, DifferenceKind, DifferencePart } from '../model/verdict.ts';
import { findVolatiles } from '../model/volatile-tokens.ts';
import { clip, DifferenceList } from './difference-list.ts';
import { isJudgedHeader } from './compare-headers.ts';
import { placeWords } from './explain.ts';
import { isOpaqueToken } from './free-values.ts';
import { base64Inside, jsonInside, jwtPayload } from './payload.ts';
import { nameIn, pathBefore, renamedSpans } from './renamed-words.ts';
import type { Renames, ValuePath } from './renames.ts';
import type { Rulings } from './rulings.ts';
import { splitLines } from './text-hunks.ts';

/** A value that no accident makes, and where it stands first. */
export interface StandingValue {
  readonly text: string;
  /** Keys from the root of a document, or the name of a header. */
  readonly path: ValuePath;
  /** In a text. */
  readonly line?: number;
  /** It stands in a token or in base64. */
  readonly isWrapped?: true;
  /** It is too short to count elsewhere: what its field, or the URL before it, says of it. */
  readonly named?: ValuePath;
  /** It is a moment of the field of this name: another field may say the same one by accident. */
  readonly moment?: string;
}

/** The values of one response, each once. */
export type StandingValues = ReadonlyMap<string, StandingValue>;

/** A body of nothing but ids has this many in 4 MB; what comes behind is not held against other responses. */
const maxValues = 100_000;

/** Moments and ids as numbers. */
const minNumber = 1e12;

export interface JsonSearch {
  readonly renames: Renames;
  /** Pointers to what is not searched. */
  readonly without?: ReadonlySet<string>;
}

export function valuesInJson(value: JsonValue, { renames, without }: JsonSearch): StandingValues {
  const found = new ValueFinder(renames, without);
  found.json(value, []);
  return found.values;
}

export function valuesInText(text: string, renames: Renames): StandingValues {
  const found = new ValueFinder(renames);
  for (const [index, line] of splitLines(text).entries()) {
    found.line = index + 1;
    found.text(line, []);
  }
  return found.values;
}

export function valuesInHeaders(headers: RawHeaders, renames: Renames): StandingValues {
  const found = new ValueFinder(renames);
  for (const [rawName, value] of toPairs(headers)) {
    const name = rawName.toLowerCase();
    if (isJudgedHeader(name)) found.text(value, [name]);
  }
  return found.values;
}

/**
 * Of the values of one document those that the text of another holds, without reading that; undefined where that does
 * not tell: what is wrapped, or counts only under its name.
 */
export function valuesStandingIn(text: string, values: StandingValues): StandingValues | undefined {
  const found = new Map<string, StandingValue>();
  for (const [key, value] of values) {
    if (value.isWrapped || value.named) return undefined;
    if (!text.includes(value.text)) continue;
    if (value.moment !== undefined) return undefined;
    found.set(key, value);
  }
  return found;
}

class ValueFinder {
  readonly values = new Map<string, StandingValue>();
  line: number | undefined;
  #isWrapped = false;
  readonly #renames: Renames;
  readonly #without: ReadonlySet<string> | undefined;

  constructor(renames: Renames, without?: ReadonlySet<string>) {
    this.#renames = renames;
    this.#without = without?.size === 0 ? undefined : without;
  }

  json(value: JsonValue, path: (string | number)[]): void {
    if (this.#without?.has(path.reduce<string>(childPointer, ''))) return;
    if (typeof value === 'string') this.text(value, path);
    else if (typeof value === 'number') {
      if (value >= minNumber) this.text(String(value), path);
      else this.#short(String(value), path);
    } else if (value instanceof ExactNumber) this.text(value.text, path);
    else if (typeof value === 'object' && value !== null) {
      const isList = isJsonArray(value);
      const depth = path.push('') - 1;
      for (const key of Object.keys(value)) {
        path[depth] = isList ? Number(key) : key;
        this.json((value as JsonObject)[key]!, path);
      }
      path.pop();
    }
  }

  text(text: string, path: ValuePath): void {
    if (this.values.size >= maxValues) return;
    this.#renamed(text, path);
    if (!mayHoldValue.test(text)) return;
    const name = nameIn(path);
    if (text.startsWith('ey')) this.#payload(text, path);
    const tokens = findVolatiles(text, { name });
    for (const token of tokens) {
      const value = text.slice(token.start, token.end);
      switch (token.class) {
        case 'timestamp':
          if (exactMoment.test(value)) this.#add(value, path, name);
          break;
        case 'jwt':
          if (value !== text) this.#payload(value, path);
          break;
        case 'signature':
          break;
        default:
          this.#add(value, path);
      }
    }
    if (tokens.length === 0 && isOpaqueToken(text, name)) this.#add(text, path);
  }

  /** Values that were renamed before and stand here as they were. */
  #renamed(text: string, path: ValuePath): void {
    if (!this.#renames.hasWords) return;
    this.#short(text, path);
    for (const { start, end } of renamedSpans({ text, start: 0, end: text.length }, this.#renames)) {
      const value = text.slice(start, end);
      if (isDistinctive(value)) this.#add(value, path);
      else if (text[start - 1] === '/') this.#addShort(value, path, pathBefore(text, start));
    }
  }

  #short(text: string, path: ValuePath): void {
    const name = path.at(-1);
    if (typeof name === 'string' && isIdentityName(name) && !isDistinctive(text)) this.#addShort(text, path, [name]);
  }

  #addShort(text: string, path: ValuePath, named: ValuePath): void {
    if (this.#renames.stale(text, named) === undefined) return;
    const line = this.line === undefined ? {} : { line: this.line };
    this.values.set(`${this.line ?? ''} ${path.join('/')} ${text}`, { text, path: [...path], named, ...line });
  }

  #payload(text: string, path: ValuePath): void {
    const inside = jwtPayload(text)?.claims ?? jsonInside(base64Inside(text) ?? '');
    if (inside === undefined) return;
    const outer = this.#isWrapped;
    this.#isWrapped = true;
    this.json(inside, [...path]);
    this.#isWrapped = outer;
  }

  #add(text: string, path: ValuePath, moment?: string): void {
    const key = moment === undefined ? text : `${moment} ${text}`;
    if (this.values.has(key)) return;
    this.values.set(key, {
      text,
      path: [...path],
      ...(this.line === undefined ? {} : { line: this.line }),
      ...(moment === undefined ? {} : { moment }),
      ...(this.#isWrapped ? { isWrapped: true } : {}),
    });
  }
}

/** Milliseconds or finer, and no whole seconds in such a notation: two moments hardly share that text by accident. */
const exactMoment = /[.,](?!0+(?!\d))\d{3}|^\d{10}(?!000)\d{3}/;

/** Every value that counts has so many characters of a word in one piece; most texts have not, and are done with. */
const mayHoldValue = /[\w-]{12}/;

export interface KeptContext {
  readonly part: DifferencePart;
  readonly renames: Renames;
  readonly rulings: Rulings;
}

/**
 * Takes values that stand in both responses into the renaming: they stand for themselves, in every other response too.
 * Gives a finding for each that has another name in this run, or whose name is already another's, with that place.
 * `same`: both responses have the same values.
 */
export function compareKeptValues(
  before: StandingValues,
  after: StandingValues | 'same',
  { part, renames, rulings }: KeptContext,
): Difference[] {
  const differences = new DifferenceList(part, rulings);
  for (const [key, value] of after === 'same' ? before : after) {
    if (after !== 'same' && (!before.has(key) || isListedShort(value))) continue;
    const note = contradictionOf(value, part, renames);
    if (note === undefined) continue;
    const { text, path, line } = value;
    const texts = { kind: 'changed', severity: 'changed', before: clip(text), after: clip(text), note } as const;
    const keys = part !== 'header' && line === undefined ? { keys: path } : {};
    differences.add({ ...placeOf(value, part), ...texts }, { ...keys, before: text, after: text });
  }
  return differences.list();
}

/** Lists grow: where elements stand elsewhere, one may say of itself what another one did. */
function isListedShort({ named, path }: StandingValue): boolean {
  return named !== undefined && path.some((step) => typeof step === 'number');
}

/** Pointers to what is only in the baseline, and only in the fresh document; `isAll` is false when some are not listed. */
export function standingAlone(differences: readonly Difference[]) {
  const paths = (wanted: DifferenceKind): ReadonlySet<string> =>
    new Set(differences.flatMap(({ kind, path }) => (kind === wanted ? [path.replace(/ \(\w+\)$/, '')] : [])));
  const isAll = !differences.some(({ pattern }) => pattern === '…');
  return { removed: paths('removed'), added: paths('added'), isAll };
}

function contradictionOf(value: StandingValue, part: DifferencePart, renames: Renames): string | undefined {
  const { text, path, line, named, moment } = value;
  if (named) return renames.stale(text, named);
  const place = line === undefined ? placeWords(part, path) : `line ${line}`;
  const pair = { baseline: text, fresh: text, place };
  return moment === undefined ? renames.join(pair) : renames.joinMoment({ ...pair, name: moment, isExact: true });
}

/** Findings on values that stayed, where none is told of the same place already. No two may share a path. */
export function besides(differences: readonly Difference[], kept: readonly Difference[]): readonly Difference[] {
  if (kept.length === 0) return differences;
  const told = new Map(differences.map((difference) => [`${difference.part}:${difference.path}`, difference]));
  const more = kept.flatMap((one) => {
    const known = told.get(`${one.part}:${one.path}`);
    if (known && known.severity !== 'equivalent') return [];
    return [known ? { ...one, path: `${one.path} (kept)` } : one];
  });
  return [...differences, ...more];
}

function placeOf({ path, line }: StandingValue, part: DifferencePart): Pick<Difference, 'path' | 'pattern'> {
  if (line !== undefined) return { path: `line ${line}`, pattern: 'line *' };
  if (part === 'header') return { path: String(path[0]), pattern: String(path[0]) };
  const pattern = path.map((step) => (typeof step === 'number' ? '*' : step));
  return { path: path.reduce<string>(childPointer, ''), pattern: pattern.reduce<string>(childPointer, '') };
}
