import { expect, test } from 'vitest';
import { compareText } from '../../src/compare/compare-text.ts';
import { textSegments } from '../../src/compare/text-rows.ts';
import { comparison } from '../support/comparable.ts';
import { rowTexts } from '../support/diff-rows.ts';

function rows(before: string[], after: string[]) {
  const [baseline, fresh] = [before.join('\n'), after.join('\n')];
  const differences = compareText(baseline, fresh, { ...comparison(), whiteSpace: 'counts' });
  return textSegments(baseline, fresh, new Map(differences.map((found) => [found.path, found]))).rows({});
}

test('changed lines stand side by side, each difference on its first row', () => {
  const before = ['a', 'at 2026-03-01T12:00:00Z', 'total 5', 'b', 'gone', 'c'];
  const after = ['a', 'at 2026-03-02T12:00:00Z', 'total 6', 'b', 'c', 'new'];
  const shown = rows(before, after);
  expect(rowTexts(shown)).toEqual([
    'same 1 a | 1 a',
    'equivalent 2 at 2026-03-[01T12]:00:00Z | 2 at 2026-03-[02T12]:00:00Z',
    'changed 3 total [5] | 3 total [6]',
    'same 4 b | 4 b',
    'removed 5 gone | -',
    'same 6 c | 5 c',
    'added - | 6 new',
  ]);
  expect(shown.flatMap((row) => (row.kind === 'line' ? (row.difference ?? []) : []))).toEqual([
    'body:line 2',
    'body:line 3',
    'body:line 5',
    'body:line 7',
  ]);
});

test('a hunk of unequal length is one difference over all its rows', () => {
  expect(rowTexts(rows(['a', 'b', 'z'], ['x', 'z']))).toEqual([
    'changed 1 [a] | 1 [x]',
    'changed 2 b | -',
    'same 3 z | 2 z',
  ]);
});
