import { expect, test } from 'vitest';
import { compareSetCookies } from '../../src/compare/compare-set-cookies.ts';
import { DifferenceList } from '../../src/compare/difference-list.ts';
import { explainer } from '../support/comparable.ts';

function compare(before: string[], after: string[], renames: Record<string, string> = {}): string[] {
  const differences = new DifferenceList('header');
  compareSetCookies(before, after, { explainer: explainer(renames), differences });
  return differences
    .list()
    .map(({ path, kind, severity, rule }) => [path, kind, severity, rule ?? ''].join(' ').trim());
}

test('cookies are compared by name, whatever their order and the case of attributes', () => {
  expect(compare(['a=1; Path=/; HttpOnly', 'b=2'], ['b=2', 'a=1; httponly; path=/'])).toEqual([]);
});

test('another value is changed unless it was renamed', () => {
  expect(compare(['sid=s1; Path=/'], ['sid=s2; Path=/'])).toEqual(['set-cookie:sid changed changed']);
  expect(compare(['sid=abc123def'], ['sid=xyz789uvw'], { abc123def: 'xyz789uvw' })).toEqual([
    'set-cookie:sid changed equivalent renaming',
  ]);
});

test('each attribute stands for itself', () => {
  expect(compare(['a=1; Secure; Max-Age=60; Path=/'], ['a=1; Max-Age=61; Path=/; SameSite=Lax'])).toEqual([
    'set-cookie:a;secure removed broken',
    'set-cookie:a;max-age changed changed',
    'set-cookie:a;samesite added changed',
  ]);
});

test('an expiry that keeps its distance to the capture follows the clock', () => {
  const before = 'a=1; Expires=Sun, 01 Mar 2026 13:00:00 GMT';
  expect(compare([before], ['a=1; Expires=Mon, 02 Mar 2026 13:00:00 GMT'])).toEqual([
    'set-cookie:a;expires changed equivalent clock',
  ]);
  expect(compare([before], ['a=1; Expires=Mon, 02 Mar 2026 14:00:00 GMT'])).toEqual([
    'set-cookie:a;expires changed changed',
  ]);
});

test('cookies of one name on several paths or domains are several cookies', () => {
  const both = ['sid=1; Path=/admin; HttpOnly', 'sid=2; Path=/; HttpOnly'];
  expect(compare(both, both)).toEqual([]);
  expect(compare(both, ['sid=9; Path=/admin', 'sid=2; Path=/; HttpOnly'])).toEqual([
    'set-cookie:sid;path=/admin changed changed',
    'set-cookie:sid;path=/admin;httponly removed broken',
  ]);
  expect(compare(both, ['sid=2; Path=/; HttpOnly'])).toEqual(['set-cookie:sid;path=/admin removed broken']);
  expect(compare(['sid=; Domain=a.test; Path=/', 'sid=2; Path=/'], ['sid=2; Path=/'])).toEqual([
    'set-cookie:sid;domain=a.test;path=/ removed broken',
  ]);
});

test('a cookie that is gone is broken, a new one added; the last of several settings counts', () => {
  expect(compare(['a=1'], ['b=1'])).toEqual(['set-cookie:a removed broken', 'set-cookie:b added added']);
  expect(compare(['a=1', 'a=2'], ['a=2'])).toEqual([]);
});
