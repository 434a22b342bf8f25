import { expect, test } from 'vitest';
import { localPath, textField, wholeNumber } from '../../src/ui/request-values.ts';

test.each([
  ['12', 12],
  ['0', 0],
  ['', undefined],
  ['-1', undefined],
  ['1e3', undefined],
  ['1.5', undefined],
  ['9'.repeat(16), undefined],
  [undefined, undefined],
])('%s as a whole number is %s', (text, value) => {
  expect(wholeNumber(text)).toBe(value);
});

test.each([
  ['/traffic?q=a%20b', '/traffic?q=a%20b'],
  ['/', '/'],
  ['//evil.test/', '/'],
  ['/\\evil.test', '/'],
  ['/a\\b', '/'],
  ['https://evil.test/', '/'],
  ['/\tx', '/'],
  ['javascript:alert(1)', '/'],
  [undefined, '/'],
])('coming back to %s leads to %s', (text, path) => {
  expect(localPath(text)).toBe(path);
});

test('a field is text or nothing', () => {
  expect(textField({ a: 'b' }, 'a')).toBe('b');
  expect(textField({ a: new File([], 'x') }, 'a')).toBeUndefined();
  expect(textField({}, 'a')).toBeUndefined();
});
