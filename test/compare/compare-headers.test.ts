import { describe, expect, test } from 'vitest';
import { compareHeaders } from '../../src/compare/compare-headers.ts';
import type { Difference } from '../../src/model/verdict.ts';
import { comparison } from '../support/comparable.ts';

function compare(before: string[], after: string[], renames: Record<string, string> = {}): Difference[] {
  return compareHeaders(before, after, { part: 'header', bodiesDiffer: false, ...comparison(renames) });
}

const facts = (differences: readonly Difference[]): string[] =>
  differences.map(({ path, kind, severity, rule }) => [path, kind, severity, rule ?? ''].join(' ').trim());

test('case and order of names, and lines of lists, have no meaning', () => {
  const before = ['Vary', 'Accept, Origin', 'X-A', '1', 'X-A', '2'];
  const after = ['x-a', '1', 'x-a', '2', 'VARY', 'Accept', 'vary', 'Origin'];
  expect(compare(before, after)).toEqual([]);
});

test('order of values of one name has', () => {
  expect(compare(['X', '1', 'X', '2'], ['X', '2', 'X', '1'])).toMatchObject([
    { path: 'x', before: '1, 2', after: '2, 1' },
  ]);
});

test('a removed header is broken, a new one added, another value changed', () => {
  expect(facts(compare(['A', '1', 'B', '1'], ['B', '2', 'C', '1']))).toEqual([
    'a removed broken',
    'b changed changed',
    'c added added',
  ]);
});

describe('content-type', () => {
  const type = (value: string): string[] => ['Content-Type', value];

  test('of another media type is broken, with other parameters changed', () => {
    expect(facts(compare(type('application/json'), type('text/html')))).toEqual(['content-type type broken']);
    expect(facts(compare(type('text/html; charset=utf-8'), type('text/html; charset=latin1')))).toEqual([
      'content-type changed changed',
    ]);
  });

  test('is the same in another notation', () => {
    expect(compare(type('text/HTML;charset=UTF-8'), type('text/html ; charset=utf-8'))).toEqual([]);
  });
});

describe('default rules', () => {
  test.each(['Date', 'Age', 'Server-Timing', 'Traceparent', 'CF-Ray', 'X-Runtime', 'Via'])(
    '%s is listed as equivalent, changed or gone',
    (name) => {
      const [changed] = compare([name, '1'], [name, '2']);
      expect(changed).toMatchObject({ severity: 'equivalent', rule: 'default-header', before: '1', after: '2' });
      expect(compare([name, '1'], [])).toMatchObject([{ kind: 'removed', severity: 'equivalent' }]);
    },
  );

  test.each(['ETag', 'X-Request-Id', 'X-Correlation-Id'])('%s may have another value, but not be gone', (name) => {
    expect(compare([name, 'a'], [name, 'b'])).toMatchObject([{ severity: 'equivalent', rule: 'default-header' }]);
    expect(compare([name, 'a'], [])).toMatchObject([{ kind: 'removed', severity: 'broken' }]);
  });

  test('framing by length or by chunks is the same', () => {
    expect(facts(compare(['Content-Length', '5'], ['Transfer-Encoding', 'chunked']))).toEqual([
      'content-length removed equivalent default-header',
      'transfer-encoding added equivalent default-header',
    ]);
  });

  test('last-modified and expires follow the clock, not a rule of their own', () => {
    const modified = (value: string): string[] => ['Last-Modified', value];
    expect(
      facts(compare(modified('Sun, 01 Mar 2026 12:00:00 GMT'), modified('Mon, 02 Mar 2026 12:00:00 GMT'))),
    ).toEqual(['last-modified changed equivalent clock']);
    expect(
      facts(compare(modified('Sun, 01 Feb 2026 12:00:00 GMT'), modified('Mon, 02 Feb 2026 12:00:00 GMT'))),
    ).toEqual(['last-modified changed changed']);
  });
});

test('renamed values explain URLs in headers', () => {
  expect(compare(['Location', '/orders/17'], ['Location', '/orders/23'], { 17: '23' })).toMatchObject([
    { path: 'location', severity: 'equivalent', rule: 'renaming' },
  ]);
  expect(compare(['X-Total-Count', '17'], ['X-Total-Count', '23'], { 17: '23' })).toMatchObject([
    { severity: 'changed' },
  ]);
});
