import { expect, test } from 'vitest';
import { isCi } from '../../src/base/is-ci.ts';

test.each([
  [undefined, false],
  ['', false],
  ['0', false],
  ['False', false],
  ['1', true],
  ['true', true],
  ['woodpecker', true],
])('CI=%s means %s', (CI, expected) => {
  expect(isCi({ CI })).toBe(expected);
});
