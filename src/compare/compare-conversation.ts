import { createHash } from 'node:crypto';
import { isUtf8 } from 'node:buffer';
import { opcodes, type StreamEvent } from '../model/stream-event.ts';
import type { Difference } from '../model/verdict.ts';
import { alignArrays } from './align.ts';
import { compareItems, valuesOf } from './compare-items.ts';
import type { Comparison } from './comparison.ts';
import { DifferenceList } from './difference-list.ts';
import type { ComparedValues } from './rulings.ts';
import { type StreamItem, textItem } from './stream-items.ts';

/** A message of a WebSocket with what it says, or bytes outside of messages. */
export type Spoken = Pick<StreamEvent, 'direction' | 'opcode'> & { readonly payload: Buffer };

/** Larger binary messages are told by size and checksum. */
const maxHexBytes = 64 * 1024;

/** One of the server's messages. */
interface Said extends StreamItem {
  /** How many messages the client had sent before. */
  readonly after: number;
}

/**
 * Two conversations, read: the server's messages as an array, in order. Text is its JSON value if it is JSON, also
 * behind a preamble of digits as Socket.IO has it (`{preamble, json}`); other messages are `{binary}` in hexadecimal,
 * the close is `{close: {code, reason}}`. Pings and pongs are no messages: peers send them by their own clocks.
 */
export class ConversationPair {
  readonly #before: readonly Said[];
  readonly #after: readonly Said[];

  constructor(baseline: readonly Spoken[], fresh: readonly Spoken[]) {
    this.#before = saidByServer(baseline);
    this.#after = saidByServer(fresh);
  }

  values(): ComparedValues {
    return { baseline: valuesOf(this.#before), fresh: valuesOf(this.#after) };
  }

  /** Differences of part `event`; the first key of their paths is a message's number among the server's, from 0. */
  compare(comparison: Comparison): Difference[] {
    const part = 'event';
    return [...compareItems(this.#before, this.#after, { ...comparison, part }), ...this.#turns(comparison)];
  }

  /**
   * Messages that come at another turn of the client than they did: earlier is another order, later means that the
   * server waited for what it did not wait for. Only up to the first message that is new or gone: our client counts
   * what the server says before it goes on, so that from there on the turns are its own doing. When they come means
   * nothing.
   */
  #turns({ explainer, rulings }: Comparison): Difference[] {
    const [before, after] = [this.#before, this.#after];
    const { elements } = alignArrays(valuesOf(before), valuesOf(after), { names: explainer.namesAt([]) });
    const moved = elements?.findIndex(({ baseline, fresh }) => baseline !== fresh) ?? -1;
    const same = moved === -1 ? Math.min(before.length, after.length) : moved;
    const found = new DifferenceList('event', rulings);
    for (let index = 0; index < same; index += 1) {
      const [first, second] = [before[index]!.after, after[index]!.after];
      if (first === second) continue;
      found.add(
        {
          path: `/${index} (turn)`,
          pattern: '/* (turn)',
          kind: 'moved',
          severity: second < first ? 'added' : 'changed',
          before: turnWords(first),
          after: turnWords(second),
        },
        { keys: [index] },
      );
    }
    return found.list();
  }
}

function turnWords(after: number): string {
  return after === 0 ? 'before the client said anything' : `after message ${after} of the client`;
}

function saidByServer(spoken: readonly Spoken[]): Said[] {
  const said: Said[] = [];
  let after = 0;
  for (const one of spoken) {
    if (one.opcode === opcodes.ping || one.opcode === opcodes.pong) continue;
    if (one.direction === 'request') after += one.opcode === opcodes.close ? 0 : 1;
    else if (one.opcode !== undefined || one.payload.length > 0) said.push({ ...itemOf(one), after });
  }
  return said;
}

function itemOf({ opcode, payload }: Spoken): StreamItem {
  if (opcode === opcodes.close) return { value: { close: closeOf(payload) }, shadowed: [] };
  if (opcode === opcodes.text && isUtf8(payload)) return textMessage(payload.toString());
  const binary =
    payload.length <= maxHexBytes
      ? payload.toString('hex')
      : { sizeBytes: payload.length, sha256: createHash('sha256').update(payload).digest('hex') };
  if (opcode === opcodes.binary) return { value: { binary }, shadowed: [] };
  return { value: { bytes: binary }, shadowed: [], problem: 'it holds bytes that are no messages of a WebSocket' };
}

/** Socket.IO and Engine.IO write packet types, numbers and lengths before their JSON. */
const preamble = /^\d[\d-]{0,15}(?=[[{])/;

function textMessage(text: string): StreamItem {
  const [digits] = preamble.exec(text) ?? [];
  const item = digits === undefined ? undefined : textItem(text.slice(digits.length));
  if (item === undefined || typeof item.value === 'string') return textItem(text);
  const shadowed = item.shadowed.map((one) => ({ ...one, pointer: `/json${one.pointer}` }));
  return { value: { preamble: digits!, json: item.value }, shadowed };
}

/** No code at all counts as 1005 (RFC 6455 §7.1.5). */
function closeOf(payload: Buffer): { readonly code: number; readonly reason: string } {
  return { code: payload.length < 2 ? 1005 : payload.readUInt16BE(), reason: payload.subarray(2).toString() };
}
