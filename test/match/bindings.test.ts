import { expect, test } from 'vitest';
import { Bindings } from '../../src/match/bindings.ts';

test('one value stands for one recorded value and for no other', () => {
  const bindings = new Bindings();
  expect(bindings.allows('a', '1')).toBe(true);
  bindings.bind('a', '1');
  expect(bindings.allows('a', '1')).toBe(true);
  expect(bindings.allows('a', '2')).toBe(false);
  expect(bindings.allows('b', '1')).toBe(false);
  expect(bindings.allows('b', '2')).toBe(true);
  expect([bindings.incomingOf('a'), bindings.recordedOf('1'), bindings.size]).toEqual(['1', 'a', 1]);
  expect([...bindings.entries()]).toEqual([['a', '1']]);
});
