import { gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { contentOf } from '../../src/compare/content.ts';

const of = (type: string | undefined, body: string | Buffer, ...more: string[]) =>
  contentOf([...(type === undefined ? [] : ['Content-Type', type]), ...more], Buffer.from(body));

test.each([
  ['application/json', '{"a":1}', 'json'],
  ['application/problem+json; charset=utf-8', '[1]', 'json'],
  ['text/plain', ' {"a":1}', 'json'],
  [undefined, '[1]', 'json'],
  ['text/plain', '{not json', 'text'],
  ['text/html; charset=utf-8', '<p>', 'text'],
  ['application/xml', '<a/>', 'text'],
  ['image/svg+xml', '<svg/>', 'text'],
  ['application/javascript', 'x', 'text'],
  ['application/json', '', 'text'],
  [undefined, 'hello', 'text'],
  [undefined, '\u0000\u0001', 'bytes'],
  ['image/png', 'x', 'bytes'],
  ['application/octet-stream', '{"a":1}', 'bytes'],
])('%s %s is %s', (type, body, kind) => {
  expect(of(type, body)).toMatchObject({ kind });
});

test('content coding is taken off', () => {
  const content = of('application/json', gzipSync('{"a":1}'), 'Content-Encoding', 'gzip');
  expect(content).toMatchObject({ kind: 'json', text: '{"a":1}', value: { a: 1 }, contentType: 'application/json' });
});

test('charset is read by its label', () => {
  expect(of('text/plain; charset="ISO-8859-1"', Buffer.from([0x66, 0xfc]))).toMatchObject({ kind: 'text', text: 'fü' });
  expect(of('application/json', '\uFEFF{"a":1}')).toMatchObject({ kind: 'json' });
});

test('a byte order mark is part of the text, so that it is seen when it comes or goes', () => {
  expect(of('text/plain', '\uFEFFa')).toMatchObject({ kind: 'text', text: '\uFEFFa' });
  expect(of('application/json', '\uFEFF{"a":1}')).toMatchObject({
    kind: 'json',
    text: '\uFEFF{"a":1}',
    value: { a: 1 },
  });
});

describe('what cannot be read as promised says why', () => {
  test.each([
    [of('application/json', '{"a":'), 'text', 'not valid JSON: the document ends too early (line 1, offset 5)'],
    [of('text/plain', Buffer.from([0xff, 0xfd, 0x00])), 'bytes', 'the body is not valid utf-8'],
    [of('text/plain; charset=klingon', 'x'), 'bytes', 'charset klingon is not known'],
    [
      of('text/plain', 'x', 'Content-Encoding', 'sdch'),
      'bytes',
      'the body has a content coding that is not known: sdch',
    ],
  ])('%#', (content, kind, problem) => {
    expect(content).toMatchObject({ kind, problem });
  });
});
