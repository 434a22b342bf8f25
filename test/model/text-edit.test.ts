import { expect, test } from 'vitest';
import { applyEdits } from '../../src/model/text-edit.ts';

test('edits change their stretch and nothing else', () => {
  const edits = [
    { start: 0, end: 1, text: 'A' },
    { start: 2, end: 2, text: '-' },
    { start: 3, end: 5, text: '' },
  ];
  expect(applyEdits('abcdef', edits)).toBe('Ab-cf');
  expect(applyEdits('abcdef', [])).toBe('abcdef');
});
