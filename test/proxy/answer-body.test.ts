import zlib from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { headerValue } from '../../src/model/headers.ts';
import { type AnswerEditing, editAnswer, syntaxOf } from '../../src/proxy/answer-body.ts';
import { ValueReplacer } from '../../src/proxy/answer-edits.ts';
import { timedPieces } from '../../src/proxy/pace.ts';
import { answered, responseIn } from '../support/answer.ts';

const a = '3f2504e0-4f89-41d3-9a0c-0305e82c3301';
const json = ['Content-Type', 'application/json'];

function replacing(recorded: string, now: string): AnswerEditing {
  const replacer = new ValueReplacer([{ recorded, now }]);
  return {
    from: 'echo',
    ofHeader: (_name, value) => replacer.edits(value, 'text'),
    ofBody: (text, syntax) => replacer.edits(text, syntax),
  };
}

const codings: Readonly<Record<string, { pack: (bytes: Buffer) => Buffer; unpack: (bytes: Buffer) => Buffer }>> = {
  identity: { pack: (bytes) => bytes, unpack: (bytes) => bytes },
  gzip: { pack: (bytes) => zlib.gzipSync(bytes), unpack: (bytes) => zlib.gunzipSync(bytes) },
  deflate: { pack: (bytes) => zlib.deflateSync(bytes), unpack: (bytes) => zlib.inflateSync(bytes) },
  br: { pack: (bytes) => zlib.brotliCompressSync(bytes), unpack: (bytes) => zlib.brotliDecompressSync(bytes) },
  zstd: { pack: (bytes) => zlib.zstdCompressSync(bytes), unpack: (bytes) => zlib.zstdDecompressSync(bytes) },
};

describe('an answer', () => {
  test('in which nothing is replaced is the very same recording', () => {
    const recording = answered('{"id":"other"}', { headers: json });
    expect(editAnswer(recording, replacing(a, 'x'))).toEqual({ recording, changes: [] });
    expect(editAnswer(recording, replacing(a, 'x')).recording).toBe(recording);
  });

  test('in any coding, in any pieces, is what editing its text gives', () => {
    const part = fc.constantFrom(a, '"', ' "é" ', `\n${a}\n`, 'x', '😀');
    fc.assert(
      fc.property(
        fc.array(part, { maxLength: 20 }),
        fc.constantFrom('now-1', '8c9e6679-7425-40de-944b-e07fc1f90ae7', 'ü'.repeat(50)),
        fc.constantFrom(...Object.keys(codings)),
        fc.array(fc.nat(60), { maxLength: 12 }),
        (parts, now, coding, sizes) => {
          const text = parts.join(' ');
          const { pack, unpack } = codings[coding]!;
          const bytes = pack(Buffer.from(text));
          const marks = sizes.map((sizeBytes, offsetMs) => ({
            sizeBytes: Math.min(sizeBytes, bytes.length),
            offsetMs,
          }));
          const headers = ['Content-Type', 'text/plain', 'Content-Encoding', coding];
          const { recording } = editAnswer(answered(bytes, { headers, marks }), replacing(a, now));
          const served = recording.body!;
          expect(unpack(served).toString()).toBe(text.replaceAll(a, now));
          expect(headerValue(responseIn(recording).headers, 'content-length')).toBe(String(served.length));
          const pieces = [...timedPieces(served.length > 0 ? [served] : [], recording.marks)];
          expect(Buffer.concat(pieces.map((piece) => piece.bytes))).toEqual(served);
          expect(recording.marks.every(({ sizeBytes }) => sizeBytes >= 0)).toBe(true);
        },
      ),
    );
  });

  test('of a stream keeps its events together', () => {
    const events = [`data: {"id":"${a}"}\n\n`, 'data: 2\n\n', `data: ${a} ${a}\n\n`];
    const marks = events.map((event, i) => ({ sizeBytes: event.length, offsetMs: i * 10 }));
    const recording = answered(events.join(''), { headers: ['Content-Type', 'text/event-stream'], marks });
    const edited = editAnswer(recording, replacing(a, 'short')).recording;
    const pieces = [...timedPieces([edited.body!], edited.marks)];
    expect(pieces.map(({ bytes, atMs }) => [String(bytes), atMs])).toEqual([
      ['data: {"id":"short"}\n\n', 0],
      ['data: 2\n\n', 10],
      ['data: short short\n\n', 20],
    ]);
  });

  test('has the values in its headers and trailers too, and says how many there were', () => {
    const recording = answered(`{"id":"${a}","self":"/${a}"}`, {
      headers: ['Location', `/docs/${a}`, 'set-cookie', `last=${a}; Path=/`, ...json],
      trailers: ['X-Id', a],
    });
    const { recording: edited, changes } = editAnswer(recording, replacing(a, 'b-1'));
    expect(responseIn(edited)).toMatchObject({
      headers: ['Location', '/docs/b-1', 'set-cookie', 'last=b-1; Path=/', ...json, 'Content-Length', '26'],
      trailers: ['X-Id', 'b-1'],
      body: { sizeBytes: 26 },
    });
    expect(changes).toEqual([
      { place: 'header:location', from: 'echo', count: 1 },
      { place: 'header:set-cookie', from: 'echo', count: 1 },
      { place: 'trailer:x-id', from: 'echo', count: 1 },
      { place: 'body', from: 'echo', count: 2 },
    ]);
    // The head of what is held is kept by the recording.
    expect(edited.isHeld).toBeUndefined();
  });

  test('gets no headers that hold a line end', () => {
    const recording = answered('', { headers: ['X-Name', 'recorded'] });
    expect(editAnswer(recording, replacing('recorded', 'a\r\nX-Evil: 1')).recording).toBe(recording);
  });

  test.each([
    ['large', { ...answered(''), body: undefined }],
    ['coded', answered(`"${a}"`, { headers: [...json, 'Content-Encoding', 'gzip'] })],
    ['coded', answered(`"${a}"`, { headers: [...json, 'Content-Encoding', 'aws-chunked'] })],
    ['part', answered(`"${a}"`, { headers: json, status: 206 })],
  ] as const)('keeps a body that is %s as it was recorded, and says so', (left, recording) => {
    const { recording: edited, changes } = editAnswer(recording, replacing(a, 'b'));
    expect(edited).toBe(recording);
    expect(changes).toEqual([{ place: 'body', from: 'echo', count: 0, left }]);
  });

  test('that is no text is left alone', () => {
    for (const [type, body] of [
      ['image/png', a],
      ['application/x-protobuf', a],
      ['text/plain', `\0${a}`],
    ] as const) {
      const recording = answered(body, { headers: ['Content-Type', type] });
      expect(editAnswer(recording, replacing(a, 'b')).recording).toBe(recording);
    }
  });

  test('that failed midway is edited as far as it came', () => {
    const whole = answered(`data: ${a}`, { headers: ['Content-Type', 'text/event-stream'] });
    const outcome = { kind: 'failure', code: 'client-aborted', message: '', response: responseIn(whole) } as const;
    const recording = { ...whole, exchange: { ...whole.exchange, outcome } };
    const edited = editAnswer(recording, replacing(a, 'b')).recording;
    expect(String(edited.body)).toBe('data: b');
    expect(edited.exchange.outcome).toMatchObject({ kind: 'failure', code: 'client-aborted' });
  });
});

test.each([
  ['application/problem+json', 'json'],
  ['text/plain; charset=utf-8', 'json'],
  ['text/html', 'text'],
  ['application/soap+xml', 'text'],
  ['application/javascript', 'text'],
  ['application/x-ndjson', 'lines'],
  ['text/event-stream', 'lines'],
  ['application/octet-stream', undefined],
  ['multipart/mixed; boundary=x', undefined],
])('%s is read as %s', (type, syntax) => {
  expect(syntaxOf(['Content-Type', type])).toBe(syntax);
});
