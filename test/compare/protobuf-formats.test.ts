import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { compareOutcomes } from '../../src/compare/compare-outcomes.ts';
import type { Difference } from '../../src/model/verdict.ts';
import { noRenames, renamesOf, response } from '../support/comparable.ts';
import { frame, message } from '../support/protobuf.ts';

interface Call {
  readonly type?: string;
  readonly messages?: readonly Buffer[];
  readonly body?: Buffer;
  readonly trailers?: readonly string[];
  readonly headers?: readonly string[];
}

function call({ type = 'application/grpc', messages = [], body, trailers, headers = [] }: Call) {
  return response({
    headers: ['content-type', type, ...headers],
    trailers: trailers ?? ['grpc-status', '0', 'grpc-message', ''],
    body: body ?? Buffer.concat(messages.map((one) => frame(one))),
  });
}

const compare = (before: Call, after: Call, renames = noRenames): Difference[] =>
  compareOutcomes(call(before), call(after), { renames });

const order = (id: string, price: number, ...items: readonly string[]): Buffer =>
  message([1, id], [3, message([1, price])], ...items.map((item) => [4, message([1, item], [2, 1])] as const));

test('a changed field is named by its number, inside of its message', () => {
  const first = order('a', 10, 'tea');
  expect(compare({ messages: [first, order('b', 300)] }, { messages: [first, order('b', 400)] })).toMatchObject([
    { part: 'body', path: '/1/3/1', severity: 'changed', before: '300', after: '400' },
  ]);
});

test('order of fields, compression and the type of the codec mean nothing', () => {
  const [before, after] = [message([1, 'a'], [2, 300]), message([2, 300], [1, 'a'])];
  expect(compare({ messages: [before] }, { body: frame(gzipSync(after), 1) })).toEqual([]);
  const differences = compare({ messages: [before] }, { messages: [before], type: 'application/grpc+proto' });
  expect(differences).toMatchObject([{ path: 'content-type' }]);
});

test('elements of repeated fields and messages of a stream come and go one by one', () => {
  const [two, three] = [order('a', 300, 'tea', 'milk'), order('a', 300, 'tea', 'sugar', 'milk')];
  expect(compare({ messages: [two] }, { messages: [three] })).toMatchObject([{ path: '/0/4/1', kind: 'added' }]);
  expect(compare({ messages: [two, three] }, { messages: [three] })).toMatchObject([
    { path: '/0', kind: 'removed', severity: 'broken' },
  ]);
});

test('a number that went to zero has changed, though proto3 leaves it out', () => {
  expect(compare({ messages: [message([1, 5])] }, { messages: [message()] })).toMatchObject([
    { path: '/0/1', kind: 'changed', severity: 'changed', before: '5', after: '0' },
  ]);
  expect(compare({ messages: [message()] }, { messages: [message([1, 'x'])] })).toMatchObject([
    { path: '/0/1', severity: 'changed', before: '""', after: '"x"' },
  ]);
});

test('the renaming of the run explains texts in messages', () => {
  const renames = renamesOf({ ord_81kd02: 'ord_77xw31' });
  expect(
    compare({ messages: [order('ord_81kd02', 300)] }, { messages: [order('ord_77xw31', 300)] }, renames),
  ).toMatchObject([{ path: '/0/1', severity: 'equivalent', rule: 'renaming' }]);
});

test('a message that cannot be read or is cut is broken', () => {
  expect(compare({ messages: [order('a', 300)] }, { messages: [Buffer.from([0xff, 0xff])] })).toMatchObject([
    { path: '/0', kind: 'type', severity: 'broken', after: '"ffff"' },
  ]);
  const whole = frame(order('a', 300));
  expect(compare({ body: whole }, { body: Buffer.concat([whole, whole.subarray(0, 7)]) })).toMatchObject([
    { path: '/1', kind: 'added' },
    { path: '/1 (unreadable)', severity: 'broken', note: 'it is cut off in the middle of a message' },
  ]);
});

test('other codecs are texts or JSON', () => {
  expect(compare({ messages: [Buffer.from('hello bob')] }, { messages: [Buffer.from('hello eve')] })).toMatchObject([
    { path: '/0', before: '"hello bob"', after: '"hello eve"' },
  ]);
  const json = (text: string): Call => ({ type: 'application/grpc+json', messages: [Buffer.from(text)] });
  expect(compare(json('{"a":1}'), json('{"a":2}'))).toMatchObject([{ path: '/0/a' }]);
});

test('a call that fails or fails no longer is broken, another failure changed', () => {
  const status = (value: string): Call => ({ trailers: ['grpc-status', value] });
  const found = (before: string, after: string) => compare(status(before), status(after));
  expect(found('0', '5')).toMatchObject([{ part: 'trailer', path: 'grpc-status', severity: 'broken' }]);
  expect(found('5', '0')).toMatchObject([{ severity: 'broken' }]);
  expect(found('5', '7')).toMatchObject([{ severity: 'changed' }]);
  expect(compare(status('0'), { trailers: [] })).toMatchObject([{ kind: 'removed', severity: 'broken' }]);
  expect(compare({ trailers: [] }, status('13'))).toMatchObject([{ kind: 'added', severity: 'broken' }]);
});

test('a status in the head is the one that stood at the end', () => {
  const failed: Call = { headers: ['grpc-status', '5', 'grpc-message', 'no'], trailers: [] };
  expect(compare({ trailers: ['grpc-status', '0', 'grpc-message', 'ok'] }, failed)).toMatchObject([
    { part: 'trailer', path: 'grpc-status', severity: 'broken', before: '0', after: '5' },
    { part: 'trailer', path: 'grpc-message', severity: 'changed' },
  ]);
});

test('gRPC-Web has its trailers in the body, in text form as base64', () => {
  const body = (status: string, name: string): Buffer =>
    Buffer.concat([frame(message([1, name])), frame(Buffer.from(`grpc-status:${status}\r\n`), 0x80)]);
  const web = (bytes: Buffer): Call => ({ type: 'application/grpc-web+proto', body: bytes, trailers: [] });
  expect(compare(web(body('0', 'a')), web(body('3', 'b')))).toMatchObject([
    { part: 'body', path: '/0/1' },
    { part: 'trailer', path: 'grpc-status', severity: 'broken' },
  ]);
  const text = (bytes: Buffer): Call => ({
    type: 'application/grpc-web-text',
    body: Buffer.from(bytes.subarray(0, 5).toString('base64') + bytes.subarray(5).toString('base64')),
    trailers: [],
  });
  expect(compare(text(body('0', 'a')), text(body('0', 'b')))).toMatchObject([{ path: '/0/1' }]);
});

test('a bare message is an object', () => {
  const bare = (body: Buffer) => ({ type: 'application/x-protobuf', body, trailers: [] });
  expect(compare(bare(order('a', 300)), bare(order('a', 301)))).toMatchObject([{ path: '/3/1' }]);
  expect(compare(bare(order('a', 300)), bare(Buffer.from([0xff])))).toMatchObject([
    { path: '', kind: 'type', severity: 'broken' },
  ]);
  expect(compare(bare(Buffer.from([0xff])), bare(Buffer.from([0xfe])))).toMatchObject([{ path: 'byte 0' }]);
});

test('gRPC-Web as text holds nothing but base64', () => {
  const text = (rest: string): Call => ({
    type: 'application/grpc-web-text',
    body: Buffer.from(frame(message([1, 5])).toString('base64') + rest),
  });
  expect(compare(text(''), text('\n'))).toEqual([]);
  expect(compare(text(''), text('!!'))).toMatchObject([
    { path: '/1', severity: 'added' },
    { path: '/1 (unreadable)', severity: 'broken', note: 'it holds characters that are no base64' },
  ]);
});
