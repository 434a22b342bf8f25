import { expect, test } from 'vitest';
import { type Comparable, compareOutcomes } from '../../src/compare/compare-outcomes.ts';
import { countItems, isLeftStream } from '../../src/compare/open-stream.ts';
import type { FailureCode, ResponseOutcome } from '../../src/model/exchange.ts';
import { noRenames, response } from '../support/comparable.ts';
import { frame } from '../support/protobuf.ts';

function left(body: string | Buffer, type = 'text/event-stream', code: FailureCode = 'client-aborted'): Comparable {
  const side = response({ headers: ['Content-Type', type], body });
  const { kind: _, ...facts } = side.outcome as ResponseOutcome;
  // Its end was never seen.
  const cut = { ...facts, body: { ...facts.body, truncated: true } };
  return { ...side, outcome: { kind: 'failure', code, message: '', response: cut } };
}

const compare = (before: Comparable, after: Comparable) => compareOutcomes(before, after, { renames: noRenames });
const ended = (body: string) => response({ headers: ['Content-Type', 'text/event-stream'], body });

test('of two streams that were left the same number of whole events is compared', () => {
  expect(compare(left('data: 1\n\ndata: 2\n\ndata: 3'), left('data: 1\n\ndata: 2\n\ndata: 9\n\ndata: '))).toEqual([]);
  expect(compare(left('data: 1\n\ndata: 2\n\n'), left('data: 1\n\ndata: 5\n\n'))).toMatchObject([
    { path: '/1/data', severity: 'changed' },
  ]);
  expect(
    compare(
      left('{"a":1}\n{"a":2}\n1', 'application/x-ndjson'),
      left('{"a":1}\n{"a":2}\n', 'application/x-ndjson', 'interrupted'),
    ),
  ).toEqual([]);
  const messages = (...texts: string[]) =>
    left(Buffer.concat(texts.map((text) => frame(Buffer.from(text)))), 'application/grpc');
  expect(compare(messages('aa', 'bb'), messages('aa', 'bb', 'cc'))).toEqual([]);
});

test('one that the server ended early has lost events', () => {
  expect(compare(left('data: 1\n\ndata: 2\n\n'), ended('data: 1\n\n'))).toMatchObject([
    { path: '/1', kind: 'removed', severity: 'broken' },
  ]);
  expect(compare(left('data: 1\n\n'), ended('data: 1\n\n'))).toEqual([]);
});

test('a download that was left is no stream', () => {
  const page = left('<p>', 'text/html');
  expect(isLeftStream(page.outcome)).toBe(false);
  expect(compare(page, ended(''))).toMatchObject([{ part: 'failure', severity: 'broken' }]);
});

test('items are counted as their bytes come', () => {
  const count = countItems(['content-type', 'text/event-stream'])!;
  expect(['data: ü\n', '\n: ping\n\nda', 'ta: 2\r\n\r\n'].map((text) => count(Buffer.from(text)))).toEqual([0, 1, 2]);
  const frames = countItems(['content-type', 'application/grpc+proto'])!;
  expect(frames(Buffer.concat([frame(Buffer.from('a')), frame(Buffer.from('b'))]).subarray(0, 9))).toBe(1);
  expect(countItems(['content-type', 'text/event-stream', 'content-encoding', 'gzip'])).toBeUndefined();
  expect(countItems(['content-type', 'text/html'])).toBeUndefined();
});
