import { expect, test } from 'vitest';
import { pathBefore, withRenamedWords } from '../../src/compare/renamed-words.ts';
import { renamesOf } from '../support/comparable.ts';

const renames = renamesOf({ 'ord-0017': 'ord-0023', '17': '23' });
const whole = (text: string): string => withRenamedWords({ text, start: 0, end: text.length }, renames);

test('renamed values are replaced where they stand alone', () => {
  expect(whole('see ord-0017, /orders/17 and 17 items')).toBe('see ord-0023, /orders/23 and 17 items');
  expect(whole('xord-0017')).toBe('xord-0017');
});

test('of a stretch only what lies in it', () => {
  const text = 'ord-0017 ord-0017';
  expect(withRenamedWords({ text, start: 9, end: text.length }, renames)).toBe('ord-0023');
});

test.each([
  ['/orders/', ['orders', 'id']],
  ['?orderId=', ['orderId']],
  ['"orderId": "', ['orderId']],
  ['orderId: ', ['orderId']],
  ['order ', []],
])('before a value in %j stands %j', (text, path) => {
  expect(pathBefore(text, text.length)).toEqual(path);
});
