import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { type ResponseOutcome, emptyBodySha256 } from '../../src/model/exchange.ts';
import { createRedactor } from '../../src/redact/redactor.ts';
import { freshResponse } from '../../src/suite/fresh-response.ts';
import type { Sent } from '../../src/suite/send.ts';
import { responseOutcome } from '../support/cassette.ts';

const redactor = createRedactor(Buffer.alloc(32, 7));
const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

function sent(text: string, overrides: Partial<Sent> = {}): Sent {
  const body = Buffer.from(text);
  const facts = { sizeBytes: body.length, sha256: sha256(body), truncated: false, fullSizeBytes: body.length };
  const headers = ['Content-Type', 'application/json', 'Set-Cookie', 'sid=s3cr3tvalue; Path=/'];
  const outcome = responseOutcome({ headers, body: facts });
  return { startedAt: 1, endedAt: 2, durationMs: 1, outcome, body, ...overrides };
}

describe('a fresh response as it is stored', () => {
  test('has no secret left in it, and says where there were some', () => {
    const fresh = freshResponse(sent('{"token":"t0psecrettoken","name":"Ada"}'), redactor);
    const text = JSON.stringify(fresh.outcome) + fresh.body.toString();
    expect(text).not.toMatch(/t0psecrettoken|s3cr3tvalue/);
    expect(JSON.parse(fresh.body.toString())).toEqual({ token: redactor.pseudonym('t0psecrettoken'), name: 'Ada' });
    expect(fresh.slots.map(({ place }) => place).toSorted()).toEqual(['json:/token', 'set-cookie:sid']);
    expect(fresh.outcome).toMatchObject({ body: { sha256: sha256(fresh.body), sizeBytes: fresh.body.length } });
  });

  test('of a session recorded as it was, stays as it is', () => {
    const fresh = freshResponse(sent('{"token":"t0psecrettoken"}'), undefined);
    expect(fresh.body.toString()).toBe('{"token":"t0psecrettoken"}');
    expect(fresh.slots).toEqual([]);
  });

  test('without a response is the failure itself', () => {
    const outcome = { kind: 'failure', code: 'refused', message: 'no' } as const;
    expect(freshResponse(sent('', { outcome, body: Buffer.alloc(0) }), redactor)).toMatchObject({ outcome, slots: [] });
  });

  test('cut off in the middle is redacted as far as it goes', () => {
    const response = responseOutcome({ headers: ['Set-Cookie', 'sid=s3cr3tvalue'] }) as ResponseOutcome;
    const outcome = { kind: 'failure', code: 'truncated', message: 'cut', response } as const;
    expect(JSON.stringify(freshResponse(sent('', { outcome }), redactor).outcome)).not.toContain('s3cr3tvalue');
  });

  test('too large to keep is stored as nothing, with its size and hash aside', () => {
    const large = { sizeBytes: 100_000_000, sha256: 'ab', truncated: false, fullSizeBytes: 100_000_000 };
    const fresh = freshResponse({ ...sent(''), outcome: responseOutcome({ body: large }), body: undefined }, redactor);
    expect(fresh.tooLarge).toEqual(large);
    expect(fresh.body).toHaveLength(0);
    expect(fresh.outcome).toMatchObject({
      body: { sizeBytes: 0, sha256: emptyBodySha256, truncated: true, fullSizeBytes: 100_000_000 },
    });
  });
});
