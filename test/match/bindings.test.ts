import { expect, test } from 'vitest';
import { Bindings, identityOf } from '../../src/match/bindings.ts';

const uuid = '3f2504e0-4f89-41d3-9a0c-0305e82c3301';
const other = '8c9e6679-7425-40de-944b-e07fc1f90ae7';

test('a value stands for one other, both ways, and the first word counts', () => {
  const bindings = new Bindings();
  expect(bindings.allows('a', 'x')).toBe(true);
  bindings.bind('a', 'x');
  bindings.bind('a', 'y');
  expect([bindings.incomingOf('a'), bindings.recordedOf('x'), bindings.recordedOf('y')]).toEqual(['x', 'a', undefined]);
  expect([bindings.allows('a', 'x'), bindings.allows('a', 'y'), bindings.allows('b', 'x')]).toEqual([
    true,
    false,
    false,
  ]);
  expect([bindings.holds('a', 'x'), bindings.holds('b', 'y')]).toEqual([true, false]);
});

test('values are the same in every spelling', () => {
  const bindings = new Bindings();
  bindings.bind(uuid, other);
  expect(bindings.allows(uuid.toUpperCase(), other.replaceAll('-', '').toUpperCase())).toBe(true);
  expect(bindings.allows(uuid.toUpperCase(), '16fd2706-8baf-433b-82eb-8c7fada847da')).toBe(false);
  expect(identityOf('01arz3ndektsv4rrffq69g5fav')).toBe(identityOf('01ARZ3NDEKTSV4RRFFQ69G5FAV'));
  expect(identityOf('Abc')).not.toBe(identityOf('abc'));
});

test('those that stand for themselves are not told', () => {
  const bindings = new Bindings();
  bindings.bind('a', 'a');
  bindings.bind('b', 'x');
  expect([...bindings.entries()]).toEqual([['b', 'x']]);
  expect([bindings.size, bindings.allows('c', 'a')]).toEqual([1, false]);
});
