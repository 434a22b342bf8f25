import type { PartDifference } from '../model/miss-report.ts';
import type { KeyedRequest } from '../match/canonical-request.ts';
import { describeDifferences } from '../match/describe-differences.ts';
import type { Mask } from '../match/mask-set.ts';
import { requestKey } from '../match/request-key.ts';
import { opcodes } from '../model/stream-event.ts';
import { jsonStart, mayNameSecret } from '../redact/body-secrets.ts';
import { findRequestSecrets } from '../redact/redactor.ts';

export interface Message {
  /** WebSocket opcode; undefined: bytes of another protocol. */
  readonly opcode?: number;
  readonly payload: Buffer;
}

/** How much of a payload is shown, around the first difference and from there. */
const shownBytes = 40;
const shownInHex = 8;

/**
 * In what a client's message differs from the recorded one; nothing when it says the same. JSON is compared by what it
 * means and without the values of secrets, as request bodies are (the default match rules), also behind a preamble that
 * is equal; all else byte for byte.
 */
export function differencesInMessage(recorded: Message, incoming: Message): readonly PartDifference[] {
  if (recorded.opcode !== incoming.opcode) {
    return [difference(nameOf(recorded.opcode), nameOf(incoming.opcode))];
  }
  if (recorded.payload.equals(incoming.payload)) return [];
  const start = jsonStart(recorded.payload);
  const hasSamePreamble = recorded.payload.subarray(0, start).equals(incoming.payload.subarray(0, start));
  const from = hasSamePreamble ? start : 0;
  const before = keyedOf(recorded.payload.subarray(from));
  const after = keyedOf(incoming.payload.subarray(from));
  if (requestKey(before, before.masks).key === requestKey(after, after.masks).key) return [];
  const masks = [...new Map([...before.masks, ...after.masks].map((mask) => [mask.place, mask])).values()];
  const { differences } = describeDifferences(before, after, { masks });
  if (differences.some(({ name }) => name !== '')) return differences.map(ofMessage);
  return [differenceInPayload(recorded, incoming)];
}

/** Where and in what the payloads part; their words only where no secret can stand among them. */
function differenceInPayload(recorded: Message, incoming: Message): PartDifference {
  const a = recorded.payload;
  const b = incoming.payload;
  const at = firstDifference(a, b);
  if (mayNameSecret(a) || mayNameSecret(b)) {
    const found = difference(sizeOf(a), sizeOf(b));
    return { ...found, words: `${found.words}; they differ from byte ${at + 1} on` };
  }
  const show = recorded.opcode === opcodes.text ? textAround : bytesFrom;
  return difference(show(a, at), show(b, at));
}

/** What was to come next of a protocol without messages, and what came. */
export function differenceInBytes(recorded: Buffer, incoming: Buffer): PartDifference | undefined {
  if (mayNameSecret(recorded) || mayNameSecret(incoming)) return undefined;
  const found = difference(hexOf(recorded, 0), hexOf(incoming, 0));
  return { ...found, words: found.words.replace('message', 'bytes') };
}

/** Index of the first byte that differs: of equal beginnings the length of the shorter. */
export function firstDifference(a: Buffer, b: Buffer): number {
  let at = 0;
  while (at < a.length && a[at] === b[at]) at += 1;
  return at;
}

/** A message as the body of a request that says nothing about its type: JSON is known by its first character. */
function keyedOf(payload: Buffer): KeyedRequest & { readonly masks: readonly Mask[] } {
  const message = { method: '', target: '/', headers: [], trailers: [], body: payload };
  return { ...message, targetName: '', masks: findRequestSecrets(message) };
}

function ofMessage(found: PartDifference): PartDifference {
  return { ...found, part: 'message', words: found.words.replace(/^body\b/, 'message').replace('request', 'message') };
}

function difference(recorded: string, incoming: string): PartDifference {
  return {
    part: 'message',
    name: '',
    recorded,
    incoming,
    words: `message: recorded ${recorded}, incoming ${incoming}`,
  };
}

const names: Readonly<Record<number, string>> = {
  [opcodes.text]: 'text',
  [opcodes.binary]: 'binary',
  [opcodes.close]: 'a close',
};

function nameOf(opcode: number | undefined): string {
  return opcode === undefined ? 'bytes outside of messages' : (names[opcode] ?? `opcode ${opcode}`);
}

function sizeOf(payload: Buffer): string {
  return payload.length === 1 ? '1 byte' : `${payload.length} bytes`;
}

function textAround(payload: Buffer, at: number): string {
  const start = Math.max(0, at - shownBytes / 2);
  const end = start + shownBytes;
  const text = payload.subarray(start, end).toString();
  return JSON.stringify(`${start > 0 ? '…' : ''}${text}${end < payload.length ? '…' : ''}`);
}

function bytesFrom(payload: Buffer, at: number): string {
  return at === payload.length ? sizeOf(payload) : `${sizeOf(payload)}, from byte ${at + 1} ${hexOf(payload, at)}`;
}

function hexOf(payload: Buffer, at: number): string {
  const shown = payload.subarray(at, at + shownInHex);
  const more = payload.length > at + shownInHex ? ' …' : '';
  const text = shown.toString('latin1');
  const hex = shown.toString('hex').replace(/..(?=.)/g, '$& ');
  return `${hex}${more}${/^[\x20-\x7e]+$/.test(text) ? ` ${JSON.stringify(text)}` : ''}`;
}
