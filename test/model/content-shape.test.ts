import { describe, expect, test } from 'vitest';
import { contentShape, isJsonType, mediaType } from '../../src/model/content-shape.ts';

const form = 'application/x-www-form-urlencoded';

describe('the shape of content', () => {
  test.each([
    ['application/json; charset=utf-8', '{"a":1}', 'json'],
    ['application/problem+json', '{}', 'json'],
    ['application/json', '"text"', 'json'],
    ['application/json', '{"a":1', 'bytes'],
    ['text/plain;charset=UTF-8', ' \n{"a":1}', 'json'],
    ['text/plain', 'hello', 'bytes'],
    ['text/html', '{"a":1}', 'bytes'],
    [form, 'a=1&b=2', 'form'],
    [form, '{"a":1}', 'json'],
    [form, '{"a":1}&b=2', 'form'],
    ['multipart/form-data; boundary=xyz', '--xyz--', 'multipart'],
    ['multipart/form-data', '--xyz--', 'bytes'],
    ['application/octet-stream', '{"a":1}', 'bytes'],
  ])('%s with %j is %s', (type, text, kind) => {
    expect(contentShape(['Content-Type', type], Buffer.from(text)).kind).toBe(kind);
  });

  test('content without a type is JSON when it looks and reads like it', () => {
    expect(contentShape([], Buffer.from('[1]')).kind).toBe('json');
    expect(contentShape([], Buffer.from('\ufeff[1]')).kind).toBe('json');
    expect(contentShape([], Buffer.from('[1')).kind).toBe('bytes');
    expect(contentShape([], Buffer.alloc(0)).kind).toBe('bytes');
  });

  test('JSON text gives the same bytes back, also when they are not UTF-8', () => {
    for (const bytes of [Buffer.from('\ufeff{"ä":"日本"}'), Buffer.from('{"n":"J\xfcrgen"}', 'latin1')]) {
      const shape = contentShape(['Content-Type', 'application/json'], bytes);
      if (shape.kind !== 'json') throw new Error(`read as ${shape.kind}`);
      expect(Buffer.from(shape.text, shape.encoding)).toEqual(bytes);
    }
  });

  test('the boundary of a multipart body may be quoted', () => {
    const shape = contentShape(
      ['Content-Type', 'multipart/form-data; charset=x; boundary="a b"'],
      Buffer.from('--a b--'),
    );
    expect(shape).toMatchObject({ kind: 'multipart', boundary: 'a b' });
  });

  test('a media type is read without parameters and case', () => {
    expect(mediaType(['content-type', ' Text/HTML ; charset=x'])).toBe('text/html');
    expect(mediaType([])).toBe('');
    expect(isJsonType('application/x-amz-json-1.1')).toBe(true);
    expect(isJsonType('application/jsonp')).toBe(false);
  });
});
