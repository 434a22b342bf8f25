import { brotliCompressSync, deflateSync, gzipSync, zstdCompressSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { type ComparableBody, BodyPair } from '../../src/compare/compare-body.ts';
import type { ResponseFacts } from '../../src/model/exchange.ts';
import { comparison, response, type ResponseParts } from '../support/comparable.ts';

function body(parts: ResponseParts): ComparableBody {
  const side = response(parts);
  const { headers, body: facts } = side.outcome as ResponseFacts & { kind: 'response' };
  return { headers, facts, bytes: side.body };
}

const compare = (before: ResponseParts, after: ResponseParts) =>
  new BodyPair(body(before), body(after)).compare(comparison());
const html = ['Content-Type', 'text/html'];

test('JSON that no longer parses is broken, and the text says where', () => {
  expect(compare({ body: '{"a":1,\n"b":2}' }, { body: '{"a":1,\n"b":}' })).toMatchObject([
    {
      path: '',
      kind: 'type',
      severity: 'broken',
      before: 'JSON',
      after: 'text, not valid JSON: no JSON value (line 2, offset 12)',
    },
    { path: 'line 2', severity: 'changed', before: '"b":2}', after: '"b":}' },
  ]);
});

test('a byte order mark before a text or document is seen: many parsers stumble over it', () => {
  expect(compare({ body: '{"a":1}' }, { body: '\uFEFF{"a":1}' })).toMatchObject([
    { path: '', kind: 'added', severity: 'changed', after: 'byte order mark' },
  ]);
  expect(compare({ body: '\uFEFF[1]' }, { body: '[1]' })).toMatchObject([
    { path: '', kind: 'removed', severity: 'changed', before: 'byte order mark' },
  ]);
  expect(compare({ headers: html, body: 'a' }, { headers: html, body: '\uFEFFa' })).toMatchObject([
    { path: '', severity: 'changed', after: 'byte order mark' },
  ]);
});

test('white space has a meaning in texts, but not where it lays out markup', () => {
  const plain = ['Content-Type', 'text/plain'];
  const yaml = ['Content-Type', 'application/yaml'];
  const table = ['Content-Type', 'text/tab-separated-values'];
  const severities = (headers: string[], before: string, after: string): string[] =>
    compare({ headers, body: before }, { headers, body: after }).map(({ severity }) => severity);
  expect(severities(html, '<p>\n  a  b', '<p>\n a b')).toEqual([]);
  expect(severities(['Content-Type', 'image/svg+xml'], '<a>\n\t<b/></a>', '<a>\n<b/></a>')).toEqual([]);
  expect(severities(yaml, 'a:\n  b: 1\n  c: 2', 'a:\n  b: 1\nc: 2')).toEqual(['changed']);
  expect(severities(table, 'a\tb c', 'a b\tc')).toEqual(['changed']);
  expect(severities(plain, 'a\nb', 'a\r\nb ')).toEqual(['added']);
});

test('text that became bytes is broken', () => {
  const png = { headers: ['Content-Type', 'image/png'], body: Buffer.from([0x89, 0x50]) };
  expect(compare({ headers: html, body: '<p>' }, png)).toMatchObject([
    { path: '', kind: 'type', severity: 'broken', before: 'text', after: 'bytes' },
    { path: 'byte 0' },
  ]);
});

test('the same content in another coding has no difference', () => {
  const zipped = {
    headers: ['Content-Type', 'application/json', 'Content-Encoding', 'gzip'],
    body: gzipSync('{"a":1}'),
  };
  expect(compare({ body: '{"a":1}' }, zipped)).toEqual([]);
});

test('the same bytes under another type are what their readers see', () => {
  expect(compare({ body: '{"a":1}' }, { headers: html, body: '{"a":1}' })).toMatchObject([
    { kind: 'type', severity: 'broken' },
  ]);
});

describe('a body that', () => {
  test('is gone is broken, one that is new is added', () => {
    expect(compare({ body: '{"a":1}' }, {})).toMatchObject([
      { path: '', kind: 'removed', severity: 'broken', before: '{"a":1}' },
    ]);
    expect(compare({}, { body: '{"a":1}' })).toMatchObject([
      { path: '', kind: 'added', severity: 'added', after: '{"a":1}' },
    ]);
    expect(compare({}, {})).toEqual([]);
  });

  test('was not stored whole cannot be the same', () => {
    expect(compare({ body: '{"a"', fullSizeBytes: 7 }, { body: '{"a"', fullSizeBytes: 7 })).toMatchObject([
      { severity: 'changed', before: '4 of 7 bytes stored' },
    ]);
  });
});

describe('the same content', () => {
  const json = '{"a":"é"}';
  const coded = (coding: string, body: Buffer): ResponseParts => ({
    headers: ['Content-Type', 'application/json', 'Content-Encoding', coding],
    body,
  });

  test.each<readonly [coding: string, body: Buffer]>([
    ['gzip', gzipSync(json)],
    ['deflate', deflateSync(json)],
    ['br', brotliCompressSync(json)],
    ['zstd', zstdCompressSync(json)],
    ['deflate, gzip', gzipSync(deflateSync(json))],
  ])('coded as %s has no difference', (coding, body) => {
    expect(compare({ body: json }, coded(coding, body))).toEqual([]);
  });

  test('in another charset has no difference', () => {
    const utf16 = {
      headers: ['Content-Type', 'application/json; charset=utf-16'],
      body: Buffer.from(`\uFEFF${json}`, 'utf16le'),
    };
    expect(compare({ body: json }, utf16)).toEqual([]);
    const page = (charset: BufferEncoding): ResponseParts => ({
      headers: ['Content-Type', `text/html; charset=${charset}`],
      body: Buffer.from('<p>é</p>', charset),
    });
    expect(compare(page('utf8'), page('latin1'))).toEqual([]);
  });

  test('in a coding that is broken, of whatever type, is broken', () => {
    const picture = { headers: ['Content-Type', 'image/webp'], body: Buffer.from('RIFF') };
    const cut = { headers: [...picture.headers, 'Content-Encoding', 'gzip'], body: gzipSync('RIFF').subarray(0, 9) };
    expect(compare(picture, cut)[0]).toMatchObject({ path: '', severity: 'broken', before: 'bytes' });
    expect(compare({ body: json }, coded('gzip', gzipSync(json).subarray(0, 15)))[0]).toMatchObject({
      severity: 'broken',
    });
  });

  test('that unfolds without end is not unfolded', () => {
    const bomb = gzipSync(gzipSync(Buffer.alloc(70 * 1024 * 1024)));
    expect(compare({ body: json }, coded('gzip, gzip', bomb))[0]).toMatchObject({
      severity: 'broken',
      after: 'bytes, the body decodes to more than 67108864 bytes',
    });
  });
});
