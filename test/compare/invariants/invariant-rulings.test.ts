import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compareOutcomes } from '../../../src/compare/compare-outcomes.ts';
import { invariantRulings } from '../../../src/compare/invariants/invariant-rulings.ts';
import { learnInvariants } from '../../../src/compare/invariants/learn-invariants.ts';
import type { RulingsFor } from '../../../src/compare/rulings.ts';
import type { Difference } from '../../../src/model/verdict.ts';
import { baselineAt, freshAt, noRenames, renamesOf, response } from '../../support/comparable.ts';
import { sample } from '../../support/samples.ts';

interface Item {
  readonly sku: string;
  readonly price: number;
  readonly qty: number;
}

interface Order {
  readonly issuedAt: string;
  readonly expiresAt: string;
  readonly count: number;
  readonly total: number;
  readonly items: readonly Item[];
}

function orderOf(issuedMs: number, items: readonly Item[]): Order {
  return {
    issuedAt: new Date(issuedMs).toISOString(),
    expiresAt: new Date(issuedMs + 3_600_000).toISOString(),
    count: items.length,
    total: items.reduce((sum, { price, qty }) => sum + price * qty, 0),
    items,
  };
}

const goods: readonly Item[] = [
  { sku: 'tea-01', price: 450, qty: 2 },
  { sku: 'cup-17', price: 1299, qty: 1 },
  { sku: 'pot-03', price: 3999, qty: 1 },
  { sku: 'jug-88', price: 2150, qty: 3 },
];

/** Ten orders of a minute before the baseline, each with a hash of itself. */
const recorded = Array.from({ length: 10 }, (_, i) => {
  const items = goods.slice(0, 1 + (i % 4)).map((item) => ({ ...item, qty: item.qty + i }));
  return orderOf(baselineAt - 60_000 + i * 3217, items);
});

const etag = (text: string): string => `W/"${createHash('sha1').update(text).digest('hex')}"`;
const headersOf = (text: string): string[] => ['Content-Type', 'application/json', 'ETag', etag(text)];

const invariants = learnInvariants(
  recorded.map((order) => sample(order, { headers: headersOf(JSON.stringify(order)) })),
);

interface Judging {
  readonly headers?: readonly string[];
  readonly rulings?: readonly RulingsFor[];
}

/** What is said of a fresh answer where this one was recorded, with what is learned. */
function judge(before: unknown, after: unknown, { headers, rulings = [] }: Judging = {}): readonly Difference[] {
  const [first, second] = [JSON.stringify(before), JSON.stringify(after)];
  const sides = {
    baseline: { headers: headersOf(first), body: Buffer.from(first), context: new Map() },
    fresh: { headers: headers ?? headersOf(second), body: Buffer.from(second), context: new Map() },
  };
  return compareOutcomes(
    { ...response({ headers: sides.baseline.headers, body: first }), sinceMs: baselineAt - 120_000 },
    { ...response({ headers: sides.fresh.headers, body: second, capturedAt: freshAt }), sinceMs: freshAt - 120_000 },
    { renames: noRenames, rulings: [...rulings, invariantRulings(invariants, sides)] },
  );
}

/** Severity, place, rule and note of each difference beside the entity tag; without what the clock says of it. */
function said(differences: readonly Difference[]): string[] {
  return differences
    .filter(({ path }) => path !== 'etag')
    .map(({ severity, path, rule, note }) =>
      [severity, path, ...(rule === undefined ? [] : [`(${rule})`]), ...(note === undefined ? [] : [note])]
        .join(' ')
        .replace(/ ?moved by [^;]*, the run by [^;]*(?:; |$)/, (words) => (words.endsWith('; ') ? ' ' : '')),
    );
}

const base = recorded[7]!;
const fresh = orderOf(freshAt - 30_000, base.items);

describe('what a fresh answer breaks', () => {
  test('nothing where both times moved together', () => {
    expect(said(judge(base, fresh))).toEqual([
      'equivalent /issuedAt (clock)',
      'equivalent /expiresAt (invariant) expiresAt = issuedAt + 3600 s, as in 10 of 10 recordings',
    ]);
  });

  test('is a finding where the clock had explained the difference', () => {
    // Both lie a whole number of minutes after their own time of capture, so that the clock has nothing against it.
    const expiresAt = new Date(freshAt - 30_000 + 60_000 - 30_000).toISOString();
    expect(said(judge(base, { ...fresh, expiresAt }))).toEqual([
      'equivalent /issuedAt (clock)',
      'changed /expiresAt expiresAt was issuedAt + 3600 s in 10 of 10 recordings; here it is + 30 s',
    ]);
  });

  test('is a finding where nothing differs in place', () => {
    const { expiresAt } = base;
    expect(said(judge(base, { ...fresh, expiresAt }))).toEqual([
      'equivalent /issuedAt (clock)',
      'changed /expiresAt expiresAt was issuedAt + 3600 s in 10 of 10 recordings; here it is - 82807481 ms',
    ]);
  });

  test('is noted once where it follows from another finding', () => {
    const items = base.items.map((item, i) => (i === 0 ? { ...item, price: 455 } : item));
    expect(said(judge(base, { ...base, items }))).toEqual([
      'changed /items/0/price total was the sum of items[*].price × items[*].qty in 10 of 10 recordings; ' +
        'here it is 67934, not 67979',
    ]);
  });

  test('adds its note to a finding of the same place', () => {
    expect(said(judge(base, { ...base, total: 5, count: 3 }))).toEqual([
      'changed /count count was the length of items in 10 of 10 recordings; here it is 3, not 4',
      'changed /total total was the sum of items[*].price × items[*].qty in 10 of 10 recordings; ' +
        'here it is 5, not 67934',
    ]);
  });

  test('counts although a rule hides the difference', () => {
    const hiding: RulingsFor = () => ({
      decide: ({ path }) => (path === '/total' ? { rule: 'rule 1', note: 'of one type' } : undefined),
      arrayAt: () => undefined,
      conclude: (differences) => differences,
    });
    expect(said(judge(base, { ...base, total: 5 }, { rulings: [hiding] }))).toEqual([
      'changed /total total was the sum of items[*].price × items[*].qty in 10 of 10 recordings; here it is 5, not 67934',
    ]);
  });

  test('an entity tag that is no longer the hash of the body', () => {
    const differences = judge(base, fresh, { headers: ['Content-Type', 'application/json', 'ETag', 'W/"1"'] });
    expect(differences.find(({ path }) => path === 'etag')).toMatchObject({
      severity: 'changed',
      note: 'header etag was the sha1 of the body in hex in 10 of 10 recordings; here it is W/"1"',
    });
    expect(judge(base, fresh).find(({ path }) => path === 'etag')).toMatchObject({ severity: 'equivalent' });
  });

  test('nothing is asserted of an answer whose baseline is an exception already', () => {
    const odd = { ...base, total: 1 };
    expect(said(judge(odd, { ...odd, total: 2 }))).toEqual(['changed /total']);
  });
});

describe('what follows from other differences', () => {
  const added = [...base.items, { sku: 'mug-55', price: 800, qty: 1 }];

  test('is explained: count and total of one element more, which is reported itself', () => {
    expect(said(judge(base, orderOf(baselineAt - 60_000 + 7 * 3217, added)))).toEqual([
      'equivalent /count (invariant) count = the length of items, as in 10 of 10 recordings',
      'equivalent /total (invariant) total = the sum of items[*].price × items[*].qty, as in 10 of 10 recordings',
      'added /items/4',
    ]);
  });

  test('is not explained when the arithmetic fails', () => {
    const order = orderOf(baselineAt - 60_000 + 7 * 3217, added);
    expect(said(judge(base, { ...order, total: order.total + 1 }))).toEqual([
      'equivalent /count (invariant) count = the length of items, as in 10 of 10 recordings',
      'changed /total total was the sum of items[*].price × items[*].qty in 10 of 10 recordings; here it is 68735, not 68734',
      'added /items/4',
    ]);
  });

  test('is explained by a time that is a finding itself', () => {
    const lost = orderOf(Date.parse('2021-05-05T05:05:05.555Z'), base.items);
    expect(said(judge(base, lost))).toEqual([
      'changed /issuedAt',
      'equivalent /expiresAt (invariant) expiresAt = issuedAt + 3600 s, as in 10 of 10 recordings',
    ]);
  });

  test('is not explained by what a rule hides', () => {
    const hiding: RulingsFor = () => ({
      decide: ({ path }) => (path.startsWith('/items/') ? { rule: 'rule 1' } : undefined),
      arrayAt: () => undefined,
      conclude: (differences) => differences,
    });
    const order = orderOf(baselineAt - 60_000 + 7 * 3217, added);
    expect(said(judge(base, order, { rulings: [hiding] })).slice(0, 2)).toEqual(['changed /count', 'changed /total']);
  });
});

describe('elements', () => {
  const list = (rows: readonly (readonly [id: string, iat: number, life: number])[]) => ({
    tokens: rows.map(([id, iat, life]) => ({ id, iat: 1_770_000_000 + iat, exp: 1_770_000_000 + iat + life })),
  });
  const ids = ['tok_8f3kq2x9', 'tok_1c7mz4w0', 'tok_q09xk3d7', 'tok_77hj2ks1'] as const;
  const before = list([
    [ids[0], 10, 900],
    [ids[1], 2017, 900],
    [ids[2], 4711, 900],
  ]);
  const learned = learnInvariants([
    sample(before),
    sample(
      list([
        [ids[3], 8000, 900],
        [ids[0], 9123, 900],
      ]),
    ),
  ]);

  function judgeElements(after: unknown, renames: Readonly<Record<string, string>> = {}): string[] {
    const [first, second] = [JSON.stringify(before), JSON.stringify(after)];
    const side = (text: string) => ({ headers: [], body: Buffer.from(text), context: new Map() });
    const rulings = [invariantRulings(learned, { baseline: side(first), fresh: side(second) })];
    return said(
      compareOutcomes(response({ body: first }), response({ body: second, capturedAt: freshAt }), {
        renames: renamesOf(renames),
        rulings,
      }),
    );
  }

  test('are found again where they moved to, and under new names', () => {
    const after = list([
      ['tok_new00001', 4711, 60],
      [ids[0], 10, 900],
      [ids[1], 2017, 900],
    ]);
    expect(judgeElements(after, { [ids[2]]: 'tok_new00001' })).toEqual([
      'equivalent /tokens/2/id (renaming)',
      'changed /tokens/2/exp tokens[*].exp was tokens[*].iat + 900 s in 2 of 2 recordings; here it is + 60 s',
      'added /tokens/2',
    ]);
  });

  test('that are new keep to what the others keep to', () => {
    const after = list([
      [ids[0], 10, 900],
      [ids[1], 2017, 900],
      [ids[2], 4711, 900],
      [ids[3], 5000, 60],
    ]);
    expect(judgeElements(after)).toEqual([
      'changed /tokens/3 tokens[*].exp was tokens[*].iat + 900 s in 2 of 2 recordings; here it is + 60 s',
    ]);
  });
});

test('two places that say the same never explain each other away', () => {
  const bodies = Array.from({ length: 9 }, (_, i) => ({ id: `ref-${i}8f3k${i}`, data: { id: `ref-${i}8f3k${i}` } }));
  const learned = learnInvariants(bodies.map((body) => sample(body)));
  const [first, second] = [JSON.stringify(bodies[0]), JSON.stringify({ id: 'ref-x1y2z3', data: { id: 'ref-x1y2z3' } })];
  const side = (text: string) => ({ headers: [], body: Buffer.from(text), context: new Map() });
  const rulings = [invariantRulings(learned, { baseline: side(first), fresh: side(second) })];
  const differences = compareOutcomes(response({ body: first }), response({ body: second }), {
    renames: noRenames,
    rulings,
  });
  expect(said(differences)).toEqual([
    'changed /id',
    'equivalent /data/id (invariant) data.id = id, as in 9 of 9 recordings',
  ]);
});

test('a change of any asserted field is a finding, whatever explained it', () => {
  const shift: RulingsFor = () => ({
    decide: () => ({ rule: 'noise' }),
    arrayAt: () => undefined,
    conclude: (differences) => differences,
  });
  fc.assert(
    fc.property(
      fc.constantFrom('expiresAt', 'count', 'total'),
      fc.integer({ min: 3, max: 1_000_000 }),
      fc.constantFrom(1, -1),
      (field, by, sign) => {
        const value =
          field === 'expiresAt'
            ? new Date(Date.parse(fresh.expiresAt) + sign * by * 1000).toISOString()
            : fresh[field as 'count'] + sign * by;
        const differences = judge(base, { ...fresh, [field]: value }, { rulings: [shift] });
        const found = differences.find(({ path }) => path === `/${field}`);
        expect(found).toMatchObject({ severity: 'changed' });
        expect(found).not.toHaveProperty('rule');
      },
    ),
    { numRuns: 200 },
  );
});
