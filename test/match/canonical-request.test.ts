import zlib from 'node:zlib';
import { describe, expect, test } from 'vitest';
import {
  canonicalBody,
  canonicalPairs,
  canonicalPath,
  type KeyedRequest,
  splitTarget,
} from '../../src/match/canonical-request.ts';
import { MaskSet } from '../../src/match/mask-set.ts';

const none = new MaskSet([]);
const bodyOf = (parts: Partial<KeyedRequest>): ReturnType<typeof canonicalBody> =>
  canonicalBody({ targetName: 'default', method: 'POST', target: '/', headers: [], body: undefined, ...parts }, none);

describe('the parts of a request', () => {
  test.each([
    ['/a/b?x=1', '/a/b', 'x=1'],
    ['/a', '/a', ''],
    ['/a?', '/a', ''],
    ['/?a?b', '/', 'a?b'],
    ['http://host:1/a?x', '/a', 'x'],
    ['http://host?x', '/', 'x'],
    ['*', '*', ''],
    ['/redirect?to=http://a/b', '/redirect', 'to=http://a/b'],
  ])('target %s has path %s and query %s', (target, path, query) => {
    const found = splitTarget(target);
    expect([found.path, target.slice(found.queryStart)]).toEqual([path, query]);
  });

  test('a path is as sent, but for equivalent percent-encodings', () => {
    expect(canonicalPath('/%7euser/%c3%a9/%2f/./..//a+b', none)).toBe('/~user/%C3%A9/%2F/./..//a+b');
  });

  test('a path segment can be masked', () => {
    const masks = new MaskSet([{ place: 'path:1', name: 'ID', value: '7' }]);
    expect(canonicalPath('/orders/7/items', masks)).toBe('/orders/\0⟦ID⟧/items');
    expect(masks.slots).toEqual(['7']);
  });

  test('pairs are sorted by name, equal names keep their order', () => {
    expect(canonicalPairs('b=2&a=2&a=1&&B=x&c', 0, { kind: 'query', masks: none })).toEqual([
      ['B', 'x'],
      ['a', '2'],
      ['a', '1'],
      ['b', '2'],
      ['c', undefined],
    ]);
  });

  test.each([
    ['a=%7e', 'a=~'],
    ['a=%2c', 'a=,'],
    ['a=x+y', 'a=x%20y'],
    ['%61=1', 'a=1'],
    ['a=b=c', 'a=b%3Dc'],
    ['a=é', 'a=%e9'],
    ['a=%zz', 'a=%25zz'],
    ['a=€', 'a=%E2%82%AC'],
  ])('%s is %s', (one, other) => {
    const pairs = (text: string): unknown => canonicalPairs(text, 0, { kind: 'query', masks: none });
    expect(pairs(one)).toEqual(pairs(other));
  });

  test.each([
    ['a=+', 'a=%2B'],
    ['a=1%262', 'a=1&2'],
    ['a', 'a='],
    ['a=€', 'a=%20AC'],
    ['a=1', 'A=1'],
  ])('%s is not %s', (one, other) => {
    const pairs = (text: string): unknown => canonicalPairs(text, 0, { kind: 'query', masks: none });
    expect(pairs(one)).not.toEqual(pairs(other));
  });
});

describe('the body of a request', () => {
  test('an empty one is none', () => {
    expect(bodyOf({ body: Buffer.alloc(0) })).toEqual({ kind: 'none' });
    expect(bodyOf({ body: { sha256: 'x', sizeBytes: 0 } })).toEqual({ kind: 'none' });
    expect(bodyOf({})).toEqual({ kind: 'none' });
  });

  test('is read without its content coding, at whatever level it was compressed', () => {
    const headers = ['Content-Encoding', 'gzip'];
    const content = Buffer.from('some text, some text, some text');
    const fast = bodyOf({ headers, body: zlib.gzipSync(content, { level: 1 }) });
    expect(fast).toEqual(bodyOf({ headers, body: zlib.gzipSync(content, { level: 9 }) }));
    expect(fast).toEqual(bodyOf({ body: content }));
  });

  test('bytes by hash equal the bytes themselves', () => {
    const body = Buffer.from([1, 2, 3]);
    const sha256 = '039058c6f2c0cb492c533b0a4d14ef77cc0f78abccced5287d84a1a2011cfb81';
    expect(bodyOf({ body })).toEqual(bodyOf({ body: { sha256, sizeBytes: 3 } }));
  });

  test('multipart does not depend on its boundary, but on everything else', () => {
    const multipart = (boundary: string, value: string): ReturnType<typeof canonicalBody> =>
      bodyOf({
        headers: ['Content-Type', `multipart/form-data; boundary=${boundary}`],
        body: Buffer.from(
          `--${boundary}\r\nContent-Disposition: form-data; name="a"\r\n\r\n${value}\r\n--${boundary}--\r\n`,
        ),
      });
    expect(multipart('----x1', 'v')).toEqual(multipart('----y2', 'v'));
    expect(multipart('----x1', 'v')).not.toEqual(multipart('----x1', 'w'));
  });
});
