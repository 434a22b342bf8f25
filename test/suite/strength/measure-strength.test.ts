import { describe, expect, test } from 'vitest';
import type { CompareRule } from '../../../src/model/compare-rule.ts';
import { parseCompareRuleLine } from '../../../src/model/compare-rule-grammar.ts';
import { opcodes } from '../../../src/model/stream-event.ts';
import { measureStrength, type StrengthOptions } from '../../../src/suite/strength/measure-strength.ts';
import type { StrengthResult } from '../../../src/suite/strength/strength-result.ts';
import { cassetteOf, fixedTime, openReader, openWriter, responseOutcome } from '../../support/cassette.ts';

function measure(file: string, options: Partial<StrengthOptions> = {}): StrengthResult {
  const reader = openReader(file);
  const session = reader.session();
  const defaults = { cassette: 'shop', compareRules: [], failOn: 'changed', seed: 1, limit: 10_000 } as const;
  return measureStrength({ reader, session, ...defaults, ...options });
}

const json = (value: unknown): string => JSON.stringify(value);
const rule = (line: string): CompareRule => parseCompareRuleLine(line);

/** `GET /orders/{id}: drop /total 3× rule 3`. */
function passed({ endpoints }: StrengthResult): string[] {
  return endpoints.flatMap(({ method, template, survivors }) =>
    survivors.map(({ pattern, reason, count }) => `${method} ${template}: ${pattern} ${count}× ${reason}`),
  );
}

const ids = ['6f1c2b9e-0d3a-4c55-9a43-5f0f0f0f0f0f', '7e1c2b9e-0d3a-4c55-9a43-5f0f0f0f0f0f'] as const;
const orders = [
  { target: '/orders', responseBytes: json([{ id: ids[0], total: 5 }]) },
  { target: `/orders/${ids[0]}`, responseBytes: json({ id: ids[0], total: 5, status: 'open' }) },
  { target: '/users', responseBytes: json([{ id: ids[1], name: 'Ada' }]) },
];

describe('the strength of a cassette', () => {
  test('without rules all that fails a test is caught', () => {
    const result = measure(cassetteOf(orders));
    expect(passed(result)).toEqual(expect.arrayContaining([expect.stringMatching(/^GET \/orders: duplicate \/\*/)]));
    expect(passed(result).filter((line) => !line.endsWith('added does not fail'))).toEqual([]);
    expect(result).toMatchObject({ unfit: [], skipped: [], answers: { looked: 3, of: 3 } });
    expect(result.tried).toBe(result.possible);
    expect(passed(measure(cassetteOf(orders), { failOn: 'added' }))).toEqual([]);
  });

  test('a rule that hides too much lets wrong answers pass, and is named', () => {
    const file = cassetteOf(orders);
    const writer = openWriter(file);
    writer.addCompareRule({ rule: rule('GET /users: expect json $[*].name ignored'), author: 'Ada', at: fixedTime });
    writer.close();
    const result = measure(file, { compareRules: [rule('GET /orders/*: expect body ignored')] });
    const survived = passed(result);
    expect(survived).toContain('GET /orders/{id}: drop /total 1× config rule 1');
    expect(survived).toContain('GET /orders/{id}: empty body 1× config rule 1');
    expect(survived).toContain('GET /users: text /*/name 1× rule 1');
    expect(survived).not.toContainEqual(expect.stringMatching(/GET \/orders: (?!duplicate|reorder)/));
    expect(result.endpoints[0]?.template).toBe('/orders/{id}');
    expect(result.strength).toBeLessThan(0.9);
  });

  test('the id of another is found wherever in the session it stands, also later', () => {
    const result = measure(cassetteOf(orders));
    expect(result.kinds.find(({ kind }) => kind === 'swap')).toMatchObject({ strength: 1 });
    expect(result.kinds.find(({ kind }) => kind === 'swap')?.tried).toBeGreaterThan(2);
  });

  test('what was accepted from a run stands for itself beside what was recorded', () => {
    const file = cassetteOf(orders);
    const writer = openWriter(file);
    const body = writer.putBody(Buffer.from(json({ id: ids[1], total: 5, status: 'open' })));
    writer.acceptBaseline(2, {
      outcome: responseOutcome({ body }),
      capturedAt: fixedTime,
      renames: [[ids[0], ids[1]]],
    });
    writer.close();
    expect(measure(file).unfit).toEqual([]);
  });

  test('messages of a conversation are made wrong, too', () => {
    const headers = ['Upgrade', 'websocket', 'Connection', 'Upgrade'];
    const file = cassetteOf([{ target: '/chat', outcome: responseOutcome({ status: 101, headers }) }]);
    const writer = openWriter(file);
    const say = (direction: 'request' | 'response', text: string) => {
      const { sha256, sizeBytes } = writer.putBody(Buffer.from(text));
      return { direction, offsetMs: 1, opcode: opcodes.text, sha256, sizeBytes };
    };
    writer.addStreamEvents(1, [say('response', '{"hello":1}'), say('request', 'hi'), say('response', 'bye')]);
    writer.close();
    const result = measure(file);
    expect(result.unfit).toEqual([]);
    expect(result.kinds.find(({ kind }) => kind === 'number')).toMatchObject({ tried: 1, caught: 1 });
    expect(result.kinds.find(({ kind }) => kind === 'cut')).toMatchObject({ tried: 1, caught: 1 });
    expect(passed(result).filter((line) => !line.endsWith('added does not fail'))).toEqual([]);
  });

  test('the limit makes a fair choice, the same every time', () => {
    const file = cassetteOf(orders);
    const some = measure(file, { limit: 40 });
    expect(some.tried).toBe(40);
    expect(some.possible).toBe(measure(file).possible);
    expect(some.endpoints).toHaveLength(3);
    expect(measure(file, { limit: 40 })).toEqual(some);
    let total = 0;
    let judged = 0;
    measure(file, { limit: 40, onStart: (count) => (total = count), onTried: () => (judged += 1) });
    expect([total, judged]).toEqual([40, 40]);
  });

  test('recorded failures and what cannot be judged are no answers to make wrong', () => {
    const reset = { kind: 'failure', code: 'reset', message: 'gone' } as const;
    const dns = { kind: 'failure', code: 'dns', message: 'gone' } as const;
    const result = measure(cassetteOf([{ outcome: reset }, { outcome: dns }]));
    expect(result).toMatchObject({ tried: 0, strength: 1, skipped: [{ address: 'shop:session-1/1' }] });
  });
});
