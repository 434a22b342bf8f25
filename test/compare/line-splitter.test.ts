import { expect, test } from 'vitest';
import { LineSplitter } from '../../src/compare/line-splitter.ts';

test('a carriage return at the end of a piece waits for what follows', () => {
  const splitter = new LineSplitter(/\r\n|\n|\r/g);
  expect(splitter.push('a\r')).toEqual([]);
  expect(splitter.push('\nb\r')).toEqual(['a']);
  expect(splitter.push('c')).toEqual(['b']);
  expect(splitter.rest()).toBe('c');
  expect(splitter.rest()).toBe('');
});

test('a long line in many pieces takes a time that grows with its length', () => {
  const splitter = new LineSplitter(/\n/g);
  const piece = 'x'.repeat(1024);
  const start = performance.now();
  for (let i = 0; i < 20_000; i += 1) splitter.push(piece);
  expect(splitter.push('\n')[0]).toHaveLength(20_000 * 1024);
  expect(performance.now() - start).toBeLessThan(2000);
});
