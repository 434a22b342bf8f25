import { expect, test } from 'vitest';
import { liveValue } from '../../src/correlate/live-value.ts';
import type { PlaceMessage } from '../../src/model/place-access.ts';
import { valueFlow } from '../support/value-flow.ts';

const live = (fromPlace: string, value: string, body: unknown): string | undefined => {
  const response: PlaceMessage = {
    headers: ['Content-Type', 'application/json', 'Location', '/orders/23'],
    body: Buffer.from(JSON.stringify(body)),
  };
  return liveValue(valueFlow({ fromPlace, value }), response);
};

test('the value at the same place of the fresh response', () => {
  expect(live('json:/id', '17', { id: 23 })).toBe('23');
  expect(live('header:location[0] > path:1', '17', {})).toBe('23');
  expect(live('json:/id', '17', {})).toBeUndefined();
});

test('a choice from a list stays that choice where the list still has it', () => {
  expect(live('json:/items/0/id', '3', { items: [{ id: 9 }, { id: 3 }] })).toBe('3');
  expect(live('json:/items/5/id', '3', { items: [{ id: 9 }, { id: 3 }] })).toBe('3');
  expect(live('json:/a/1/b/0', 'x', { a: [{ b: ['y', 'x'] }] })).toBe('x');
  expect(live('json:/items/1/id', 'u1', { items: [{ id: 'v1' }, { id: 'v2' }] })).toBe('v2');
});
