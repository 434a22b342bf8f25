import fc from 'fast-check';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import type { BodyFacts, Outcome } from '../../src/model/exchange.ts';
import { emptyBody, emptyBodySha256 } from '../../src/model/exchange.ts';
import { newExchange, newSession, openWriter } from '../support/cassette.ts';
import { tempFolder } from '../support/temp-folder.ts';

/** Header text as Node gives it: one character per byte. */
const latin1 = fc.uint8Array({ maxLength: 20 }).map((bytes) => Buffer.from(bytes).toString('latin1'));
const headers = fc.array(fc.tuple(latin1, latin1), { maxLength: 5 }).map((pairs) => pairs.flat());
const sha256 = fc.uint8Array({ minLength: 32, maxLength: 32 }).map((bytes) => Buffer.from(bytes).toString('hex'));

const body: fc.Arbitrary<BodyFacts> = fc.oneof(
  fc.constant(emptyBody),
  fc.tuple(sha256, fc.integer({ min: 1 }), fc.nat()).map(([hash, sizeBytes, more]) => ({
    sizeBytes,
    sha256: hash,
    truncated: more > 0,
    fullSizeBytes: sizeBytes + more,
  })),
  fc.integer({ min: 1 }).map((fullSizeBytes) => ({
    sizeBytes: 0,
    sha256: emptyBodySha256,
    truncated: true,
    fullSizeBytes,
  })),
);

const informational = fc.array(
  fc.record(
    { status: fc.integer({ min: 100, max: 199 }), reason: latin1, headers },
    { requiredKeys: ['status', 'headers'] },
  ),
  { minLength: 1, maxLength: 2 },
);

const response = fc.record({
  status: fc.integer({ min: 200, max: 599 }),
  reason: latin1,
  httpVersion: fc.constantFrom('1.0', '1.1'),
  headers,
  trailers: headers,
  body,
  framing: fc.constantFrom('none' as const, 'length' as const, 'chunked' as const, 'close' as const),
  informational: fc.oneof(fc.constant([]), informational),
});

const outcome: fc.Arbitrary<Outcome> = fc.oneof(
  response.map((facts) => ({ kind: 'response' as const, ...facts })),
  fc.record(
    {
      kind: fc.constant('failure' as const),
      code: fc.constantFrom('dns' as const, 'truncated' as const, 'interrupted' as const),
      message: fc.string(),
      response,
    },
    { requiredKeys: ['kind', 'code', 'message'] },
  ),
  fc.record({
    kind: fc.constant('failure' as const),
    code: fc.constant('reset' as const),
    message: fc.string(),
    informational,
  }),
);

describe('an exchange', () => {
  test('comes out of the cassette as it went in, whatever bytes its heads hold', () => {
    const writer = openWriter(path.join(tempFolder(), 'x.cassette'));
    const sessionId = writer.beginSession(newSession());
    let position = 0;
    fc.assert(
      fc.property(outcome, headers, body, fc.array(fc.string()), latin1, (ending, fields, sent, slots, query) => {
        const exchange = newExchange(sessionId, {
          position,
          outcome: ending,
          requestHeaders: fields,
          requestBody: sent,
          slots,
          target: `/p?${query}`,
        });
        const id = writer.insertExchange(exchange);
        const { epoch: _epoch, ...expected } = exchange;
        expect(writer.reader().exchange(sessionId, position)).toEqual({ id, ...expected });
        position += 1;
      }),
    );
  });
});
