import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import type { BodyFacts, Outcome } from '../../src/model/exchange.ts';
import type { FreshResponse } from '../../src/suite/fresh-response.ts';
import { Renaming } from '../../src/suite/renaming.ts';
import { type Judgement, SessionJudge } from '../../src/suite/session-judge.ts';
import { parseCompareRuleLine } from '../../src/model/compare-rule-grammar.ts';
import { compareRulesOf } from '../../src/suite/session-judge.ts';
import { cassetteOf, fixedTime, openReader, openWriter, responseOutcome } from '../support/cassette.ts';

function factsOf(body: Buffer): BodyFacts {
  const sha256 = createHash('sha256').update(body).digest('hex');
  return { sizeBytes: body.length, sha256, truncated: false, fullSizeBytes: body.length };
}

function fresh(text: string, overrides: Partial<FreshResponse> = {}): FreshResponse {
  const body = Buffer.from(text);
  return { outcome: responseOutcome({ body: factsOf(body) }), body, slots: [], ...overrides };
}

/** A day after the recording. */
const runStartedAt = fixedTime + 86_400_000;
const times = { runStartedAt, startedAt: runStartedAt + 1000, endedAt: runStartedAt + 1010 };

function judgeIn(file: string, response: FreshResponse, renaming = new Renaming()): Judgement {
  const reader = openReader(file);
  const session = reader.session();
  const exchange = reader.exchange(session.id, 0)!;
  const { renames: _, ...judgement } = new SessionJudge({ reader, session, renaming }).judge(exchange, response, times);
  return judgement;
}

const json = (value: unknown): string => JSON.stringify(value);

describe('judging a fresh response', () => {
  test('the same bytes are the same', () => {
    const file = cassetteOf([{ responseBytes: json({ price: 1 }) }]);
    expect(judgeIn(file, fresh(json({ price: 1 })))).toEqual({ verdict: 'same', differences: [], baselineVersion: 1 });
  });

  test('a changed value is found with its path', () => {
    const file = cassetteOf([{ responseBytes: json({ price: 1 }) }]);
    const { verdict, differences } = judgeIn(file, fresh(json({ price: 2 })));
    expect(verdict).toBe('changed');
    expect(differences).toMatchObject([{ part: 'body', path: '/price', before: '1', after: '2' }]);
  });

  test('a time of the recording and a time of the run are one clock, also when an earlier request set them', () => {
    const at = (ms: number): string => json({ createdAt: new Date(ms).toISOString() });
    const file = cassetteOf([{ responseBytes: at(fixedTime + 1000), startedAt: fixedTime + 60_000 }]);
    expect(judgeIn(file, fresh(at(runStartedAt + 7))).verdict).toBe('equivalent');
    expect(judgeIn(file, fresh(at(runStartedAt - 3_600_000))).verdict).toBe('changed');
  });

  test('a newer baseline counts, with the renaming of the run it was accepted from', () => {
    const file = cassetteOf([{ responseBytes: json({ orderId: 'ord-aaaaaaaa', total: 5 }) }]);
    const writer = openWriter(file);
    const body = Buffer.from(json({ orderId: 'ord-bbbbbbbb', total: 6 }));
    writer.acceptBaseline(1, {
      outcome: responseOutcome({ body: writer.putBody(body) }),
      capturedAt: fixedTime + 1000,
      renames: [['ord-aaaaaaaa', 'ord-bbbbbbbb']],
    });
    const renaming = new Renaming();
    renaming.establish('ord-aaaaaaaa', 'ord-cccccccc');
    const judgement = judgeIn(file, fresh(json({ orderId: 'ord-cccccccc', total: 6 })), renaming);
    expect(judgement).toMatchObject({ verdict: 'equivalent', baselineVersion: 2 });
    expect(judgement.differences).toMatchObject([{ path: '/orderId', rule: 'renaming' }]);
    expect(judgeIn(file, fresh(json({ orderId: 'ord-aaaaaaaa', total: 6 })), renaming).verdict).toBe('changed');
  });

  test('who was asked for by an id is to be told of by that id', () => {
    const [ann, bob] = ['6f1c9a52-7d0e-4b3a-9a55-0c1d2e3f4a5b', '77aa88bb-1c2d-4e3f-8a9b-112233444455'];
    const asked = cassetteOf([{ target: `/users/${ann}`, responseBytes: json({ id: ann }) }]);
    const { verdict, differences } = judgeIn(asked, fresh(json({ id: bob })));
    expect(verdict).toBe('changed');
    expect(differences[0]?.note).toBe(
      '6f1c9a52…4a5b has stayed 6f1c9a52…4a5b since the request; here it is 77aa88bb…4455',
    );
    const free = cassetteOf([{ target: '/users', responseBytes: json({ id: ann }) }]);
    expect(judgeIn(free, fresh(json({ id: bob }))).verdict).toBe('equivalent');
  });

  test('no response is failed, with the words of the failure', () => {
    const file = cassetteOf([{ responseBytes: '{}' }]);
    const outcome: Outcome = { kind: 'failure', code: 'timeout', message: 'no complete response within 30 s' };
    expect(judgeIn(file, { outcome, body: Buffer.alloc(0), slots: [] })).toEqual({
      verdict: 'failed',
      differences: [],
      note: 'timeout: no complete response within 30 s',
      baselineVersion: 1,
    });
  });

  test('a recorded failure that happens again is the same; a response in its place is told', () => {
    const outcome: Outcome = { kind: 'failure', code: 'reset', message: 'read ECONNRESET' };
    const file = cassetteOf([{ outcome }]);
    const again: Outcome = { kind: 'failure', code: 'reset', message: 'socket hang up' };
    expect(judgeIn(file, { outcome: again, body: Buffer.alloc(0), slots: [] }).verdict).toBe('same');
    expect(judgeIn(file, fresh('{}'))).toMatchObject({ verdict: 'broken', differences: [{ part: 'failure' }] });
    const other: Outcome = { kind: 'failure', code: 'refused', message: 'no' };
    expect(judgeIn(file, { outcome: other, body: Buffer.alloc(0), slots: [] }).verdict).toBe('failed');
  });

  test('a body too large to hold is compared by its hash', () => {
    const bytes = Buffer.from('x'.repeat(100));
    const headers = ['Content-Type', 'application/octet-stream'];
    const file = cassetteOf([{ responseBytes: bytes, outcome: responseOutcome({ headers }) }]);
    const large = (facts: BodyFacts): FreshResponse => ({
      outcome: responseOutcome({ headers, body: { ...facts, truncated: true, sizeBytes: 0 } }),
      body: Buffer.alloc(0),
      slots: [],
      tooLarge: facts,
    });
    expect(judgeIn(file, large(factsOf(bytes))).verdict).toBe('same');
    const other = judgeIn(file, large({ ...factsOf(Buffer.from('y')), sizeBytes: 70_000_000 }));
    expect(other.verdict).toBe('changed');
    expect(other.differences).toHaveLength(1);
    expect(other.differences[0]?.before).toMatch(/^100 bytes, sha256 [0-9a-f]{64}$/);
    expect(other.differences[0]?.after).toMatch(/^70000000 bytes, sha256 /);
  });

  test('rules explain, those of the project first; a body too large to hold can be ignored too', () => {
    const file = cassetteOf([{ responseBytes: json({ price: 1, etag: 'a' }) }]);
    const writer = openWriter(file);
    const rule = (line: string) => ({ rule: parseCompareRuleLine(line), author: 'Ada', at: fixedTime });
    writer.addCompareRule(rule('POST /**: expect body ignored'));
    writer.addCompareRule(rule('*: expect json $.etag of same type'));
    writer.close();
    const other = fresh(json({ price: 1, etag: 'b' }));
    expect(judgeIn(file, other)).toMatchObject({ verdict: 'equivalent', differences: [{ rule: 'rule 2' }] });
    const reader = openReader(file);
    const session = reader.session();
    const compareRules = compareRulesOf(reader, [parseCompareRuleLine('*: expect body ignored')]);
    const judge = new SessionJudge({ reader, session, renaming: new Renaming(), compareRules });
    const large: FreshResponse = { ...other, tooLarge: { ...factsOf(Buffer.from('y')), sizeBytes: 70_000_000 } };
    for (const response of [other, large]) {
      const judgement = judge.judge(reader.exchange(session.id, 0)!, response, times);
      expect(judgement).toMatchObject({ verdict: 'equivalent', differences: [{ rule: 'config rule 1' }] });
    }
  });
});
