import { expect, test } from 'vitest';
import { targetWords } from '../../src/views/target-words.ts';

const targets = (count: number) => Array.from({ length: count }, (_, i) => ({ url: `http://${i}.test` }));

test('a few servers are named, many are counted', () => {
  expect(targetWords([])).toBe('');
  expect(targetWords(targets(3))).toBe('http://0.test, http://1.test, http://2.test');
  expect(targetWords(targets(5))).toBe('http://0.test, http://1.test, http://2.test and 2 more');
  expect(targetWords([{ url: 'http://a\u001b[1m\n' }])).toBe('http://a\\u001b[1m?');
});
