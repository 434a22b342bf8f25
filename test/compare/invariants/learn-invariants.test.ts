import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { learnInvariants } from '../../../src/compare/invariants/learn-invariants.ts';
import { learnedFrom, sample } from '../../support/samples.ts';

/** What a shop said of five orders. */
const orders = [
  {
    id: 'ord_8f3kq2x9',
    at: '2026-03-01T12:00:01.250Z',
    items: [
      ['a', 250, 2],
      ['b', 999, 1],
    ],
  },
  {
    id: 'ord_1c7mz4w0',
    at: '2026-03-01T12:00:04.017Z',
    items: [
      ['c', 1250, 1],
      ['d', 399, 4],
      ['e', 50, 2],
    ],
  },
  { id: 'ord_q09xk3d7', at: '2026-03-01T12:00:09.991Z', items: [['b', 999, 3]] },
  {
    id: 'ord_77hj2ks1',
    at: '2026-03-01T12:00:11.402Z',
    items: [
      ['a', 250, 7],
      ['e', 50, 1],
    ],
  },
  {
    id: 'ord_m4x81zp6',
    at: '2026-03-01T12:00:15.730Z',
    items: [
      ['f', 10, 1],
      ['b', 999, 2],
      ['c', 1250, 1],
      ['g', 5, 9],
    ],
  },
].map(({ id, at, items }) => ({
  id,
  status: 'open',
  issuedAt: at,
  expiresAt: Math.floor(Date.parse(at) / 1000) + 3600,
  count: items.length,
  total: items.reduce((sum, [, price, qty]) => sum + Number(price) * Number(qty), 0),
  items: items.map(([sku, price, qty]) => ({ sku, price, qty })),
  links: { self: `/orders/${id}`, order: { id } },
}));

test('what a shop keeps to is learned from what it said', () => {
  expect(learnedFrom(orders)).toEqual([
    'expiresAt = issuedAt + 3600 s',
    'links.self contains id',
    'links.order.id = id',
    'count = the length of items',
    'total = the sum of items[*].price × items[*].qty',
    'items is always without two of the same sku',
    'id is like "ord_" and more',
    'issuedAt is like ‹ISO time Z›',
    'links.order.id is like "ord_" and more',
  ]);
});

test('one exception is enough against it', () => {
  const odd = {
    ...orders[0],
    total: 1,
    count: 5,
    expiresAt: orders[0]!.expiresAt + 60,
    links: { self: '/orders/new' },
  };
  expect(learnedFrom([...orders, odd])).toEqual([
    'links.order.id = id',
    'items is always without two of the same sku',
    'id is like "ord_" and more',
    'issuedAt is like ‹ISO time Z›',
    'links.order.id is like "ord_" and more',
  ]);
});

test('two responses are too few, and so are many that say the same', () => {
  expect(learnedFrom(orders.slice(0, 2))).toEqual([]);
  expect(learnedFrom(Array.from({ length: 20 }, () => orders[0]))).toEqual([]);
});

test('elements of a list are entities of their own', () => {
  const tokens = (start: number) => ({
    tokens: [0, 17_311, 41_007].map((after) => ({
      iat: 1_770_000_000 + start + after,
      exp: 1_770_000_000 + start + after + 900,
    })),
  });
  expect(learnedFrom([tokens(5), tokens(86_411)])).toContain('tokens[*].exp = tokens[*].iat + 900 s');
});

test('nothing is learned of what is not structured but what its headers say', () => {
  const bodies = ['one', 'two', 'three'].map((text) => Buffer.from(text));
  const samples = bodies.map((body) => ({
    ...sample('{}'),
    value: undefined,
    body,
    headers: ['ETag', `"${body.length}"`],
  }));
  expect(learnInvariants(samples)).toEqual([]);
});

describe('random data', () => {
  const money = fc.integer({ min: 1, max: 500_000 });
  const item = fc.record({
    price: money,
    qty: fc.integer({ min: 2, max: 20 }),
    weight: fc.double({ min: 0, max: 50, noNaN: true }),
  });
  const lists = fc.array(fc.array(item, { minLength: 2, maxLength: 12 }), { minLength: 6, maxLength: 20 });
  const ms = fc.integer({ min: 1_700_000_000_000, max: 1_800_000_000_000 });

  test('that keeps to an invariant shows it', () => {
    fc.assert(
      fc.property(
        lists,
        fc.uniqueArray(ms, { minLength: 20, maxLength: 20 }),
        fc.integer({ min: 1, max: 10_000 }),
        (all, times, minutes) => {
          const totals = all.map((items) => items.reduce((sum, { price, qty }) => sum + price * qty, 0));
          fc.pre(new Set(totals).size > 5);
          const learned = learnedFrom(
            all.map((items, i) => ({
              createdAt: new Date(times[i]!).toISOString(),
              until: new Date(times[i]! + minutes * 60_000).toUTCString(),
              sumOfAll: totals[i]! / 100,
              items: items.map((one) => ({ ...one, price: one.price / 100 })),
            })),
          );
          expect(learned).toContain(`until = createdAt + ${minutes * 60} s`);
          expect(learned).toContain('sumOfAll = the sum of items[*].price × items[*].qty');
        },
      ),
      { numRuns: 30 },
    );
  });

  test('that keeps to none shows none between its fields', () => {
    const small = fc.integer({ min: 0, max: 9 });
    const things = fc.array(fc.record({ a: small, b: small, c: small, d: money, e: ms, f: ms }), {
      minLength: 3,
      maxLength: 15,
    });
    const response = fc.record({ x: small, y: small, z: money, when: ms, until: ms, things });
    fc.assert(
      fc.property(fc.array(response, { minLength: 3, maxLength: 12 }), (bodies) => {
        const kinds = learnInvariants(bodies.map((body) => sample(body))).map(({ claim }) => claim.kind);
        expect(kinds.filter((kind) => kind !== 'number')).toEqual([]);
      }),
      { numRuns: 150 },
    );
  });
});
