import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { exchangeText, oneLine, sessionLine, sessionState, summaryLine } from '../../src/cli/exchange-text.ts';
import { emptyBody } from '../../src/model/exchange.ts';
import { cassetteOf, type ExchangeParts, openReader, openWriter, responseOutcome } from '../support/cassette.ts';

const plain = (_style: unknown, text: string): string => text;

/** No-break spaces look like spaces on a terminal. */
const readable = (text: string): string => text.replaceAll('\u00a0', ' ');

function textOf(parts: ExchangeParts & { requestBytes?: string; responseBytes?: string | Buffer }): string {
  const reader = openReader(cassetteOf([{ requestHeaders: ['Host', 'h'], ...parts }]));
  const session = reader.session();
  const exchange = reader.exchange(session.id, 0)!;
  return readable(exchangeText(reader, { exchange, session, address: 'checkout:session-1/0' }, plain));
}

const json = (overrides: Parameters<typeof responseOutcome>[0] = {}) =>
  responseOutcome({ headers: ['Content-Type', 'application/json'], ...overrides });

describe('one exchange as text', () => {
  test('says of a request that its end was never seen, which is no fault of a limit', () => {
    const outcome = { kind: 'failure', code: 'client-aborted', message: 'gone' } as const;
    const requestBody = { ...emptyBody, truncated: true };
    const reader = openReader(cassetteOf([{ requestBody, outcome }]));
    const session = reader.session();
    const exchange = reader.exchange(session.id, 0)!;
    const text = exchangeText(reader, { exchange, session, address: 'a' }, plain);
    expect(text).toContain('(its end was never seen)');
    expect(text).not.toContain('limit');
    expect(reader.summaries(session.id)[0]!.truncated).toBeUndefined();
  });

  test('has both messages, with JSON laid out and numbers as they were sent', () => {
    const text = textOf({
      method: 'POST',
      requestBytes: 'a=1',
      outcome: json({ trailers: ['X-Sum', '42'], informational: [{ status: 103, headers: ['Link', '<a>'] }] }),
      responseBytes: '{"id":12345678901234567890,"e":[],"l":[1,2]}',
    });
    expect(text).toBe(`checkout:session-1/0
recorded 2025-01-15T10:00:00.000Z, took 5 ms, head after 4 ms
target default http://127.0.0.1:3000

POST /orders/7 HTTP/1.1
Host: h

a=1

HTTP/1.1 103
Link: <a>

HTTP/1.1 200 OK
Content-Type: application/json

{
  "id": 12345678901234567890,
  "e": [],
  "l": [
    1,
    2
  ]
}

trailers
X-Sum: 42
`);
  });

  test('shows a compressed body decoded, and says so', () => {
    const outcome = json({ headers: ['Content-Type', 'text/plain', 'Content-Encoding', 'gzip'] });
    expect(textOf({ outcome, responseBytes: gzipSync('readable') })).toMatch(
      /\n\nreadable\n\(decoded from gzip, \d+ B as sent\)\n$/,
    );
    expect(textOf({ outcome, responseBytes: 'not gzip' })).toContain('(the body is not valid gzip: ');
  });

  test('clips a long body with a note, and names one that is no text', () => {
    const long = textOf({
      outcome: json({ headers: ['Content-Type', 'text/plain'] }),
      responseBytes: 'x'.repeat(9000),
    });
    expect(long).toMatch(/\nx{8000}\n\(clipped; --raw gives the whole body\)\n$/);
    const array = `[${Array.from({ length: 9000 }, (_, i) => i).join(',')}]`;
    expect(textOf({ outcome: json(), responseBytes: array })).toContain('(clipped; --raw gives the whole body)');
    expect(
      textOf({ outcome: json({ headers: ['Content-Type', 'image/png'] }), responseBytes: Buffer.from([0, 1]) }),
    ).toMatch(/\(binary body: 2 B, sha256 [0-9a-f]{64}; see --raw\)/);
  });

  test('says what failed, and what had come', () => {
    const { kind: _kind, ...response } = json() as Extract<ReturnType<typeof json>, { kind: 'response' }>;
    const text = textOf({ outcome: { kind: 'failure', code: 'reset', message: 'read ECONNRESET', response } });
    expect(text).toContain('(reset: read ECONNRESET)\n\nHTTP/1.1 200 OK\n');
  });

  test('lets nothing recorded act on the terminal', () => {
    const evil = '\u001b[2J\u009b1m\u202e\u0007';
    const text = textOf({
      target: `/${evil}`,
      requestHeaders: ['X', `${evil}\u0000`],
      outcome: { kind: 'failure', code: 'dns', message: `${evil}\nfaked line` },
      requestBytes: evil,
    });
    expect(text).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202e]/);
    expect(text).toContain(String.raw`\u001b[2J`);
    expect(text).toContain(String.raw`\nfaked line`);
  });
});

describe('lists', () => {
  test('have one aligned line per exchange', () => {
    const failure = { kind: 'failure', code: 'client-aborted', message: '' } as const;
    const reader = openReader(
      cassetteOf([{ responseBytes: 'x'.repeat(2048) }, { method: 'DELETE', outcome: failure }]),
    );
    const session = reader.session();
    expect(readable(sessionLine(reader, { ...session, startedAt: 0 }, plain))).toMatch(
      /^session-1 {2}19(70|69)-\d\d-\d\d \d\d:\d\d:\d\d {2}2 exchanges {2}http:\/\/127\.0\.0\.1:3000$/,
    );
    expect(reader.summaries(session.id).map((summary) => readable(summaryLine(summary, plain)))).toEqual([
      '     0  GET      200             2.0 kB       5 ms  /orders/7',
      '     1  DELETE   client left        0 B       5 ms  /orders/7',
    ]);
  });

  test('say why a session is not whole, or not yet', () => {
    const file = cassetteOf([]);
    const reader = openReader(file);
    const session = reader.session();
    expect(sessionState(reader, session)).toBeUndefined();
    const incomplete = { ...session, incomplete: 'disk\nfull' };
    expect(sessionState(reader, incomplete)).toBe(String.raw`incomplete: disk\nfull`);
    expect(sessionLine(reader, incomplete, plain)).toMatch(/incomplete: disk/);
    const { endedAt: _endedAt, ...open } = session;
    expect(sessionState(reader, open)).toBe('incomplete: its recorder was killed');
    const writer = openWriter(file);
    expect(sessionState(reader, open)).toBe(`being recorded by process ${process.pid}`);
    writer.close();
  });
});

test('oneLine keeps text on its line', () => {
  expect(oneLine('a\nb\tc\r\u001b')).toBe(String.raw`a\nb\tc\u000d\u001b`);
});
