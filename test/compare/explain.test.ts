import { describe, expect, test } from 'vitest';
import { Explainer } from '../../src/compare/explain.ts';
import type { Explanation } from '../../src/compare/explain.ts';
import { baselineAt, explainer, freshAt, renamesOf } from '../support/comparable.ts';

const ruleOf = (explanation: Explanation): string | undefined =>
  explanation.severity === 'equivalent' ? explanation.rule : undefined;

const iso = (ms: number): string => new Date(ms).toISOString();

describe('renaming', () => {
  const renames = {
    f47ac10b58cc: '0e02b2c3d479',
    'ord-0017': 'ord-0023',
    'ord-0017-a': 'ord-0099-a',
    '17': '23',
    gold: 'silver',
  };
  const text = (before: string, after: string, name = 'note') => ruleOf(explainer(renames).text(before, after, [name]));

  test('covers a distinctive value wherever it stands alone', () => {
    expect(text('f47ac10b58cc', '0e02b2c3d479')).toBe('renaming');
    expect(text('order f47ac10b58cc, again f47ac10b58cc.', 'order 0e02b2c3d479, again 0e02b2c3d479.')).toBe('renaming');
    expect(text('see ord-0017 and ord-0017-a', 'see ord-0023 and ord-0099-a')).toBe('renaming');
  });

  test('does not cover part of a word, one of two places, or anything else beside it', () => {
    expect(text('xf47ac10b58cc', 'x0e02b2c3d479')).toBeUndefined();
    expect(text('f47ac10b58ccx', '0e02b2c3d479x')).toBeUndefined();
    expect(text('f47ac10b58cc f47ac10b58cc', '0e02b2c3d479 f47ac10b58cc')).toBeUndefined();
    expect(text('f47ac10b58cc', 'ffffffffffff')).toBeUndefined();
    expect(text('a f47ac10b58cc', 'b 0e02b2c3d479')).toBeUndefined();
  });

  test('covers a short number or a word only where a name or a URL says identifier', () => {
    expect(text('17', '23', 'orderId')).toBe('renaming');
    expect(text('17', '23', 'quantity')).toBeUndefined();
    expect(text('gold', 'silver', 'tier')).toBeUndefined();
    expect(text('/orders/17?x=1', '/orders/23?x=1')).toBe('renaming');
    expect(text('/orders?id=17&x=1', '/orders?id=23&x=1')).toBe('renaming');
    expect(text('Order #17 is paid', 'Order #23 is paid')).toBe('renaming');
    expect(text('v1.17', 'v1.23')).toBeUndefined();
    expect(text('17 items', '23 items')).toBeUndefined();
    expect(text('/orders/17.5', '/orders/23.5')).toBeUndefined();
  });

  test('covers values that begin or end with a sign, as base64 ones do', () => {
    const signs = explainer({ '_WDYql7735P9rtCE-': 'DZJgtrvAF40yHfeS_', '--kR8sQ0vL2nTz4w==': 'aJ3mX7pBd1Gy6Hc=' });
    expect(ruleOf(signs.text('/log?after=_WDYql7735P9rtCE-&n=1', '/log?after=DZJgtrvAF40yHfeS_&n=1', ['note']))).toBe(
      'renaming',
    );
    expect(ruleOf(signs.text('Key --kR8sQ0vL2nTz4w==.', 'Key aJ3mX7pBd1Gy6Hc=.', ['note']))).toBe('renaming');
    expect(ruleOf(signs.text('a WDYql7735P9rtCE', 'a DZJgtrvAF40yHfeS', ['note']))).toBeUndefined();
  });

  test('covers numbers by the same rules', () => {
    expect(ruleOf(explainer(renames).number('17', '23', ['id']))).toBe('renaming');
    expect(ruleOf(explainer(renames).number('17', '23', ['total']))).toBeUndefined();
  });
});

describe('clock', () => {
  const clock = explainer();
  const text = (before: string, after: string) => ruleOf(clock.text(before, after, ['at']));

  test('covers a time within five seconds of each capture', () => {
    expect(text(iso(baselineAt - 5000), iso(freshAt + 5040))).toBe('clock');
    expect(text(iso(baselineAt - 5001), iso(freshAt))).toBeUndefined();
    expect(text(iso(baselineAt), iso(freshAt + 5041))).toBeUndefined();
    expect(text(iso(baselineAt), iso(baselineAt + 1))).toBeUndefined();
  });

  test('covers every notation, but not a change of it', () => {
    expect(text('Sun, 01 Mar 2026 12:00:00 GMT', 'Mon, 02 Mar 2026 12:00:00 GMT')).toBe('clock');
    expect(text('2026-03-01', '2026-03-02')).toBe('clock');
    expect(text(String(baselineAt), String(freshAt))).toBe('clock');
    expect(ruleOf(clock.number(String(baselineAt / 1000), String(freshAt / 1000), ['at']))).toBe('clock');
    expect(ruleOf(clock.number(String(baselineAt), String(freshAt / 1000), ['at']))).toBeUndefined();
    expect(text(iso(baselineAt), '2026-03-02T12:00:00Z')).toBeUndefined();
  });

  test('covers a time inside a text when nothing else differs', () => {
    expect(text(`made ${iso(baselineAt)} by ann`, `made ${iso(freshAt)} by ann`)).toBe('clock');
    expect(text(`made ${iso(baselineAt)} by ann`, `made ${iso(freshAt)} by bob`)).toBeUndefined();
    expect(text(`made ${iso(baselineAt)}`, `made ${iso(freshAt + 60_000)}`)).toBeUndefined();
  });

  test('covers a time without a zone, when one zone fits both sides', () => {
    const naive = (ms: number, zoneMinutes: number): string => iso(ms + zoneMinutes * 60_000).slice(0, -1);
    expect(text(naive(baselineAt, -300), naive(freshAt, -300))).toBe('clock');
    expect(text(naive(baselineAt - 4000, 345), naive(freshAt + 4000, 345))).toBe('clock');
    expect(text(naive(baselineAt, -300), naive(freshAt, -240))).toBeUndefined();
    expect(text(naive(baselineAt, -300), naive(freshAt + 60_000, -300))).toBeUndefined();
    expect(text(naive(baselineAt, -307), naive(freshAt, -307))).toBeUndefined();
    expect(text(naive(baselineAt, -20 * 60), naive(freshAt, -20 * 60))).toBeUndefined();
    expect(text(iso(baselineAt - 18_000_000), iso(freshAt - 18_000_000))).toBeUndefined();
    // What an earlier request of the session created has a time of its own.
    const since = new Explainer({
      renames: renamesOf({}),
      baselineWindow: { startMs: baselineAt, endMs: baselineAt + 40, sinceMs: baselineAt - 90_000 },
      freshWindow: { startMs: freshAt, endMs: freshAt + 40, sinceMs: freshAt - 2000 },
    });
    expect(ruleOf(since.text(naive(baselineAt - 80_000, 120), naive(freshAt - 1500, 120), ['at']))).toBe('clock');
  });

  test('covers an expiry a whole number of minutes ahead, the same on both sides', () => {
    const hour = 3_600_000;
    expect(text(iso(baselineAt + hour), iso(freshAt + hour + 30))).toBe('clock');
    expect(ruleOf(clock.number(String((baselineAt + hour) / 1000), String((freshAt + hour) / 1000), ['exp']))).toBe(
      'clock',
    );
    expect(text(iso(baselineAt + hour), iso(freshAt + 2 * hour))).toBeUndefined();
    expect(text(iso(baselineAt + hour), iso(freshAt + hour + 5000))).toBeUndefined();
    expect(text(iso(baselineAt + 90_500), iso(freshAt + 90_500))).toBeUndefined();
    expect(text(iso(baselineAt - hour), iso(freshAt - hour))).toBeUndefined();
    expect(text('2026-03-10', '2026-03-11')).toBeUndefined();
  });

  test('says nothing about offsets when an exchange took long', () => {
    const long = new Explainer({
      renames: renamesOf({}),
      baselineWindow: { startMs: baselineAt, endMs: baselineAt + 60_000 },
      freshWindow: { startMs: freshAt, endMs: freshAt + 60_000 },
    });
    expect(ruleOf(long.text(iso(baselineAt + 3_600_000), iso(freshAt + 3_600_000), ['at']))).toBeUndefined();
    expect(ruleOf(long.text(iso(baselineAt + 60_000), iso(freshAt), ['at']))).toBe('clock');
  });

  test('works together with a renaming', () => {
    const both = explainer({ 'ord-0017': 'ord-0023' });
    expect(ruleOf(both.text(`ord-0017 at ${iso(baselineAt)}`, `ord-0023 at ${iso(freshAt)}`, []))).toBe('clock');
  });
});

test('a thousand renames cost one pass over a long text', () => {
  const renames = Object.fromEntries(
    Array.from({ length: 1000 }, (_, i) => [`id-${1000 + i}-x1`, `new-${1000 + i}-y2`]),
  );
  const before = Object.keys(renames).join(' ').repeat(20);
  const after = Object.values(renames).join(' ').repeat(20);
  expect(ruleOf(explainer(renames).text(before, after, []))).toBeUndefined();
  const spaced = (texts: string[]): string => Array.from({ length: 20 }, () => texts.join(' ')).join(' ');
  expect(ruleOf(explainer(renames).text(spaced(Object.keys(renames)), spaced(Object.values(renames)), []))).toBe(
    'renaming',
  );
});
