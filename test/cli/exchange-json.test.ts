import { describe, expect, test } from 'vitest';
import { exchangeJson } from '../../src/cli/exchange-json.ts';
import { emptyBodySha256, type Outcome } from '../../src/model/exchange.ts';
import { cassetteOf, newExchange, newSession, openReader, responseOutcome, tempCassette } from '../support/cassette.ts';

function jsonOf(file: string): { pieces: string[]; document: unknown } {
  const reader = openReader(file);
  const exchange = reader.exchange(reader.session().id, 0)!;
  const pieces = [...exchangeJson(reader, exchange, 'checkout:session-1/0')];
  return { pieces, document: JSON.parse(pieces.join('')) as unknown };
}

const noBody = { sizeBytes: 0, sha256: emptyBodySha256, truncated: false, base64: '' };

describe('an exchange as JSON', () => {
  test('has exactly the fields other programs rely on', () => {
    const { document } = jsonOf(
      cassetteOf([
        {
          method: 'POST',
          target: '/a?b',
          requestHeaders: ['X', '1', 'x', 'caf\u00e9'],
          requestBytes: Buffer.from([0, 255]),
          outcome: responseOutcome({ status: 201, reason: 'Created', headers: ['A', 'b'], trailers: ['T', 't'] }),
          responseBytes: 'hello',
        },
      ]),
    );
    expect(document).toEqual({
      address: 'checkout:session-1/0',
      startedAt: '2025-01-15T10:00:00.000Z',
      durationMs: 5,
      request: {
        method: 'POST',
        target: '/a?b',
        headers: [
          ['X', '1'],
          ['x', 'caf\u00e9'],
        ],
        trailers: [],
        body: {
          sizeBytes: 2,
          sha256: '06eb7d6a69ee19e5fbdf749018d3d2abfa04bcbd1365db312eb86dc7169389b8',
          truncated: false,
          base64: 'AP8=',
        },
      },
      outcome: {
        kind: 'response',
        status: 201,
        reason: 'Created',
        headers: [['A', 'b']],
        trailers: [['T', 't']],
        body: {
          sizeBytes: 5,
          sha256: '2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824',
          truncated: false,
          base64: 'aGVsbG8=',
        },
      },
    });
  });

  test('says what failed, with the response as far as it came', () => {
    const failure: Outcome = { kind: 'failure', code: 'refused', message: 'connect ECONNREFUSED' };
    expect(jsonOf(cassetteOf([{ outcome: failure }])).document).toMatchObject({ outcome: failure });
    const { kind: _kind, ...response } = responseOutcome({ headers: [] }) as Extract<Outcome, { kind: 'response' }>;
    expect(jsonOf(cassetteOf([{ outcome: { ...failure, response } }])).document).toMatchObject({
      outcome: { ...failure, response: { status: 200, reason: 'OK', headers: [], trailers: [], body: noBody } },
    });
  });

  test('has no outcome while it runs', () => {
    const file = tempCassette((writer) => {
      const {
        outcome: _o,
        durationMs: _d,
        firstByteMs: _f,
        ...running
      } = newExchange(writer.beginSession(newSession()));
      writer.insertRunning(running);
    });
    expect(jsonOf(file).document).toMatchObject({ durationMs: null, outcome: null, request: { body: noBody } });
  });

  test('carries a large body in pieces that together are one base64 text', () => {
    const bytes = Buffer.alloc(2 * 1024 * 1024 + 2);
    for (let at = 0; at + 4 <= bytes.length; at += 4) bytes.writeUInt32LE(at, at);
    const { pieces, document } = jsonOf(cassetteOf([{ responseBytes: bytes }]));
    const { body } = (document as { outcome: { body: { base64: string } } }).outcome;
    expect(body.base64).toBe(bytes.toString('base64'));
    expect(Math.max(...pieces.map(({ length }) => length))).toBeLessThan(1.5 * 1024 * 1024);
  });
});
