import { expect, test } from 'vitest';
import { KnownValues } from '../../../src/suite/strength/known-values.ts';

const ids = ['6f1c2b9e-0d3a-4c55-9a43-5f0f0f0f0f0f', '7e1c2b9e-0d3a-4c55-9a43-5f0f0f0f0f0f'] as const;

test('another id is one of the same class, or of the same name', () => {
  const values = new KnownValues();
  values.add([{ orderId: ids[0], total: 5 }, { by: { user: ids[1], id: 1 } }, { id: 2, at: '2026-03-01T12:00:00Z' }]);
  expect(values.another(ids[0], 'anything')).toBe(ids[1]);
  expect(values.another(ids[1], 'anything')).toBe(ids[0]);
  expect(values.another(1, 'id')).toBe(2);
  expect(values.another(5, 'total')).toBeUndefined();
  expect(values.another('2026-03-01T12:00:00Z', 'at')).toBeUndefined();
});

test('without another there is none', () => {
  const values = new KnownValues();
  values.add({ id: 1 });
  expect(values.another(1, 'id')).toBeUndefined();
  expect(values.another('sku-1', 'sku')).toBeUndefined();
});
