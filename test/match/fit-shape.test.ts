import { describe, expect, test } from 'vitest';
import { Bindings } from '../../src/match/bindings.ts';
import { fitShape, type ShapedValue } from '../../src/match/fit-shape.ts';
import { requestShape } from '../../src/match/request-shape.ts';

const [a, b, c] = [
  '3f2504e0-4f89-41d3-9a0c-0305e82c3301',
  '8c9e6679-7425-40de-944b-e07fc1f90ae7',
  '16fd2706-8baf-433b-82eb-8c7fada847da',
] as const;
const window = { fromMs: Date.UTC(2026, 10, 23, 12), toMs: Date.UTC(2026, 10, 23, 13) };

const incoming = (target: string) =>
  requestShape({ targetName: 'default', method: 'GET', target, headers: [], body: undefined }, [], [])!;
const free = (value: string): ShapedValue => ({ place: 'path:0', value, free: true });
const fixed = (value: string): ShapedValue => ({ place: 'path:0', value, free: false });
const fit = (recorded: readonly ShapedValue[], target: string, bindings = new Bindings()) =>
  fitShape(recorded, incoming(target), { bindings, window });

describe('fitShape', () => {
  test('lets new values stand for free recorded ones', () => {
    expect(fit([free(a)], `/${b}`)).toEqual([
      { place: 'path:0', kind: 'uuid v4 lower', recorded: a, incoming: b, isIdentity: true },
    ]);
    expect(fit([free(a), free(b)], `/${a}/${c}`)).toMatchObject([{ recorded: b, incoming: c }]);
  });

  test('insists on values that were issued', () => {
    expect(fit([fixed(a)], `/${b}`)).toBeUndefined();
    expect(fit([fixed(a)], `/${a}`)).toEqual([]);
  });

  test('keeps the renaming one to one, in the request and in the lane', () => {
    expect(fit([free(a), free(a)], `/${b}/${c}`)).toBeUndefined();
    expect(fit([free(a), free(b)], `/${c}/${c}`)).toBeUndefined();
    expect(fit([free(a), free(a)], `/${b}/${b}`)).toHaveLength(2);
    const bindings = new Bindings();
    bindings.bind(a, b);
    expect(fit([free(a)], `/${b}`, bindings)).toHaveLength(1);
    expect(fit([free(a)], `/${c}`, bindings)).toBeUndefined();
    expect(fit([free(c)], `/${b}`, bindings)).toBeUndefined();
    // The lane calls it by another name now.
    expect(fit([free(a)], `/${a}`, bindings)).toBeUndefined();
  });

  test('takes times of this run only, and binds none of them', () => {
    const recorded = free('2026-11-01T08:00:00Z');
    expect(fit([recorded], '/2026-11-23T12:30:00Z')).toMatchObject([{ isIdentity: false }]);
    expect(fit([recorded], '/2019-01-01T00:00:00Z')).toBeUndefined();
    expect(fit([recorded, recorded], '/2026-11-23T12:30:00Z/2026-11-23T12:30:01Z')).toHaveLength(2);
  });
});
