import { expect, test } from 'vitest';
import { TwoGenerations } from '../../src/proxy/two-generations.ts';

test('what is asked again stays, what is not goes, and the size is bounded', () => {
  const map = new TwoGenerations<number>(2);
  map.set('kept', 0);
  for (let i = 1; i < 10; i += 1) {
    map.set(`${i}`, i);
    expect(map.get('kept')).toBe(0);
  }
  const left = Array.from({ length: 10 }, (_, i) => map.get(`${i}`)).filter((value) => value !== undefined);
  expect(left.length).toBeLessThanOrEqual(3);
  expect(left).toContain(9);
  expect(map.get('never')).toBeUndefined();
});

test('what weighs more makes room sooner, and stays as long as it is asked for', () => {
  const map = new TwoGenerations<number>(10, (weight) => weight);
  map.set('heavy', 100);
  for (let i = 0; i < 25; i++) {
    map.set(`light ${i}`, 1);
    expect(map.get('heavy')).toBe(100);
  }
  expect(map.get('light 0')).toBeUndefined();
});
