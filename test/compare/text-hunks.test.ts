import fc from 'fast-check';
import { expect, test } from 'vitest';
import { splitLines, type TextHunk, textHunks } from '../../src/compare/text-hunks.ts';

test('lines end at line feeds; a last one ends nothing', () => {
  expect(splitLines('')).toEqual([]);
  expect(splitLines('a\r\nb\n')).toEqual(['a\r', 'b']);
  expect(splitLines('a\n\n')).toEqual(['a', '']);
});

function patched(before: readonly string[], after: readonly string[], hunks: readonly TextHunk[]): string[] {
  const result = [...before];
  for (const { baselineStart, baselineEnd, freshStart, freshEnd } of hunks.toReversed()) {
    result.splice(baselineStart, baselineEnd - baselineStart, ...after.slice(freshStart, freshEnd));
  }
  return result;
}

const lines = fc.array(fc.constantFrom('a', 'b', 'c', 'd'), { maxLength: 30 });

test('replacing the hunks turns one text into the other, and hunks never touch', () => {
  fc.assert(
    fc.property(lines, lines, (before, after) => {
      const hunks = textHunks(before, after);
      expect(patched(before, after, hunks)).toEqual(after);
      const gaps = hunks.slice(1).map((hunk, i) => hunk.baselineStart - hunks[i]!.baselineEnd);
      expect(gaps.every((gap) => gap > 0)).toBe(true);
    }),
  );
});

test('texts too large for a minimal diff are held together by lines that occur once', () => {
  const before = Array.from({ length: 15_000 }, (_, i) => (i % 3 === 0 ? `line ${i}` : 'filler'));
  const after = before.flatMap((line, i) => (i % 1000 === 500 ? ['inserted', line] : [line]));
  const hunks = textHunks(before, after);
  expect(patched(before, after, hunks)).toEqual(after);
  expect(hunks).toHaveLength(15);
});
