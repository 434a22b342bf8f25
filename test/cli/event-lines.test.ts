import { describe, expect, test } from 'vitest';
import { eventLines, eventsJson } from '../../src/cli/event-lines.ts';
import type { StreamEvent } from '../../src/model/stream-event.ts';
import { newExchange, newSession, openReader, tempCassette } from '../support/cassette.ts';

type Said = Omit<StreamEvent, 'sizeBytes' | 'sha256'> & { readonly said: string | Buffer; readonly sizeBytes?: number };

/** A cassette with one exchange and these messages or marks. */
function cassetteWith(events: readonly (Said | StreamEvent)[]) {
  const reader = openReader(
    tempCassette((writer) => {
      const id = writer.insertExchange(newExchange(writer.beginSession(newSession())));
      writer.addStreamEvents(
        id,
        events.map((event) => {
          if (!('said' in event)) return event;
          const { said, ...facts } = event;
          const body = writer.putBody(Buffer.from(said));
          return { ...facts, sizeBytes: event.sizeBytes ?? body.sizeBytes, sha256: body.sha256 };
        }),
      );
    }),
  );
  return { reader, id: reader.exchange(reader.session().id, 0)!.id };
}

function linesOf(events: readonly (Said | StreamEvent)[]): string[] {
  const { reader, id } = cassetteWith(events);
  return [...eventLines(reader, id, (_style, text) => text)].map((line) => line.replaceAll('\u00a0', ' ').trim());
}

const direction = 'request';

describe('what passed, as text', () => {
  test('is a line for each message: who, when, what, how large', () => {
    expect(
      linesOf([
        { direction: 'request', offsetMs: 12, opcode: 1, said: '{"hello":"world"}' },
        { direction: 'response', offsetMs: 1250, opcode: 2, said: Buffer.from([0, 1, 2, 255]) },
        { direction: 'response', offsetMs: 1251, opcode: 9, said: '' },
        { direction: 'request', offsetMs: 1252, opcode: 8, said: Buffer.from('\u0003\u00e8bye', 'latin1') },
        { direction: 'request', offsetMs: 1253, said: 'raw' },
      ]),
    ).toEqual([
      'messages',
      '→       12 ms  text            17 B  {"hello":"world"}',
      '←       1.3 s  binary           4 B  00 01 02 ff',
      '←       1.3 s  ping             0 B',
      '→       1.3 s  close 1000       5 B  bye',
      '→       1.3 s  bytes            3 B  raw',
      '5 messages',
    ]);
  });

  test('cannot move the cursor of a terminal, and is cut to a line', () => {
    const [, first, long, bytes] = linesOf([
      { direction, offsetMs: 1, opcode: 1, said: '\u001b[2Ja\nb\u202e' },
      { direction, offsetMs: 1, opcode: 1, said: 'é'.repeat(5000) },
      { direction, offsetMs: 1, opcode: 2, said: Buffer.alloc(300_000, 0) },
    ]);
    expect(first).toMatch(/ {2}\\u001b\[2Ja\\nb\\u202e$/);
    expect(long).toMatch(/ {2}é{160} …$/);
    expect(bytes).toMatch(/ {2}(00 ){24}…$/);
  });

  test('says how much of a message is stored', () => {
    expect(linesOf([{ direction, offsetMs: 1, opcode: 1, said: 'be', sizeBytes: 20_000_000 }])[1]).toMatch(
      /20 MB {2}be {2}\(stored 2 B of it\)$/,
    );
  });

  test('of a streamed body is one line', () => {
    expect(linesOf([])).toEqual([]);
    expect(
      linesOf([
        { direction: 'request', offsetMs: 1, sizeBytes: 5 },
        { direction: 'response', offsetMs: 5, sizeBytes: 10 },
        { direction: 'response', offsetMs: 12_300, sizeBytes: 10 },
      ]),
    ).toEqual(['→ the body came in 1 piece, from 1 ms to 1 ms', '← the body came in 2 pieces, from 5 ms to 12 s']);
  });

  test('is read page by page, in order', () => {
    const events = Array.from(
      { length: 450 },
      (_, i) => ({ direction, offsetMs: i, opcode: 1, said: `m${i}` }) as const,
    );
    const lines = linesOf(events);
    expect(lines).toHaveLength(452);
    expect(lines.slice(1, -1).map((line) => line.split(/\s+/).at(-1))).toEqual(events.map(({ said }) => said));
  });
});

describe('what passed, as JSON', () => {
  test('has text as text and the rest as Base64; marks have no payload', () => {
    const { reader, id } = cassetteWith([
      { direction: 'request', offsetMs: 12.5, opcode: 1, said: 'héllo' },
      { direction: 'response', offsetMs: 13, opcode: 2, said: Buffer.from([0, 255]) },
      { direction: 'response', offsetMs: 14, opcode: 1, said: Buffer.from([255]), sizeBytes: 9 },
      { direction: 'request', offsetMs: 15, said: 'raw' },
      { direction: 'response', offsetMs: 16, sizeBytes: 7 },
    ]);
    expect(JSON.parse([...eventsJson(reader, id)].join(''))).toEqual([
      { direction: 'request', offsetMs: 12.5, opcode: 1, sizeBytes: 6, text: 'héllo' },
      { direction: 'response', offsetMs: 13, opcode: 2, sizeBytes: 2, base64: 'AP8=' },
      { direction: 'response', offsetMs: 14, opcode: 1, sizeBytes: 9, storedBytes: 1, base64: '/w==' },
      { direction: 'request', offsetMs: 15, sizeBytes: 3, base64: 'cmF3' },
      { direction: 'response', offsetMs: 16, sizeBytes: 7 },
    ]);
  });

  test('of an ordinary exchange is an empty list', () => {
    const { reader, id } = cassetteWith([]);
    expect([...eventsJson(reader, id)].join('')).toBe('[]');
  });
});
