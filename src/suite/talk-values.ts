import { isUtf8 } from 'node:buffer';
import { isDistinctive } from '../model/identity.ts';
import { isJsonArray, isJsonObject, type JsonValue, parseJsonValue } from '../model/json-value.ts';
import type { TalkMessage } from '../model/talk.ts';
import { opcodes } from '../model/stream-event.ts';

/** Recorded value → value of this run. */
export type TalkValues = ReadonlyMap<string, string>;

/** Larger messages are not looked into. */
const maxReadBytes = 1024 * 1024;

/**
 * What a message of the server issued that the client says again later: texts at the same places of the recorded and
 * the fresh message, as JSON (also behind a preamble), which could hardly occur twice by accident. `said`: all that the
 * recorded client says after it.
 */
export function issuedValues(
  recorded: TalkMessage | undefined,
  fresh: TalkMessage,
  said: readonly TalkMessage[],
): [recorded: string, fresh: string][] {
  if (!recorded || said.length === 0) return [];
  const [before, after] = [jsonIn(recorded), jsonIn(fresh)];
  if (before === undefined || after === undefined) return [];
  const pairs: [string, string][] = [];
  collectPairs(before, after, pairs);
  return pairs.filter(([value]) => {
    const bytes = Buffer.from(value);
    return said.some(({ payload }) => payload.includes(bytes));
  });
}

/** The same of a whole conversation. */
export function issuedInTalk(
  recorded: readonly TalkMessage[],
  fresh: readonly TalkMessage[],
): [recorded: string, fresh: string][] {
  const expected = recorded.filter(isServerTurn);
  return fresh
    .filter(isServerTurn)
    .flatMap((message, index) => issuedValues(expected[index], message, saidByClient(recorded)));
}

/** A message of the server; pings and pongs are sent by clocks. */
export function isServerTurn({ direction, opcode }: TalkMessage): boolean {
  return direction === 'response' && opcode !== opcodes.ping && opcode !== opcodes.pong;
}

export function saidByClient(talk: readonly TalkMessage[]): TalkMessage[] {
  return talk.filter(({ direction, opcode }) => direction === 'request' && opcode === opcodes.text);
}

/** A message of the client with the values of this run, wherever a recorded one stands alone. */
export function withTalkValues(payload: Buffer, values: TalkValues): Buffer {
  if (values.size === 0 || !isUtf8(payload)) return payload;
  const text = payload.toString();
  const known = [...values.keys()].filter((value) => text.includes(value));
  if (known.length === 0) return payload;
  // The longest first: a value may begin with another.
  const pattern = known
    .sort((a, b) => b.length - a.length)
    .map((value) => value.replaceAll(/[\\^$.*+?()[\]{}|/]/g, String.raw`\$&`))
    .join('|');
  const alone = new RegExp(`(?<![\\p{L}\\p{N}])(?:${pattern})(?![\\p{L}\\p{N}])`, 'gu');
  return Buffer.from(text.replaceAll(alone, (value) => values.get(value)!));
}

/** Could this value stand in a text as it is, and be found there? */
export function isCarried(value: string): boolean {
  return isDistinctive(value) && /^[\x20\x21\x23-\x5b\x5d-\x7e]+$/.test(value);
}

function jsonIn({ opcode, payload }: TalkMessage): JsonValue | undefined {
  if (opcode !== opcodes.text || payload.length > maxReadBytes) return undefined;
  const text = payload.toString();
  const start = text.search(/[[{]/);
  const parsed = start === -1 || start > 256 ? undefined : parseJsonValue(text.slice(start));
  return parsed?.ok ? parsed.value : undefined;
}

function collectPairs(before: JsonValue, after: JsonValue, pairs: [string, string][]): void {
  if (typeof before === 'string' && typeof after === 'string') {
    if (isCarried(before) && isCarried(after)) pairs.push([before, after]);
  } else if (isJsonArray(before) && isJsonArray(after)) {
    for (const [index, value] of before.entries()) {
      if (index < after.length) collectPairs(value, after[index]!, pairs);
    }
  } else if (isJsonObject(before) && isJsonObject(after)) {
    for (const [key, value] of Object.entries(before)) {
      if (Object.hasOwn(after, key)) collectPairs(value, after[key]!, pairs);
    }
  }
}
