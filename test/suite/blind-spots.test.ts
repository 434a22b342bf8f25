import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseCompareRuleLine } from '../../src/model/compare-rule-grammar.ts';
import { namedCompareRules } from '../../src/model/compare-rule-set.ts';
import { blindSpots, listLimits } from '../../src/suite/blind-spots.ts';
import { cassetteOf, openReader } from '../support/cassette.ts';
import { get, replayable } from '../support/replayable.ts';

const json = (value: unknown): string => JSON.stringify(value);

function spotsOf(file: string, lines: readonly string[], limits = listLimits) {
  const rules = namedCompareRules(lines.map(parseCompareRuleLine), []);
  return blindSpots({ reader: openReader(file), runStore: undefined, rules, limits });
}

describe('how much of a cassette rules hide', () => {
  const shop = (): string =>
    replayable({
      exchanges: [
        // With status and length of the body these are 4 and 3 fields.
        get('/orders', json({ id: 1, at: '2001-01-01T00:00:00Z' })),
        get('/users', json({ name: 'Ada' })),
      ],
    });

  test('by one rule in the answers it is about, by all together in all of them', () => {
    const file = shop();
    const { rules, together, answers } = spotsOf(file, [
      'GET /orders: expect json $.at as timestamp',
      'GET /orders: expect json $ of same type',
      '*: expect json $.name ignored',
      '*: expect json $.id as uuid',
      '*: expect json $.nothing ignored',
    ]);
    const of = fieldsOf(file);
    expect(answers).toEqual({ looked: 2, of: 2 });
    expect(rules.map(({ name, answers: about, touched, inScope }) => [name, about, touched, inScope])).toEqual([
      ['config rule 1', 1, 1, { fields: of.orders, ignored: 0, loosened: 1 }],
      ['config rule 2', 1, 1, { fields: of.orders, ignored: 0, loosened: 2 }],
      ['config rule 3', 2, 1, { fields: of.orders + of.users, ignored: 1, loosened: 0 }],
      // What is no UUID in the baseline is not hidden by a rule that expects one.
      ['config rule 4', 2, 1, { fields: of.orders + of.users, ignored: 0, loosened: 0 }],
      ['config rule 5', 2, 0, { fields: of.orders + of.users, ignored: 0, loosened: 0 }],
    ]);
    expect(together).toEqual({ fields: of.orders + of.users, ignored: 1, loosened: 2 });
  });

  test('everything can be hidden, and nothing is counted twice', () => {
    const { together } = spotsOf(shop(), [
      '*: expect body ignored',
      '*: expect json $..* ignored',
      '*: expect status ignored',
      '*: expect header content-type ignored',
      '*: expect header content-length ignored',
    ]);
    expect(together.ignored).toBe(together.fields);
  });

  test('answers without a body that is read are still looked at', () => {
    const { together, answers } = spotsOf(shop(), ['*: expect body ignored'], { ...listLimits, bodyBytes: 1 });
    expect(answers.looked).toBe(2);
    // One field each for a body too large to be read.
    expect(together.ignored).toBe(2);
  });

  function fieldsOf(path: string): { readonly orders: number; readonly users: number } {
    const counts = (scope: string): number =>
      spotsOf(path, [`${scope}: expect status ignored`]).rules[0]!.inScope.fields;
    return { orders: counts('GET /orders'), users: counts('GET /users') };
  }

  test('of many answers some at equal distances are looked at', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 12 }), fc.integer({ min: 1, max: 14 }), (count, most) => {
        const many = cassetteOf(Array.from({ length: count }, () => ({ responseBytes: '{}' })));
        const { answers } = spotsOf(many, [], { ...listLimits, answers: most });
        expect(answers).toEqual({ looked: Math.min(count, most), of: count });
      }),
      { numRuns: 8 },
    );
  });
});
