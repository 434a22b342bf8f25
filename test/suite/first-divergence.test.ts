import { describe, expect, test } from 'vitest';
import type { ValueFlow } from '../../src/model/flow.ts';
import type { Check } from '../../src/model/run.ts';
import type { Difference } from '../../src/model/verdict.ts';
import { causesOf } from '../../src/suite/first-divergence.ts';
import { check, difference } from '../support/suite-result.ts';
import { valueFlow } from '../support/value-flow.ts';

const changed = (path: string, overrides: Partial<Difference> = {}): Difference =>
  difference({ path, pattern: path, ...overrides });

/** Checks in order; a string is a verdict without differences. */
function causes(
  flows: readonly Partial<ValueFlow>[],
  checks: readonly (Check['verdict'] | Partial<Check>)[],
): string[] {
  const made = checks.map((one, position) =>
    check({ position, ...(typeof one === 'string' ? { verdict: one } : { verdict: 'changed', ...one }) }),
  );
  return Array.from(causesOf(made, flows.map(valueFlow)), ([position, cause]) => `${position} ← ${cause}`);
}

const post = { method: 'POST', target: '/orders', template: '/orders' } as const;

describe('what follows from what', () => {
  test('a request that was not sent follows from the one whose value did not come, along the whole chain', () => {
    const flows = [
      { from: 0, to: 1 },
      { from: 1, to: 2 },
    ];
    expect(causes(flows, ['failed', 'missing', 'missing'])).toEqual(['1 ← 0', '2 ← 0']);
    expect(causes(flows, [{ differences: [changed('/id')] }, 'missing', 'missing'])).toEqual(['1 ← 0', '2 ← 0']);
  });

  test('what reads a thing follows from the answer that named it and told it differently', () => {
    expect(
      causes(
        [{ from: 0, to: 1 }],
        [{ ...post, differences: [changed('/total')] }, { differences: [changed('/total')] }],
      ),
    ).toEqual(['1 ← 0']);
  });

  test('another item of the same list is another thing', () => {
    const flow = { from: 0, fromPlace: 'json:/items/0/id', to: 1 };
    const read = { differences: [changed('/total')] };
    expect(causes([flow], [{ differences: [changed('/items/3/name')] }, read])).toEqual([]);
    expect(causes([flow], [{ differences: [changed('/items/0/name')] }, read])).toEqual(['1 ← 0']);
    expect(causes([flow], [{ differences: [changed('')] }, read])).toEqual(['1 ← 0']);
  });

  test('a login that differs is not the cause of all that its token opened', () => {
    const token = { from: 0, fromPlace: 'json:/token', to: 1, toPlace: 'header:authorization[0]' };
    const orders = { differences: [changed('/total')] };
    expect(causes([token], [{ ...post, differences: [changed('/user/name')] }, orders])).toEqual([]);
    expect(
      causes([{ ...token, toPlace: 'json:/refresh_token' }], [{ ...post, differences: [changed('/name')] }, orders]),
    ).toEqual([]);
    // Unless it is the token that differs.
    expect(causes([token], [{ ...post, differences: [changed('/token')] }, orders])).toEqual(['1 ← 0']);
  });

  test('a cookie that differs is the cause of what it was sent with', () => {
    const cookie = { from: 0, fromPlace: 'set-cookie:sid', to: 1, toPlace: 'cookie:sid' };
    const user = { differences: [changed('/name')] };
    const header = (path: string) => changed(path, { part: 'header' });
    expect(causes([cookie], [{ ...post, differences: [header('set-cookie:sid;path')] }, user])).toEqual(['1 ← 0']);
    expect(causes([cookie], [{ ...post, differences: [header('set-cookie:side')] }, user])).toEqual([]);
  });

  test('a thing is named by Location too', () => {
    const flow = { from: 0, fromPlace: 'header:location[0] > path:1', to: 1 };
    expect(
      causes([flow], [{ ...post, differences: [changed('/total')] }, { differences: [changed('/total')] }]),
    ).toEqual(['1 ← 0']);
  });

  test('a read follows from a write to the same thing, not from a read of it nor from what came later', () => {
    const flows = [1, 2, 3, 4].map((to) => ({ from: 0, to }));
    const one = { differences: [changed('/total')] };
    const put = { method: 'PUT', ...one };
    expect(causes(flows, ['same', one, put, one, 'same'])).toEqual(['3 ← 2']);
    expect(causes(flows, ['same', one, one, 'same', 'same'])).toEqual([]);
    const query = { method: 'POST', template: '/graphql query Order', ...one };
    expect(causes(flows, ['same', query, one, 'same', 'same'])).toEqual([]);
  });

  test('what was added explains only what was added', () => {
    const added = { verdict: 'added', differences: [changed('/vat', { severity: 'added', kind: 'added' })] } as const;
    expect(causes([{ from: 0, to: 1 }], [added, added])).toEqual(['1 ← 0']);
    expect(causes([{ from: 0, to: 1 }], [added, { differences: [changed('/total')] }])).toEqual([]);
    expect(causes([{ from: 0, to: 1 }], [{ ...post, differences: [changed('/total')] }, added])).toEqual(['1 ← 0']);
  });

  test('equal answers are neither causes nor consequences, and order alone is no evidence', () => {
    const one = { differences: [changed('/total')] };
    expect(causes([{ from: 0, to: 1 }], ['equivalent', one])).toEqual([]);
    expect(causes([{ from: 0, to: 1 }], [one, 'same'])).toEqual([]);
    expect(causes([], [{ ...post, ...one }, one, 'missing'])).toEqual([]);
  });

  test('of several the first of the session is the cause', () => {
    const flows = [
      { from: 0, to: 2 },
      { from: 1, fromPlace: 'json:/cart', to: 2, toPlace: 'json:/cart' },
    ];
    const one = { ...post, differences: [changed('/total')] };
    expect(causes(flows, [one, one, one])).toEqual(['2 ← 0']);
  });

  test('a long session under one token, or about one thing, is traced at once', () => {
    const checks = Array.from({ length: 20_000 }, () => ({ differences: [changed('/total')] }));
    const flows = checks.map((_, to) => ({
      from: 0,
      fromPlace: 'json:/token',
      to,
      toPlace: 'header:authorization[0]',
    }));
    const started = performance.now();
    expect(causes(flows.slice(1), checks)).toEqual([]);
    const writes = checks.map((one) => ({ ...one, method: 'PUT' }));
    const ofOneThing = flows.map(({ to }) => ({ from: 0, fromPlace: 'json:/items/0/id', to }));
    expect(causes(ofOneThing.slice(2), writes)).toHaveLength(19_997);
    expect(performance.now() - started).toBeLessThan(3_000);
  });
});
