import { expect, test } from 'vitest';
import { authorOf } from '../../src/cli/author.ts';

test('the name git uses comes before the login name', () => {
  expect(authorOf({ GIT_AUTHOR_NAME: 'Ada Lovelace', USER: 'ada' })).toBe('Ada Lovelace');
  expect(authorOf({ GIT_AUTHOR_NAME: '', USER: 'ada' })).toBe('ada');
  expect(authorOf({ USERNAME: 'ada' })).toBe('ada');
  expect(authorOf({})).toBe('unknown');
});
