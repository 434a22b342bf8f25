import { expect, test } from 'vitest';
import { alignedRows } from '../../src/compare/aligned-rows.ts';
import { type ComparableBody, BodyPair } from '../../src/compare/compare-body.ts';
import { contentOf } from '../../src/compare/content.ts';
import { itemReaderOf } from '../../src/compare/stream-formats.ts';
import type { ResponseFacts } from '../../src/model/exchange.ts';
import { comparison, response } from '../support/comparable.ts';

const sse = 'text/event-stream; charset=utf-8';
const lines = 'application/x-ndjson';

function body(type: string, text: string): ComparableBody {
  const side = response({ headers: ['Content-Type', type], body: text });
  const { headers, body: facts } = side.outcome as ResponseFacts & { kind: 'response' };
  return { headers, facts, bytes: side.body };
}

const compare = (type: string, before: string, after: string, renames: Record<string, string> = {}) =>
  new BodyPair(body(type, before), body(type, after)).compare(comparison(renames));

const prices = (...values: readonly number[]): string =>
  values.map((price) => `event: price\ndata: {"price": ${price}}\n\n`).join('');

test('events are compared one by one: a changed field is named inside of its event', () => {
  expect(compare(sse, prices(1, 2, 3, 4), prices(1, 2, 3, 5))).toMatchObject([
    { part: 'body', path: '/3/data/price', pattern: '/*/data/price', severity: 'changed', before: '4', after: '5' },
  ]);
});

test('comments, line ends and white space inside of JSON mean nothing', () => {
  const after = ': hello\r\n\r\nevent:price\r\n: ping\r\ndata: {"price":1}\r\n\r\n:\n\n';
  expect(compare(sse, prices(1), after)).toEqual([]);
});

test('an event too many or missing is one difference', () => {
  expect(compare(sse, prices(1, 2, 3), prices(1, 9, 2, 3))).toMatchObject([
    { path: '/1', kind: 'added', severity: 'added' },
  ]);
  expect(compare(sse, prices(1, 2, 3), prices(1, 3))).toMatchObject([
    { path: '/1', kind: 'removed', severity: 'broken' },
  ]);
});

test('an event that is no JSON any more is broken', () => {
  expect(compare(sse, 'data: {"a":1}\n\n', 'data: oops\n\n')).toMatchObject([
    { path: '/0/data', kind: 'type', severity: 'broken', before: '{"a":1}', after: '"oops"' },
  ]);
});

test('a stream cut off in the middle of an event is broken, though all events before it came', () => {
  expect(compare(sse, prices(1, 2), `${prices(1)}event: price\ndata: {"pri`)).toMatchObject([
    { path: '/1', kind: 'type', severity: 'broken' },
  ]);
  expect(compare(sse, prices(1), `${prices(1)}data: {"pri`)).toMatchObject([
    { path: '/1', kind: 'added' },
    { path: '/1 (unreadable)', severity: 'broken', note: 'it is cut off in the middle of an event' },
  ]);
});

test('a stream that never was one is not empty', () => {
  expect(compare(sse, '{"error": "a"}\n\n', '{"error": "b"}\n\n')).toMatchObject([
    { path: '/0/other/0', severity: 'changed' },
  ]);
});

test('the renaming of the run explains values in events', () => {
  const event = (id: string): string => `data: {"orderId":"${id}"}\n\n`;
  expect(compare(sse, event('ord_81kd02'), event('ord_77xw31'), { ord_81kd02: 'ord_77xw31' })).toMatchObject([
    { path: '/0/data/orderId', severity: 'equivalent', rule: 'renaming' },
  ]);
});

test('NDJSON is compared value by value', () => {
  expect(compare(lines, '{"a":1}\n{"a":2}\n', '{"a": 1}\r\n{"a":3}')).toMatchObject([
    { path: '/1/a', severity: 'changed' },
  ]);
  expect(compare('application/json-seq', '\x1e{"a":1}\n\x1e2\n', '\x1e{"a":1}\n\x1e3\n')).toMatchObject([
    { path: '/1' },
  ]);
});

test('a line that is no JSON is broken, also when it came in addition', () => {
  expect(compare(lines, '{"a":1}\n', '{"a":1}\n{"a":')).toMatchObject([
    { path: '/1', kind: 'added' },
    { path: '/1 (unreadable)', severity: 'broken', note: 'it holds a line that is not valid JSON' },
  ]);
  expect(compare(lines, '"x"\n', 'x\n')).toMatchObject([{ path: '/0', severity: 'changed' }, { severity: 'broken' }]);
});

test('members hidden by a later one of the same key are told with their event', () => {
  expect(compare(sse, 'data: {"a":1,"a":2}\n\n', 'data: {"a":3,"a":2}\n\n')).toMatchObject([
    { path: '/0/data/a (duplicate key)', severity: 'broken' },
  ]);
});

test('more events than can be held apart are compared as text', () => {
  const many = '1\n'.repeat(200_001);
  const found = compare(lines, many, `2\n${many.slice(2)}`);
  expect(found.map(({ path }) => path)).toEqual(['line 1']);
});

test('values are those that rules speak of, and what is shown side by side', () => {
  const pair = new BodyPair(body(sse, prices(1)), body(sse, prices(2)));
  expect(pair.values().baseline).toEqual([{ event: 'price', data: { price: 1 } }]);
  const [before, after] = [body(sse, prices(1)), body(sse, prices(2))];
  const rows = alignedRows(
    contentOf(before.headers, before.bytes),
    contentOf(after.headers, after.bytes),
    pair.compare(comparison()),
  );
  expect(rows).toContainEqual(expect.objectContaining({ difference: 'body:/0/data/price' }));
});

test('only streams are read item by item', () => {
  expect(itemReaderOf('application/json')).toBeUndefined();
  expect(itemReaderOf('application/jsonl')).toBeDefined();
});
