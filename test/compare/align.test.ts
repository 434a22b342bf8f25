import fc from 'fast-check';
import { expect, test } from 'vitest';
import { alignArrays } from '../../src/compare/align.ts';
import { explainer } from '../support/comparable.ts';

test('every element of both sides appears once, fresh ones in order', () => {
  const elements = fc.array(fc.oneof(fc.nat(5), fc.record({ id: fc.nat(6) }), fc.record({ n: fc.nat(3) })), {
    maxLength: 12,
  });
  fc.assert(
    fc.property(elements, elements, (baseline, fresh) => {
      const { elements: aligned = baseline.map((_, i) => ({ baseline: i, fresh: i, moved: false })) } = alignArrays(
        baseline,
        fresh,
        { names: explainer().namesAt([]) },
      );
      const sides = (side: 'baseline' | 'fresh') => aligned.map((entry) => entry[side]).filter((index) => index !== -1);
      expect(sides('fresh')).toEqual(fresh.map((_, index) => index));
      expect(sides('baseline').toSorted((a, b) => a - b)).toEqual(baseline.map((_, index) => index));
      const kept = aligned.filter(({ baseline: b, fresh: f, moved }) => b !== -1 && f !== -1 && !moved);
      expect(kept.map((entry) => entry.baseline)).toEqual(
        kept.map((entry) => entry.baseline).toSorted((a, b) => a - b),
      );
    }),
    { numRuns: 500 },
  );
});

test('the first identifying member that all elements have is the key', () => {
  const list = [
    { name: 'x', code: 1 },
    { name: 'y', code: 2 },
  ];
  expect(alignArrays(list, list.toReversed(), { names: explainer().namesAt([]) }).key).toBe('code');
  expect(
    alignArrays([{ code: 1 }, { code: 1 }], [{ code: 1 }, { code: 2 }], { names: explainer().namesAt([]) }).key,
  ).toBeUndefined();
  expect(alignArrays([{ id: {} }], [{ id: {} }], { names: explainer().namesAt([]) }).key).toBeUndefined();
});

test('what is removed stands where it was', () => {
  const { elements } = alignArrays(['a', 'b', 'c'], ['a', 'c', 'd'], { names: explainer().namesAt([]) });
  expect(elements).toMatchObject([
    { baseline: 0, fresh: 0, moved: false },
    { baseline: 1, fresh: -1, moved: false },
    { baseline: 2, fresh: 1, moved: false },
    { baseline: -1, fresh: 2, moved: false },
  ]);
});

test('an element whose new identity nobody has told is known by what else it holds', () => {
  const names = (identity: string): readonly string[] => (identity === ada ? [adaNow!] : []);
  const [ada, adaNow, bob, bobNow] = ['1a', '2b', '3c', '4d'].map((end) => `058e933a-3147-4c8d-adad-2689934dae${end}`);
  const before = [
    { id: bob!, handle: 'bob' },
    { id: ada!, handle: 'ada' },
  ];
  const after = [
    { id: bobNow!, handle: 'bob' },
    { id: adaNow!, handle: 'ada' },
  ];
  expect(alignArrays(before, after, { names })).toEqual({ key: 'id' });
  const gone = alignArrays([{ id: 'bob' }, { id: ada! }], [{ id: 'eve' }, { id: adaNow! }], { names });
  expect(gone.elements?.filter(({ fresh }) => fresh === -1)).toHaveLength(1);
});
