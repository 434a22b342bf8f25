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

const liveIn = (fromPlace: string, value: string, [type, text]: readonly [string, string]): string | undefined =>
  liveValue(valueFlow({ fromPlace, value }), { headers: ['Content-Type', type], body: Buffer.from(text) });

test('lists in pages, documents and streams, and values inside the values of lists', () => {
  const page = ['text/html', '<a href="/o/9">New</a><a href="/o/17">New</a>'] as const;
  expect(liveIn('html:a New[0] > path:1', '17', page)).toBe('17');
  expect(liveIn('html:a New[0] > path:1', '18', page)).toBe('9');
  expect(liveIn('xml:/l/o/@id', '17', ['text/xml', '<l><o id="9"/><o id="17"/></l>'])).toBe('17');
  expect(liveIn('line:0 > json:/id', '17', ['application/x-ndjson', '{"id":9}\n{"id":17}'])).toBe('17');
  const links = JSON.stringify([{ self: '/o/9' }, { self: '/o/17' }]);
  expect(liveIn('json:/0/self > path:1', '17', ['application/json', links])).toBe('17');
  expect(liveIn('json:/0/self > path:1', '1', ['application/json', links])).toBe('9');
});
