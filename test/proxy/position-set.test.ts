import fc from 'fast-check';
import { expect, test } from 'vitest';
import { PositionSet } from '../../src/proxy/position-set.ts';

test('it holds what was added and nothing else, as a Set does', () => {
  const position = fc.oneof(fc.nat(40), fc.nat(100_000));
  fc.assert(
    fc.property(fc.array(position), fc.array(position), (added, others) => {
      const positions = new PositionSet();
      const set = new Set(added);
      for (const one of added) positions.add(one);
      expect(positions.size).toBe(set.size);
      for (const one of [...added, ...others]) expect(positions.has(one)).toBe(set.has(one));
    }),
  );
});

test('it grows by one bit for each position', () => {
  const positions = new PositionSet();
  positions.add(1_000_000);
  expect(positions.has(1_000_000)).toBe(true);
  expect(positions.has(999_999)).toBe(false);
  expect(positions.has(5_000_000)).toBe(false);
});
