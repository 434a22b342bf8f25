import { movesWithClock, movingTimes } from '../match/moving-times.ts';
import { parseJsonTree } from '../model/json-tree.ts';
import { readTime, shiftTime, type TimeShift } from '../model/time-shift.ts';
import type { TimeStretch } from '../model/volatile-class.ts';
import { applyEdits, type TextEdit } from '../model/text-edit.ts';
import { textParts, type TextSyntax } from './answer-edits.ts';
import { type JwtKeys, resignJwt } from './jwt-signer.ts';

/** Which times move, how far, and what signs them. */
export interface ClockShift extends TimeShift {
  /** First to last moment of the recording. */
  readonly window: TimeStretch;
  readonly keys: JwtKeys;
  /** Every token and what it became: one token is one token, however often it is served. */
  readonly tokens: Map<string, string>;
  /** Served as they were recorded. */
  readonly excluded: ReadonlySet<string>;
  /** A token would have moved, and nothing can sign it. */
  readonly onUnsigned: () => void;
}

const jwt = /(?<![\w.-])ey[\w-]+\.ey[\w-]+\.[\w-]*/g;

/** Moves the times of a decoded body: whole leaves of JSON and XML, and tokens anywhere. */
export function shiftBody(text: string, syntax: TextSyntax, shift: ClockShift): TextEdit[] {
  const edits = shiftTokens(text, shift);
  for (const { start, end, isJson } of textParts(text, syntax)) {
    const part = text.slice(start, end);
    const root = isJson ? parseJsonTree(part) : undefined;
    const moving = root ? movingTimes(part, root, shift.window) : isJson ? [] : markupTimes(part, shift);
    for (const time of moving) {
      const later = shift.excluded.has(time.text) ? undefined : shiftTime(time.text, shift);
      if (later !== undefined && later !== time.text) {
        edits.push({ start: start + time.start, end: start + time.end, text: later });
      }
    }
  }
  return edits.toSorted((a, b) => a.start - b.start);
}

const markup = /<([\w:.-]+)[^<>]*>\s*([^<>\s][^<>]{8,39}?)\s*(?=<)|\s([\w:.-]+)=(["'])([^"'<>]{9,40})\4/g;

/** Whole text nodes and attribute values. */
function* markupTimes(
  text: string,
  { window }: ClockShift,
): IterableIterator<{ start: number; end: number; text: string }> {
  for (const found of text.matchAll(markup)) {
    const [whole, element, node, attribute = '', , value] = found;
    const written = node ?? value!;
    const time = readTime(written);
    if (!time || !movesWithClock(element ?? attribute, time, window)) continue;
    const start = found.index + whole.lastIndexOf(written);
    yield { start, end: start + written.length, text: written };
  }
}

/** Headers that say something else, or nothing that could be changed without breaking it. */
const untouched = /^(?:etag|location|content-location|link|age|server|vary|cookie|content-range|accept-ranges)$/i;
const cookieEnd = /;\s*expires\s*=\s*([^;]+)/i;

/** Moves the time that a header is, and tokens in it. */
export function shiftHeader(name: string, value: string, shift: ClockShift): TextEdit[] {
  const edits = shiftTokens(value, shift);
  if (edits.length > 0 && !/^set-cookie$/i.test(name)) return edits;
  const written = writtenIn(name, value);
  const time = written === undefined ? undefined : readTime(written);
  if (!time || shift.excluded.has(written!)) return edits;
  // Whatever the clock of its server was like, `Date` says when it answered.
  const moves =
    /^date$/i.test(name) || movesWithClock(/^set-cookie$/i.test(name) ? 'expires' : name, time, shift.window);
  const later = moves ? shiftTime(written!, shift) : undefined;
  if (later === undefined || later === written) return edits;
  const start = value.lastIndexOf(written!);
  return [...edits, { start, end: start + written!.length, text: later }].toSorted((a, b) => a.start - b.start);
}

function writtenIn(name: string, value: string): string | undefined {
  if (/^set-cookie$/i.test(name)) return cookieEnd.exec(value)?.[1]!.trim();
  return untouched.test(name) ? undefined : value.trim();
}

function shiftTokens(text: string, shift: ClockShift): TextEdit[] {
  const edits: TextEdit[] = [];
  for (const { 0: token, index } of text.matchAll(jwt)) {
    if (shift.excluded.has(token)) continue;
    const fresh = shiftToken(token, shift);
    if (fresh !== undefined) edits.push({ start: index, end: index + token.length, text: fresh });
  }
  return edits;
}

function shiftToken(token: string, shift: ClockShift): string | undefined {
  const known = shift.tokens.get(token);
  if (known !== undefined) return known;
  const payload = Buffer.from(token.split('.')[1]!, 'base64url').toString();
  const root = parseJsonTree(payload);
  if (root?.kind !== 'object') return undefined;
  const edits = movingTimes(payload, root, shift.window).flatMap(({ start, end, text }): TextEdit[] => {
    const later = shiftTime(text, shift);
    return later === undefined || later === text ? [] : [{ start, end, text: later }];
  });
  if (edits.length === 0) return undefined;
  const fresh = resignJwt(token, applyEdits(payload, edits), shift.keys);
  if (fresh === undefined) shift.onUnsigned();
  else shift.tokens.set(token, fresh);
  return fresh;
}

/** The values that edits of a text replaced, and what they became. */
export function replacedBy(text: string, edits: readonly TextEdit[]): [recorded: string, served: string][] {
  return edits.map((edit) => [text.slice(edit.start, edit.end), edit.text]);
}
