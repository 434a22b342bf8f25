import { expect, test } from 'vitest';
import { comparePair, inWords } from '../support/compare-pair.ts';

const headers = ['Content-Type', 'application/x-www-form-urlencoded'];

function compare(before: string, after: string, renames: Record<string, string> = {}): string[] {
  return inWords(comparePair({ headers, body: before }, { headers, body: after }, renames));
}

test.each<readonly [what: string, before: string, after: string, differences: readonly string[]]>([
  ['the same in another order and spelling', 'a=1&b=x%20y', 'b=x+y&a=%31', []],
  ['another value', 'a=1&b=2', 'a=1&b=3', ['changed changed /b "2" → "3"']],
  ['a field that is gone', 'a=1&b=2', 'a=1', ['broken removed /b "2"']],
  ['a new field', 'a=1', 'a=1&b=2', ['added added /b → "2"']],
  ['one value more of a name', 'a=1', 'a=1&a=2', ['added added /a/1 → "2"']],
  ['values of a name in another order', 'a=1&a=2', 'a=2&a=1', ['added moved /a/0 position 0 → position 1']],
  [
    'a field called as the language calls things',
    '__proto__=1',
    '__proto__=2',
    ['changed changed /__proto__ "1" → "2"'],
  ],
])('%s', (_, before, after, differences) => {
  expect(compare(before, after)).toEqual(differences);
});

test('a token of this run is explained', () => {
  expect(
    compare('access_token=gho_a1b2c3d4&scope=repo', 'access_token=gho_e5f6g7h8&scope=repo', {
      gho_a1b2c3d4: 'gho_e5f6g7h8',
    }),
  ).toEqual(['equivalent changed /access_token "gho_a1b2c3d4" → "gho_e5f6g7h8" renaming']);
});
