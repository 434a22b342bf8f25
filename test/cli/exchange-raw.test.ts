import { describe, expect, test } from 'vitest';
import { exchangeRaw } from '../../src/cli/exchange-raw.ts';
import {
  type ExchangeParts,
  cassetteOf,
  newExchange,
  openReader,
  responseOutcome,
  tempCassette,
  newSession,
} from '../support/cassette.ts';

function rawOf(parts: ExchangeParts & { requestBytes?: string; responseBytes?: string | Buffer }): string {
  const reader = openReader(cassetteOf([{ requestHeaders: ['Host', 'h'], ...parts }]));
  const exchange = reader.exchange(reader.session().id, 0)!;
  return Buffer.concat([...exchangeRaw(reader, exchange)]).toString('latin1');
}

const request = 'GET /orders/7 HTTP/1.1\r\nHost: h\r\n\r\n';

describe('an exchange as raw messages', () => {
  test('is request and response with their bytes as sent', () => {
    const raw = rawOf({
      method: 'POST',
      target: '/a',
      requestBytes: 'sent',
      responseBytes: Buffer.from([1, 0x8b, 0xff]),
      outcome: responseOutcome({ reason: 'Fine \u00e9', headers: ['A', '1', 'a', ''], httpVersion: '1.0' }),
    });
    expect(raw).toBe(
      'POST /a HTTP/1.1\r\nHost: h\r\n\r\nsentHTTP/1.0 200 Fine \u00e9\r\nA: 1\r\na: \r\n\r\n\u0001\u008b\u00ff',
    );
  });

  test('frames a chunked body as one chunk, with its trailers', () => {
    const headers = ['Transfer-Encoding', 'gzip, Chunked'];
    expect(rawOf({ responseBytes: 'hello world', outcome: responseOutcome({ headers, trailers: ['T', '1'] }) })).toBe(
      `${request}HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, Chunked\r\n\r\nb\r\nhello world\r\n0\r\nT: 1\r\n\r\n`,
    );
    expect(rawOf({ outcome: responseOutcome({ headers, trailers: ['T', '1'] }) })).toMatch(
      /\r\n\r\n0\r\nT: 1\r\n\r\n$/,
    );
    expect(rawOf({ outcome: responseOutcome({ headers }) })).toMatch(/Chunked\r\n\r\n$/);
  });

  test('leaves a cut chunked body without its end', () => {
    const file = tempCassette((writer) => {
      const body = { ...writer.putBody(Buffer.from('abc')), truncated: true, fullSizeBytes: 9 };
      const outcome = responseOutcome({ headers: ['Transfer-Encoding', 'chunked'], body });
      writer.insertExchange(newExchange(writer.beginSession(newSession()), { outcome }));
    });
    const reader = openReader(file);
    expect(Buffer.concat([...exchangeRaw(reader, reader.exchange(1, 0)!)]).toString()).toMatch(/\r\n\r\n3\r\nabc\r\n$/);
  });

  test('has early responses before the final one, and none where it failed', () => {
    const outcome = responseOutcome({ headers: [], informational: [{ status: 103, headers: ['Link', '<a>'] }] });
    expect(rawOf({ outcome })).toBe(`${request}HTTP/1.1 103 \r\nLink: <a>\r\n\r\nHTTP/1.1 200 OK\r\n\r\n`);
    expect(rawOf({ outcome: { kind: 'failure', code: 'dns', message: 'x' } })).toBe(request);
  });
});
