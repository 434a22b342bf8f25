import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { invariantWords } from '../../src/compare/invariants/claim-words.ts';
import { parseCompareRuleLine } from '../../src/model/compare-rule-grammar.ts';
import { compileCompareRules, type NamedCompareRule, noCompareRules } from '../../src/model/compare-rule-set.ts';
import type { FreshResponse } from '../../src/suite/fresh-response.ts';
import { Renaming } from '../../src/suite/renaming.ts';
import { SessionInvariants } from '../../src/suite/session-invariants.ts';
import { SessionJudge } from '../../src/suite/session-judge.ts';
import { cassetteOf, fixedTime, openReader, openWriter, responseOutcome } from '../support/cassette.ts';
import { valueFlow } from '../support/value-flow.ts';

const runStartedAt = fixedTime + 86_400_000;

/** Orders are made at one request a second, each is read afterwards. */
function orderAt(i: number, startedAt: number): { id: string; createdAt: string; expiresAt: string } {
  const ms = startedAt + i * 1000 + 37 * i;
  const id = `ord_${createHash('md5').update(`${i} ${startedAt}`).digest('hex').slice(0, 8)}x1`;
  return { id, createdAt: new Date(ms).toISOString(), expiresAt: new Date(ms + 3_600_000).toISOString() };
}

const count = 4;
const recorded = Array.from({ length: count }, (_, i) => orderAt(i, fixedTime));

/** POST, GET, POST, GET … with the flow from each POST to its GET. */
function shop(): string {
  const file = cassetteOf(
    recorded.flatMap((order, i) => [
      { method: 'POST', target: '/orders', startedAt: fixedTime + i * 1000, responseBytes: JSON.stringify(order) },
      {
        target: `/orders/${order.id}`,
        startedAt: fixedTime + i * 1000 + 500,
        responseBytes: JSON.stringify({ ...order, seen: i }),
      },
    ]),
  );
  const writer = openWriter(file);
  const flows = recorded.map(({ id }, i) =>
    valueFlow({ from: i * 2, to: i * 2 + 1, fromPlace: 'json:/id', toPlace: 'path:1', value: id }),
  );
  writer.addFlows(1, flows);
  writer.close();
  return file;
}

function fresh(body: unknown): FreshResponse {
  const bytes = Buffer.from(JSON.stringify(body));
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const facts = { sizeBytes: bytes.length, sha256, truncated: false, fullSizeBytes: bytes.length };
  return { outcome: responseOutcome({ body: facts }), body: bytes, slots: [] };
}

/** What is said of the answers of a run, one line for each finding; without what clock and renaming say of it. */
function findings(file: string, answers: readonly unknown[], rules: readonly NamedCompareRule[] = []): string[] {
  const reader = openReader(file);
  const session = reader.session();
  const renaming = new Renaming();
  recorded.forEach(({ id }, i) => renaming.establish(id, orderAt(i, runStartedAt).id));
  const compareRules = rules.length === 0 ? noCompareRules : compileCompareRules(rules);
  const judge = new SessionJudge({ reader, session, renaming, compareRules });
  return answers.flatMap((answer, position) => {
    const startedAt = runStartedAt + position * 500;
    const times = { runStartedAt, startedAt, endedAt: startedAt + 20 };
    const { differences } = judge.judge(reader.exchange(session.id, position)!, fresh(answer), times);
    return differences
      .filter(({ severity }) => severity !== 'equivalent')
      .map(
        ({ path, note = '' }) =>
          `${position} ${path} ${note.slice(note.lastIndexOf('; ', note.indexOf(' was ')) + 1).trim()}`,
      );
  });
}

const run = Array.from({ length: count }, (_, i) => orderAt(i, runStartedAt));
const answers: readonly object[] = run.flatMap((order, i) => [order, { ...order, seen: i }]);

/** The answers with another one at a position. */
const but = (position: number, answer: object): readonly object[] =>
  answers.with(position, { ...answers[position], ...answer });

describe('what the responses of a session keep to', () => {
  test('is learned per method, path template and status', () => {
    const reader = openReader(shop());
    const all = [...new SessionInvariants(reader, reader.session()).all()];
    expect(all.map(({ method, template, status }) => `${method} ${template} ${status}`)).toEqual([
      'POST /orders 200',
      'GET /orders/{id} 200',
    ]);
    expect(all[1]!.invariants.map(invariantWords)).toEqual([
      'expiresAt = createdAt + 3600 s',
      'id = segment 2 of the path',
      'createdAt = createdAt of POST /orders',
      'expiresAt = expiresAt of POST /orders',
      'id is like "ord_" and more',
      'createdAt is like ‹ISO time Z›',
      'expiresAt is like ‹ISO time Z›',
    ]);
  });

  test('is asserted in a run', () => {
    const file = shop();
    expect(findings(file, answers)).toEqual([]);
    const late = new Date(Date.parse(run[1]!.createdAt) + 60_000).toISOString();
    expect(findings(file, but(2, { expiresAt: late }))).toEqual([
      '2 /expiresAt expiresAt was createdAt + 3600 s in 4 of 4 recordings; here it is + 60 s',
      `3 /expiresAt expiresAt was expiresAt of POST /orders in 4 of 4 recordings; here it is "${run[1]!.expiresAt}", not "${late}"`,
    ]);
  });

  test('across exchanges: what was made then is what is read now', () => {
    const moved = { createdAt: run[0]!.createdAt, expiresAt: run[0]!.expiresAt };
    expect(findings(shop(), but(3, moved))).toEqual([
      `3 /createdAt createdAt was createdAt of POST /orders in 4 of 4 recordings; here it is "${run[0]!.createdAt}", not "${run[1]!.createdAt}"`,
      `3 /expiresAt expiresAt was expiresAt of POST /orders in 4 of 4 recordings; here it is "${run[0]!.expiresAt}", not "${run[1]!.expiresAt}"`,
    ]);
  });

  test('counts although a rule hides the difference, unless a person ignores the place', () => {
    const file = shop();
    const late = but(0, { expiresAt: new Date(Date.parse(run[0]!.createdAt) + 60_000).toISOString() }).slice(0, 1);
    const rule = (line: string, name: string): NamedCompareRule => ({ name, rule: parseCompareRuleLine(line) });
    expect(findings(file, late, [rule('*: expect json $.expiresAt of same type', 'rule 1')])).toHaveLength(1);
    expect(findings(file, late, [rule('*: expect json $.expiresAt ignored', 'calibration 1')])).toHaveLength(1);
    expect(findings(file, late, [rule('*: expect json $.expiresAt ignored', 'rule 1')])).toEqual([]);
  });

  test('is no longer held against anything once something else was accepted', () => {
    const file = shop();
    const writer = openWriter(file);
    const late = new Date(Date.parse(recorded[3]!.createdAt) + 60_000).toISOString();
    const body = Buffer.from(JSON.stringify({ ...recorded[3], expiresAt: late }));
    writer.acceptBaseline(7, {
      outcome: responseOutcome({ body: writer.putBody(body) }),
      capturedAt: fixedTime + 3000,
      renames: [],
    });
    const other = new Date(Date.parse(run[0]!.createdAt) + 120_000).toISOString();
    const [finding] = findings(file, but(0, { expiresAt: other }).slice(0, 1));
    expect(finding ?? '').not.toContain('recordings');
  });
});
