import { describe, expect, test } from 'vitest';
import { fields } from '../../src/proxy/capture.ts';
import { encodeFrame } from '../../src/proxy/websocket-frames.ts';
import { assembling, end, head, open, type Part } from '../support/assembling.ts';

describe('a conversation', () => {
  const upgraded: readonly Part[] = [
    open('GET', '/chat?token=abcdef0123456789'),
    ['request-end', ''],
    ['response-head', fields(3.5, 101, 'none', '1.1', 'Switching Protocols', ['Upgrade', 'websocket'])],
  ];
  const chunk = (offsetMs: number, direction: string, bytes: Buffer): readonly Part[] => [
    ['conversation-chunk', fields(offsetMs, direction, bytes.length)],
    ['conversation-data', bytes],
  ];
  const text = (content: string): Buffer => encodeFrame(1, Buffer.from(content));

  test('is kept message by message, group by group, until it ends', () => {
    const { write, exchange, writer, body } = assembling();
    write(0, ...upgraded, ...chunk(5, 'request', text('one')));
    expect(writer.reader().streamEvents(exchange(0)!.id)).toHaveLength(1);
    const split = text('three');
    write(0, ...chunk(6, 'response', text('two')), ...chunk(7, 'request', split.subarray(0, 3)));
    write(0, ...chunk(8, 'request', split.subarray(3)), end());
    const events = writer.reader().streamEvents(exchange(0)!.id);
    expect(
      events.map(({ direction, offsetMs, opcode, sizeBytes, sha256 }) => [
        direction,
        offsetMs,
        opcode,
        sizeBytes,
        body(sha256!),
      ]),
    ).toEqual([
      ['request', 5, 1, 3, 'one'],
      ['response', 6, 1, 3, 'two'],
      ['request', 8, 1, 5, 'three'],
    ]);
    expect(exchange(0)!.outcome).toMatchObject({ kind: 'response', status: 101 });
  });

  test('has its secrets replaced, also those that the request brought in the same moment', () => {
    const { write, exchange, writer, body } = assembling();
    write(
      0,
      ...upgraded,
      ...chunk(5, 'response', text('welcome abcdef0123456789')),
      ...chunk(6, 'request', text('{"password":"hunter22"}')),
      end(),
    );
    const all = writer
      .reader()
      .streamEvents(exchange(0)!.id)
      .map(({ sha256 }) => body(sha256!))
      .join();
    expect(all).toContain('welcome');
    expect(all).toContain('{"password":"');
    expect(all).not.toMatch(/abcdef0123456789|hunter22/);
  });

  test('has large messages cut, with a note, and small ones whole', () => {
    const { write, exchange, writer } = assembling({ maxMessageBytes: 4 });
    const { notes } = write(
      0,
      ...upgraded,
      ...chunk(5, 'response', text('too long')),
      ...chunk(6, 'request', text('ok')),
    );
    expect(writer.reader().streamEvents(exchange(0)!.id)).toMatchObject([
      { sizeBytes: 8, storedBytes: 4 },
      { sizeBytes: 2 },
    ]);
    expect(notes).toHaveLength(1);
    expect(notes[0]).toMatch(/^response message of GET \/chat\?token=\S+ may hold secrets: it is cut off$/);
  });

  test('of gRPC is marks in both bodies, in the order of arrival', () => {
    const { write, exchange, writer } = assembling();
    write(
      0,
      open('POST', '/grpc'),
      ['stream-mark', fields(1, 'request', 8)],
      ['request-data', Buffer.alloc(8)],
      head(),
    );
    write(0, ['stream-mark', fields(2, 'response', 5)], ['response-data', Buffer.alloc(5)]);
    write(
      0,
      ['stream-mark', fields(3, 'request', 7)],
      ['request-data', Buffer.alloc(7)],
      ['request-end', ''],
      end(15, 5),
    );
    expect(writer.reader().streamEvents(exchange(0)!.id)).toEqual([
      { direction: 'request', offsetMs: 1, sizeBytes: 8 },
      { direction: 'response', offsetMs: 2, sizeBytes: 5 },
      { direction: 'request', offsetMs: 3, sizeBytes: 7 },
    ]);
    expect(exchange(0)!.request.body.sizeBytes).toBe(15);
  });
});
