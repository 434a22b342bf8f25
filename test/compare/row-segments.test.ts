import { expect, test } from 'vitest';
import type { DiffRow } from '../../src/compare/diff-row.ts';
import { type LineBlock, RowSegments } from '../../src/compare/row-segments.ts';
import { rowTexts } from '../support/diff-rows.ts';

function block(...lines: string[]): LineBlock {
  return {
    count: lines.length,
    write: ({ from, to }, put) => lines.slice(from, to).forEach((line, i) => put(line, from + i)),
  };
}

const numbered = (count: number): LineBlock => block(...Array.from({ length: count }, (_, i) => `line ${i}`));

function sample(): RowSegments {
  const segments = new RowSegments();
  segments.add({ state: 'same', baseline: block('{'), fresh: block('{'), label: '[id=1]' });
  segments.enter();
  segments.add({ state: 'same', baseline: numbered(10), fresh: numbered(10) });
  segments.add({ state: 'changed', baseline: block('a 1'), fresh: block('a 2', 'a 3'), difference: 'body:/a' });
  segments.leave();
  segments.add({ state: 'same', baseline: numbered(10), fresh: numbered(10) });
  return segments;
}

test('changes are shown with context and the row that opens their container', () => {
  expect(rowTexts(sample().rows({}))).toEqual([
    'same 1 { | 1 {',
    '… 8 unchanged',
    'same 10 line 8 | 10 line 8',
    'same 11 line 9 | 11 line 9',
    'changed 12 a [1] | 12 a [2]',
    'changed - | 13 a 3',
    'same 13 line 0 | 14 line 0',
    'same 14 line 1 | 15 line 1',
    '… 8 unchanged',
  ]);
});

test('difference and label stand on the first row of their segment', () => {
  const rows = sample()
    .rows({})
    .filter((row) => row.kind === 'line');
  expect(rows.map(({ difference }) => difference)).toEqual([
    undefined,
    undefined,
    undefined,
    'body:/a',
    undefined,
    undefined,
    undefined,
  ]);
  expect(rows[0]!.label).toBe('[id=1]');
});

test('a fold opens by its range, and numbers stay', () => {
  const segments = sample();
  const folds = segments.rows({}).filter((row) => row.kind === 'fold');
  const opened = segments.rows({ expand: [folds[0]!] });
  expect(opened.filter((row) => row.kind === 'fold')).toEqual([folds[1]]);
  expect(segments.rows({ expand: folds }).every((row) => row.kind === 'line')).toBe(true);
  expect(segments.rows({ expand: folds })).toHaveLength(23);
});

test('context and limit are the caller’s', () => {
  expect(rowTexts(sample().rows({ context: 0 }))).toEqual([
    'same 1 { | 1 {',
    '… 10 unchanged',
    'changed 12 a [1] | 12 a [2]',
    'changed - | 13 a 3',
    '… 10 unchanged',
  ]);
  const limited = sample().rows({ limit: 2 });
  expect(limited.at(-1)).toEqual<DiffRow>({ kind: 'fold', from: 10, to: 23, text: '… 13 more rows' });
});

test('what is folded on purpose stays so, and says that it differs', () => {
  const segments = new RowSegments();
  segments.add({ state: 'changed', baseline: numbered(3), fresh: block('x'), folded: true });
  expect(rowTexts(segments.rows({}))).toEqual(['… 3 more rows']);
});
