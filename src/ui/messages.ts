import { contentCodings } from '../model/content-coding.ts';
import { type Exchange, responseOf } from '../model/exchange.ts';
import { isConversation, opcodes, type StreamEvent } from '../model/stream-event.ts';
import type { CassetteReader } from '../store/cassette-reader.ts';
import { eventText, eventWord } from '../views/event-words.ts';
import { hexDump } from '../views/hex-dump.ts';
import type { MessageListProps, MessageRow } from '../views/message-list.tsx';
import { formatSize } from '../views/quantities.ts';

/** Rows of one page. */
export const messagesPerPage = 100;
const previewChars = 160;
const wholeChars = 64 * 1024;
const hexBytes = 4 * 1024;
/** Of larger bodies the pieces are listed without their text. */
const readBytes = 4 * 1024 * 1024;

interface MessagePage {
  readonly reader: CassetteReader;
  readonly exchange: Exchange;
  /** Index of the first event shown. */
  readonly from: number;
  readonly urlOf: (from: number) => string;
}

/** One page of what passed while an exchange went on; undefined when it was an ordinary one. */
export function messageList({ reader, exchange, from, urlOf }: MessagePage): MessageListProps | undefined {
  const events = reader.streamEvents(exchange.id);
  if (events.length === 0) return undefined;
  const start = Math.min(Math.max(0, Math.floor(from / messagesPerPage) * messagesPerPage), events.length - 1);
  const pieces = piecesOf(reader, exchange);
  const rows: MessageRow[] = [];
  for (const [index, event] of events.entries()) {
    if (index >= start + messagesPerPage) break;
    const bytes = isConversation(event) ? () => reader.body(event.sha256) : pieces(event);
    if (index >= start) rows.push(rowOf(index + 1, event, bytes()));
  }
  const isTalk = events.some(isConversation);
  return {
    title: isTalk ? 'Messages' : 'Stream',
    rows,
    total: events.length,
    previousUrl: start > 0 ? urlOf(start - messagesPerPage) : undefined,
    nextUrl: start + messagesPerPage < events.length ? urlOf(start + messagesPerPage) : undefined,
  };
}

/** Walks through the stored bodies: marks say which of their bytes came together. */
function piecesOf(reader: CassetteReader, { request, outcome }: Exchange) {
  const sides = {
    request: { message: request, at: 0, bytes: undefined as Buffer | undefined },
    response: { message: responseOf(outcome), at: 0, bytes: undefined as Buffer | undefined },
  };
  return ({ direction, sizeBytes }: StreamEvent): (() => Buffer | undefined) => {
    const side = sides[direction];
    const from = side.at;
    side.at += sizeBytes;
    return () => {
      const { message } = side;
      if (!message || message.body.sizeBytes > readBytes || contentCodings(message.headers).length > 0)
        return undefined;
      side.bytes ??= reader.body(message.body.sha256);
      return side.bytes.subarray(from, from + sizeBytes);
    };
  };
}

function rowOf(number: number, event: StreamEvent, bytes: Buffer | undefined): MessageRow {
  const { direction, offsetMs, sizeBytes, storedBytes, opcode } = event;
  const note =
    storedBytes === undefined ? undefined : `Only the first ${formatSize(storedBytes)} of it are in the cassette.`;
  const base = { number, direction, offsetMs, sizeBytes, kind: eventWord(event, bytes), note };
  if (bytes === undefined || bytes.length === 0) return { ...base, preview: '', whole: undefined };
  const shown = opcode === opcodes.close ? bytes.subarray(2) : bytes;
  const text = eventText(event, shown.subarray(0, wholeChars));
  if (text === undefined) {
    const head = shown
      .subarray(0, 24)
      .toString('hex')
      .replace(/(..)(?!$)/g, '$1 ');
    return { ...base, preview: head, whole: hexDump(shown.subarray(0, hexBytes)) };
  }
  const line = text.trimEnd();
  const isShort = line.length <= previewChars && !line.includes('\n');
  return {
    ...base,
    preview: line.slice(0, previewChars).replaceAll(/\s*\n\s*/g, ' ⏎ '),
    whole: isShort ? undefined : text.slice(0, wholeChars),
  };
}
