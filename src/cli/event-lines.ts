import { isUtf8 } from 'node:buffer';
import { type ConversationEvent, isConversation, opcodes, type StreamEvent } from '../model/stream-event.ts';
import type { CassetteReads } from '../store/cassette-reads.ts';
import { eventText, eventWord } from '../views/event-words.ts';
import { formatCount, formatDuration, formatSize } from '../views/quantities.ts';
import type { Paint } from './context.ts';
import { oneLine } from './exchange-text.ts';

/** Events read at a time: a conversation may be longer than memory likes. */
const pageEvents = 200;
/** Of a payload's beginning, for one line of a terminal. */
const shownChars = 160;
const shownHexBytes = 24;
/** Room for as many characters, however long they are in UTF-8. */
const readBytes = 4 * (shownChars + 1);

const arrows = { request: '→', response: '←' } as const;

/** What passed while an exchange went on, a line for each message; nothing for an ordinary exchange. */
export function* eventLines(reads: CassetteReads, exchangeId: number, paint: Paint): IterableIterator<string> {
  const pieces = { request: new Pieces(), response: new Pieces() };
  let count = 0;
  for (const event of eventsOf(reads, exchangeId)) {
    if (!isConversation(event)) {
      pieces[event.direction].add(event);
      continue;
    }
    if (count === 0) yield `\n${paint('bold', 'messages')}\n`;
    count += 1;
    yield `${messageLine(reads, event, paint)}\n`;
  }
  for (const direction of ['request', 'response'] as const) {
    const { words } = pieces[direction];
    if (words !== undefined) yield `\n${paint('dim', `${arrows[direction]} ${words}`)}\n`;
  }
  if (count > 0) yield `${paint('dim', formatCount(count, 'message'))}\n`;
}

/** The same as JSON, in pieces of text: a list, empty for an ordinary exchange. */
export function* eventsJson(reads: CassetteReads, exchangeId: number): IterableIterator<string> {
  let before = '[';
  for (const event of eventsOf(reads, exchangeId)) {
    yield before + JSON.stringify(eventJson(reads, event));
    before = ',';
  }
  yield before === '[' ? '[]' : ']';
}

function* eventsOf(reads: CassetteReads, exchangeId: number): IterableIterator<StreamEvent> {
  for (let from = 0; ; from += pageEvents) {
    const events = reads.streamEvents(exchangeId, { from, limit: pageEvents });
    yield* events;
    if (events.length < pageEvents) return;
  }
}

/** How the pieces of one body came: said in one line, since the body itself is shown. */
class Pieces {
  #count = 0;
  #firstMs = 0;
  #lastMs = 0;

  add({ offsetMs }: StreamEvent): void {
    if (this.#count === 0) this.#firstMs = offsetMs;
    this.#lastMs = offsetMs;
    this.#count += 1;
  }

  get words(): string | undefined {
    if (this.#count === 0) return undefined;
    const times = `from ${formatDuration(this.#firstMs)} to ${formatDuration(this.#lastMs)}`;
    return `the body came in ${formatCount(this.#count, 'piece')}, ${times}`;
  }
}

function messageLine(reads: CassetteReads, event: ConversationEvent, paint: Paint): string {
  const { direction, offsetMs, sizeBytes, storedBytes } = event;
  const payload = beginningOf(reads, event.sha256);
  const cut = storedBytes === undefined ? [] : [paint('yellow', `(stored ${formatSize(storedBytes)} of it)`)];
  return [
    paint(direction === 'request' ? 'cyan' : 'green', arrows[direction]),
    paint('dim', formatDuration(offsetMs).padStart(10)),
    eventWord(event, payload).padEnd(10),
    formatSize(sizeBytes).padStart(8),
    previewOf(event, payload),
    ...cut,
  ]
    .join('  ')
    .trimEnd();
}

/** Enough of a payload for its line; a large one is not read as a whole for that. */
function beginningOf(reads: CassetteReads, sha256: string): Buffer {
  for (const chunk of reads.bodyChunks(sha256)) return chunk;
  return Buffer.alloc(0);
}

function previewOf(event: StreamEvent, payload: Buffer): string {
  const shown = (event.opcode === opcodes.close ? payload.subarray(2) : payload).subarray(0, readBytes);
  const text = eventText(event, shown);
  if (text !== undefined) return text.length > shownChars ? `${oneLine(text.slice(0, shownChars))} …` : oneLine(text);
  const hex = shown.toString('hex', 0, shownHexBytes).replaceAll(/(..)(?!$)/g, '$1 ');
  return shown.length > shownHexBytes ? `${hex} …` : hex;
}

/** Text stays text; what is not UTF-8, and what is bytes by its kind, is Base64. Marks have no payload. */
function eventJson(reads: CassetteReads, event: StreamEvent): object {
  const { direction, offsetMs, opcode, sizeBytes, storedBytes } = event;
  const facts = {
    direction,
    offsetMs,
    ...(opcode === undefined ? {} : { opcode }),
    sizeBytes,
    ...(storedBytes === undefined ? {} : { storedBytes }),
  };
  if (!isConversation(event)) return facts;
  const payload = reads.body(event.sha256);
  if (opcode === opcodes.text && isUtf8(payload)) return { ...facts, text: payload.toString() };
  return { ...facts, base64: payload.toString('base64') };
}
