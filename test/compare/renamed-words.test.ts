import { expect, test } from 'vitest';
import { pathBefore, withRenamedWords } from '../../src/compare/renamed-words.ts';
import { RenamesAt } from '../../src/suite/renames-at.ts';
import { Renaming } from '../../src/suite/renaming.ts';
import { renamesOf, siteAt } from '../support/comparable.ts';

const renames = renamesOf({ 'ord-0017': 'ord-0023', '17': '23' });
const whole = (text: string): string => withRenamedWords({ text, start: 0, end: text.length }, renames);

test('renamed values are replaced where they stand alone', () => {
  expect(whole('see ord-0017, /orders/17 and 17 items')).toBe('see ord-0023, /orders/23 and 17 items');
  expect(whole('xord-0017')).toBe('xord-0017');
});

test('a short value that was renamed is so in sentences behind the thing that it identifies', () => {
  const renaming = new Renaming();
  renaming.establish('17', '23', { kinds: ['order'] });
  const known = new RenamesAt(renaming, [], siteAt(0));
  const said = (text: string): string => withRenamedWords({ text, start: 0, end: text.length }, known);
  expect(said('order 17 was cancelled, as order 17.')).toBe('order 23 was cancelled, as order 23.');
  for (const text of ['17 orders', 'page 17', 'order 17.5', 'order 17%', 'order 17-b', 'reorder17']) {
    expect(said(text)).toBe(text);
  }
});

test('of a stretch only what lies in it', () => {
  const text = 'ord-0017 ord-0017';
  expect(withRenamedWords({ text, start: 9, end: text.length }, renames)).toBe('ord-0023');
});

test.each([
  ['/orders/', ['/orders', 'id']],
  ['?orderId=', ['orderId']],
  ['"orderId": "', ['orderId']],
  ['orderId: ', ['orderId']],
  ['Order #', ['/Order', 'id']],
  ['order ', []],
])('before a value in %j stands %j', (text, path) => {
  expect(pathBefore(text, text.length)).toEqual(path);
});
