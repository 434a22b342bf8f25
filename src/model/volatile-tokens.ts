import { idsOfPiece, nanoidIn, uuidAt } from './volatile-ids.ts';
import { jwtAt, nameKind, signatureAt, traceIn } from './volatile-signatures.ts';
import type { VolatileHints, VolatileToken, VolatileValue } from './volatile-class.ts';
import { isoBeginsAt, scopeDateAt, timestampAt } from './volatile-times.ts';

export type { TimeStretch, VolatileClass, VolatileHints, VolatileToken } from './volatile-class.ts';

/** No class is shorter, but for the names of days, with which dates begin. */
const minTokenLength = 8;

/**
 * Every volatile value inside a text, in order, none overlapping. Recognised by structure alone: class and form are the
 * same for all values that one program makes in one way, never a matter of chance, so that they can be compared instead
 * of the values. Works on single values as well as on whole bodies; a name before a value (`Signature=…`,
 * `"traceId":"…"`) counts more than `hints.name`. Time is linear in the length of the text.
 *
 * A value must stand free or behind a prefix (`urn:uuid:`, `ord_`, `/orders/`). 32 hex digits are a digest even where
 * they might be a UUID without hyphens: one MD5 in 64 would pass for one.
 */
export function findVolatiles(text: string, hints: VolatileHints = {}): readonly VolatileToken[] {
  if (text.length < minTokenLength) return none;
  const found: VolatileToken[] = [];
  let previous: Run | undefined;
  let at = 0;
  for (;;) {
    const start = nextRun(text, at);
    if (start === text.length) break;
    const run: Run = { text, start, end: runEnd(text, start), name: undefined };
    const from = afterEscape(run);
    const before = found.length;
    if (run.end - from >= minTokenLength) {
      run.name = nameBefore(run, previous) ?? hints.name;
      at = readRun({ ...run, start: from }, found);
    } else {
      at = dayNameAt(run, found);
    }
    previous = found.length === before ? run : undefined;
  }
  return found.length === 0 ? none : found;
}

const none: readonly VolatileToken[] = [];

/** Letters, digits, `-` and `_` without anything between. */
interface Run {
  readonly text: string;
  readonly start: number;
  readonly end: number;
  name: string | undefined;
}

/** Reads text[start, end) and pushes what it holds; gives where to go on, which may be beyond the end of the run. */
function readRun(run: Run, found: VolatileToken[]): number {
  const { text, start, end } = run;
  const push = (from: number, to: number, value: VolatileValue): number => {
    found.push({ start: from, end: to, ...value });
    return to;
  };

  const jwt = jwtAt(text, start, end);
  if (jwt) return push(start, jwt.end, jwt.value);
  const kind = run.name === undefined ? 'other' : nameKind(run.name);
  if (kind === 'signature') {
    const signature = signatureAt(text, start);
    if (signature) return push(start, signature.end, signature.value);
  }
  const trace = end - start <= 64 ? traceIn(text.slice(start, end), kind) : undefined;
  if (trace) return push(start, end, trace);

  const before = found.length;
  let at = start;
  while (at < end) {
    const pieceEnd = endOfPiece(text, at, end);
    const timestamp = isoBeginsAt(text, at) && mayBeginDate(run, at) ? timestampAt(text, at) : undefined;
    if (timestamp) {
      at = push(at, timestamp.end, timestamp.value);
      if (at >= end) return at;
      continue;
    }
    if (pieceEnd - at === 8) {
      const uuid = uuidAt(text, at) ?? scopeDateAt(text, at);
      if (uuid) {
        at = push(at, uuid.end, uuid.value);
        continue;
      }
    } else if (pieceEnd - at >= 10) {
      const value = idsOfPiece({ text, start: at, end: pieceEnd, runStart: start, runEnd: end, kind });
      if (value && !isInsideBlob(text, at, pieceEnd)) {
        at = push(at, value.end ?? pieceEnd, value.value);
        if (at > end) return at;
        continue;
      }
    }
    at = pieceEnd + 1;
  }
  if (found.length === before) {
    const nanoid = nanoidIn(text, start, end);
    if (nanoid && !isInsideBlob(text, start, end)) push(nanoid.start, end, nanoid.value);
  }
  return end;
}

/** `Mon, 02 Jan 2006 15:04:05 GMT` and its kin. */
function dayNameAt(run: Run, found: VolatileToken[]): number {
  const { text, start, end } = run;
  const follows = text.charCodeAt(end);
  if (end - start < 3 || (follows !== 0x2c && follows !== 0x20)) return end;
  const timestamp = timestampAt(text, start);
  if (!timestamp) return end;
  found.push({ start, end: timestamp.end, ...timestamp.value });
  return timestamp.end;
}

/** A date may follow a word (`backup-2024-01-02`), but not more digits. */
function mayBeginDate({ text, start }: Run, at: number): boolean {
  return at === start || !isDigit(text.charCodeAt(at - 2));
}

/**
 * A percent-encoded character or the escape of a line break before a token is no part of it, though its digits or
 * letter look so: `%2F550e8400-…`, `\n2024-01-02`.
 */
function afterEscape({ text, start, end }: Run): number {
  const before = text.charCodeAt(start - 1);
  if (before === 0x25 && end - start >= 2 && /^[0-9a-f]{2}/i.test(text.slice(start, start + 2))) return start + 2;
  if (before === 0x5c && /[nrt]/.test(text[start]!)) return start + 1;
  return start;
}

/** `name=value`, `name="value"`, `name: value`, `"name":"value"`. */
function nameBefore(run: Run, previous: Run | undefined): string | undefined {
  if (!previous || run.start - previous.end > 5) return undefined;
  const { text } = run;
  if (!/^"?\s?[=:]\s?"?$/.test(text.slice(previous.end, run.start))) return undefined;
  return text.slice(Math.max(previous.start, previous.end - 64), previous.end);
}

/** Base64 of long contents holds, by chance, pieces that look like tokens. Only such contents have a `+` nearby. */
function isInsideBlob(text: string, start: number, end: number): boolean {
  const reach = 160;
  let from = start;
  while (from > 0 && start - from < reach && isBase64(text.charCodeAt(from - 1))) from--;
  let to = end;
  while (to < text.length && to - end < reach && isBase64(text.charCodeAt(to))) to++;
  if (to - from - (end - start) < 80) return false;
  return text.slice(from, start).includes('+') || text.slice(end, to).includes('+');
}

function isBase64(code: number): boolean {
  return code === 0x2b || code === 0x2f || (isRunCode(code) && code !== 0x2d && code !== 0x5f);
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

function nextRun(text: string, from: number): number {
  let at = from;
  while (at < text.length && !isRunCode(text.charCodeAt(at))) at++;
  return at;
}

function runEnd(text: string, from: number): number {
  let at = from;
  while (at < text.length && isRunCode(text.charCodeAt(at))) at++;
  return at;
}

function endOfPiece(text: string, from: number, end: number): number {
  let at = from;
  while (at < end) {
    const code = text.charCodeAt(at);
    if (code === 0x2d || code === 0x5f) break;
    at++;
  }
  return at;
}

const runCodes = new Uint8Array(128);
for (const char of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-') {
  runCodes[char.charCodeAt(0)] = 1;
}

function isRunCode(code: number): boolean {
  return code < 128 && runCodes[code] === 1;
}
