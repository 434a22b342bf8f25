import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { type Leaf, leafContainer, leafName, textOf, visitBody } from '../../src/correlate/body-leaves.ts';

const json = ['Content-Type', 'application/json'];

function leaves<T>(body: string | Buffer, view: (leaf: Leaf) => T, headers = json): T[] {
  const found: T[] = [];
  visitBody(headers, Buffer.from(body), (leaf) => found.push(view(leaf)));
  return found;
}

const place = (leaf: Leaf): string => leaf.place();
const asLine = (leaf: Leaf): string => `${leaf.place()} = ${leaf.text}`;

test('strings and numbers are visited in order, exact, with their place and name', () => {
  const body = '{"a/b":[1,"x",true,null],"data":{"order":{"id":90071992547409931}},"a > b":1}';
  expect(
    leaves(body, (leaf) => [leaf.kind, leaf.text, leaf.place(), leaf.name, leaf.container, leaf.isListed]),
  ).toEqual([
    ['number', '1', 'json:/a~1b/0', 'a/b', undefined, true],
    ['string', 'x', 'json:/a~1b/1', 'a/b', undefined, true],
    ['number', '90071992547409931', 'json:/data/order/id', 'id', 'order', false],
  ]);
  const path = ['data', 'orders', 0, 'items', 1, 'id'];
  expect([leafName(path), leafContainer(path), leafContainer(['data', 'id'])]).toEqual(['id', 'orders', undefined]);
});

test.each([
  ['text/event-stream', 'data: {"id":"a"}\n\ndata: b\n\n', ['event:0 > json:/id = a', 'event:1 = b']],
  ['application/x-ndjson', '{"id":1}\n{"id":2}\n', ['line:0 > json:/id = 1', 'line:1 > json:/id = 2']],
  ['application/json', '{"id":1}\n{"id":2}\n', ['line:0 > json:/id = 1', 'line:1 > json:/id = 2']],
  ['application/xml', '<o n="1"><id>2</id></o>', ['xml:/o/@n = 1', 'xml:/o/id = 2']],
  ['application/x-www-form-urlencoded', 'a=1&a=b+c', ['form:a[0] = 1', 'form:a[1] = b c']],
  ['text/plain', 'oauth_token=a&oauth_token_secret=b', ['form:oauth_token[0] = a', 'form:oauth_token_secret[0] = b']],
  ['text/plain', ' tok \n', ['text = tok']],
  ['image/png', 'x', []],
  [
    'text/html; charset=utf-8',
    '<form action=/a><input type=hidden name=t value=1></form><script type="application/json" id=s>{"b":2}</script>',
    ['html:form[0] = /a', 'html:input t[0] = 1', 'html:script s[0] > json:/b = 2'],
  ],
  [
    'multipart/form-data; boundary=B',
    '--B\r\nContent-Disposition: form-data; name="a"\r\n\r\n\u00fc\r\n--B--\r\n',
    ['multipart:a[0] = \u00fc'],
  ],
])('%s', (type, body, expected) => {
  expect(leaves(body, asLine, ['Content-Type', type])).toEqual(expected);
});

test('compressed JSON and JSON without a label are read; other bodies have no leaves', () => {
  expect(leaves(gzipSync('{"a":1}'), place, [...json, 'Content-Encoding', 'gzip'])).toEqual(['json:/a']);
  expect(leaves('{"a":1}', place, [])).toEqual(['json:/a']);
  expect(leaves('a=1', place, [])).toEqual(['text']);
  expect(leaves('{"a":', place)).toEqual([]);
});

test('bodies beyond a mebibyte and bytes that are no text are not looked into', () => {
  expect(textOf(json, Buffer.alloc(1024 * 1024 + 1, 'x'))).toBeUndefined();
  expect(textOf([...json, 'Content-Encoding', 'gzip'], gzipSync(Buffer.alloc(2 * 1024 * 1024, 'x')))).toBeUndefined();
  expect(textOf(json, Buffer.from([0xff]))).toBeUndefined();
});
