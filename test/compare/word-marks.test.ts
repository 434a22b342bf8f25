import fc from 'fast-check';
import { expect, test } from 'vitest';
import { markedSides, rowSide } from '../../src/compare/word-marks.ts';
import { rowTexts } from '../support/diff-rows.ts';

function marked(before: string, after: string): string {
  const sides = markedSides({ line: 1, text: before }, { line: 1, text: after });
  return rowTexts([{ kind: 'line', state: 'changed', ...sides }])[0]!;
}

test('whole words are marked', () => {
  expect(marked('"total": 12.50, "open"', '"total": 13.50, "paid"')).toBe(
    'changed 1 "total": [12].50, "[open]" | 1 "total": [13].50, "[paid]"',
  );
  expect(marked('a b', 'a new b')).toBe('changed 1 a b | 1 a [new ]b');
});

test('what is not marked is the same on both sides', () => {
  const words = fc
    .array(fc.constantFrom('a', 'b', ' ', '.', 'ü', '𝒳'), { maxLength: 30 })
    .map((pieces) => pieces.join(''));
  fc.assert(
    fc.property(words, words, (before, after) => {
      const { baseline, fresh } = markedSides({ line: 1, text: before }, { line: 1, text: after });
      const unmarked = (side: typeof baseline): string =>
        side.marks.toReversed().reduce((text, { start, end }) => text.slice(0, start) + text.slice(end), side.text);
      expect(unmarked(baseline)).toBe(unmarked(fresh));
    }),
  );
});

test('lines of very many words are marked from their first to their last difference', () => {
  const words = (middle: string): string => `${'a '.repeat(400)}${middle}${' b'.repeat(300)}`;
  expect(marked(words('x y'), words('z y'))).toContain('[x] y');
});

test('very long lines are cut around their first difference, and say how much is missing', () => {
  const line = (middle: string): string => 'x'.repeat(5000) + middle + 'y'.repeat(5000);
  const { baseline } = markedSides({ line: 1, text: line('1') }, { line: 1, text: line('2') });
  expect(baseline.text.startsWith('… 4,800 characters before … xxx')).toBe(true);
  expect(baseline.text.endsWith('yyy … 3,201 characters more')).toBe(true);
  expect(rowSide(1, 'z'.repeat(2500)).text.endsWith('z … 500 characters more')).toBe(true);
});
