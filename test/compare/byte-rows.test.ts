import { expect, test } from 'vitest';
import { byteSegments } from '../../src/compare/byte-rows.ts';
import { rowTexts } from '../support/diff-rows.ts';

test('the view opens at the first difference, the rest is folded', () => {
  const before = Buffer.alloc(2000, 'A');
  const after = Buffer.from(before);
  after[1000] = 0x00;
  const shown = rowTexts(byteSegments(before, after).rows({}));
  expect(shown[0]).toBe('… 60 unchanged');
  expect(shown[3]).toBe(
    'changed 63 000003e0  41 41 41 41 41 41 41 41 [41] 41 41 41 41 41 41 41  [AAAAAAAAAAAAAAAA] | 63 000003e0  41 41 41 41 41 41 41 41 [00] 41 41 41 41 41 41 41  [AAAAAAAA.AAAAAAA]',
  );
  expect(shown.at(-1)).toBe('… 45 more rows');
});

test('the shorter side ends', () => {
  const shown = rowTexts(byteSegments(Buffer.from('a'.repeat(20)), Buffer.from('a'.repeat(40))).rows({}));
  expect(shown.map((row) => row.slice(0, row.indexOf(' ', 10)))).toHaveLength(3);
  expect(shown[2]).toMatch(/^changed - \| 3 00000020 {2}61 61/);
});
