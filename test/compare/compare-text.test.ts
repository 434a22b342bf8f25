import { describe, expect, test } from 'vitest';
import { compareText, type TextOptions } from '../../src/compare/compare-text.ts';
import { comparison } from '../support/comparable.ts';

function compare(before: string[], after: string[], whiteSpace: TextOptions['whiteSpace'] = 'separates'): string[][] {
  const options = { ...comparison({ 'ord-0017': 'ord-0023' }), whiteSpace };
  return compareText(before.join('\n'), after.join('\n'), options).map(
    ({ path, kind, severity, before: old = '', after: now = '', rule = '' }) => [path, kind, severity, old, now, rule],
  );
}

test('each run of lines that differ is one difference', () => {
  expect(compare(['a', 'b', 'c', 'd', 'e'], ['a', 'B', 'C', 'd', 'E'])).toEqual([
    ['line 2', 'changed', 'changed', 'b\nc', 'B\nC', ''],
    ['line 5', 'changed', 'changed', 'e', 'E', ''],
  ]);
});

test('added lines are added, removed ones broken', () => {
  expect(compare(['a', 'b'], ['a', 'new', 'b'])).toEqual([['line 2', 'added', 'added', '', 'new', '']]);
  expect(compare(['a', 'b', 'c'], ['a', 'c'])).toEqual([['line 2', 'removed', 'broken', 'b', '', '']]);
});

test('where white space counts, only that at the ends of lines is added in severity', () => {
  expect(compare(['a:', '  x'], ['a:', 'x'], 'counts')).toEqual([['line 2', 'changed', 'changed', '  x', 'x', '']]);
  expect(compare(['a b', 'c'], ['a  b', 'c\r'], 'counts')).toEqual([
    ['line 1', 'changed', 'changed', 'a b', 'a  b', ''],
    ['line 2', 'changed', 'added', 'c', 'c\r', ''],
  ]);
});

test('lines that differ in white space only are added in severity', () => {
  expect(compare(['<p>', '  x'], ['<p>', '    x  '])).toEqual([['line 2', 'changed', 'added', '  x', '    x  ', '']]);
  expect(compare(['a'], ['a', ''])).toEqual([
    ['line 1', 'changed', 'added', 'no line break at the end', 'line break at the end', ''],
  ]);
});

test('explained lines stand apart from changed ones beside them', () => {
  const before = ['made 2026-03-01T12:00:00Z', 'order ord-0017', 'total 5'];
  const after = ['made 2026-03-02T12:00:00Z', 'order ord-0023', 'total 6'];
  expect(compare(before, after).map(([path, , severity, , , rule]) => [path, severity, rule])).toEqual([
    ['line 1', 'equivalent', 'clock'],
    ['line 2', 'equivalent', 'renaming'],
    ['line 3', 'changed', ''],
  ]);
});

test('a very long line is cut around its first difference', () => {
  const line = 'x'.repeat(5000);
  const [[, , , before, after]] = compare([`${line}1${line}`], [`${line}2${line}`]) as [string[]];
  expect(before!.length).toBeLessThanOrEqual(240);
  expect(before).toContain('x1x');
  expect(after).toContain('x2x');
});

describe('bounds', () => {
  test('two large texts with nothing in common take no quadratic time', () => {
    const text = (prefix: string): string[] => Array.from({ length: 60_000 }, (_, i) => `${prefix} ${i}`);
    expect(compare(text('a'), text('b'))).toHaveLength(1);
    const small = (prefix: string): string[] => text(prefix).slice(0, 8000);
    expect(compare(small('a'), small('b'))).toHaveLength(1);
  });
});

describe('texts that are too different', () => {
  const compare = (before: string, after: string) => {
    const start = performance.now();
    const found = compareText(before, after, { ...comparison(), whiteSpace: 'counts' });
    return { found, ms: performance.now() - start };
  };

  test('as lines are one difference that says so, in bounded time', () => {
    const lines = (seed: string): string => Array.from({ length: 100_000 }, (_, i) => `${seed} ${i} line`).join('\n');
    const { found, ms } = compare(lines('a'), lines('b'));
    expect(found).toMatchObject([
      { path: 'line 1', severity: 'changed', note: 'the texts are too different for every line to be explained' },
    ]);
    expect(ms).toBeLessThan(10_000);
  });

  test('as one line of megabytes, too', () => {
    const { found, ms } = compare('a1-'.repeat(3_000_000), 'b2-'.repeat(3_000_000));
    expect(found).toMatchObject([
      { path: 'line 1', severity: 'changed', note: 'the texts are too different for every line to be explained' },
    ]);
    expect(ms).toBeLessThan(3000);
  });
});
