import fc from 'fast-check';
import { expect, test } from 'vitest';
import { jsonEqual } from '../../src/compare/json-equal.ts';
import { SubtreeMemory } from '../../src/compare/subtree-memory.ts';
import type { JsonValue } from '../../src/model/json-value.ts';

const value = fc.jsonValue({ maxDepth: 3 }) as fc.Arbitrary<JsonValue>;

test('what is remembered changes no answer', () => {
  fc.assert(
    fc.property(value, value, (a, b) => {
      const memory = new SubtreeMemory(() => []);
      for (const [first, second] of [
        [a, b],
        [a, b],
        [a, structuredClone(a)],
        [b, a],
      ] as const) {
        expect(memory.equal(first, second)).toBe(jsonEqual(first, second));
      }
      expect(memory.hash(a)).toBe(memory.hash(structuredClone(a)));
    }),
  );
});

test('renamed values and timestamps are blurred', () => {
  const memory = new SubtreeMemory((text) => (text === 'ord-1' ? ['ord-7'] : []));
  const [before, after] = [
    { id: 'ord-1', at: '2026-03-01T12:00:00Z' },
    { id: 'ord-7', at: '2026-03-02T09:30:00Z' },
  ];
  expect(memory.blurredHash(before, 'baseline')).toBe(memory.blurredHash(after, 'fresh'));
  expect(memory.blurredHash(before, 'fresh')).not.toBe(memory.blurredHash(after, 'fresh'));
});
