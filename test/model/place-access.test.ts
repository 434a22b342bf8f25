import { gzipSync, gunzipSync } from 'node:zlib';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readPlace, writePlace, type PlaceMessage } from '../../src/model/place-access.ts';
import { pointerKeys } from '../../src/model/json-pointer.ts';

const request = {
  target: '/orders/a%2Fb/lines?token=t%201&token=second',
  headers: [
    'Host',
    'shop',
    'Authorization',
    'Bearer abc',
    'X-Tag',
    'one',
    'x-tag',
    'two',
    'Cookie',
    'theme=dark; sid=s1',
    'cookie',
    'sid=shadow; lang=de',
  ],
  body: Buffer.from('{ "id": 17, "user" : {"token":"x\\ny", "name":"ö"}, "on":true, "list":[1, "two", null] }'),
};

const response: PlaceMessage = {
  headers: [
    'Set-Cookie',
    'sid=first; Path=/',
    'set-cookie',
    'lang=de',
    'set-cookie',
    'sid = last ; HttpOnly',
    'Location',
    'https://shop/orders/17?t=9',
  ],
  body: Buffer.from('{"links":{"next":"/orders?cursor=c%201"},"items":[{"id":"a"},{"id":"b"}]}'),
};

describe('reading', () => {
  test.each([
    ['path:0', 'orders'],
    ['path:1', 'a/b'],
    ['query:token[0]', 't 1'],
    ['query:token[1]', 'second'],
    ['header:authorization[0]', 'Bearer abc'],
    ['header:x-tag[1]', 'two'],
    ['cookie:sid', 's1'],
    ['cookie:lang', 'de'],
    ['json:/id', '17'],
    ['json:/user/token', 'x\ny'],
    ['json:/on', 'true'],
    ['json:/list/1', 'two'],
    ['json:/list/2', 'null'],
  ])('%s of a request', (place, value) => {
    expect(readPlace(request, place)).toBe(value);
  });

  test.each([
    ['set-cookie:sid', 'last'],
    ['set-cookie:lang', 'de'],
    ['header:location[0] > path:1', '17'],
    ['header:location[0] > query:t[0]', '9'],
    ['json:/links/next > query:cursor[0]', 'c 1'],
    ['json:/items/1/id', 'b'],
  ])('%s of a response', (place, value) => {
    expect(readPlace(response, place)).toBe(value);
  });

  test.each([
    'path:9',
    'query:none[0]',
    'query:token[2]',
    'header:none[0]',
    'cookie:none',
    'form:none[0]',
    'json:/none',
    'json:/user',
    'json:/list/3',
    'json:/id/x',
    'nonsense',
  ])('a place that is not there has no value: %s', (place) => {
    expect(readPlace(request, place)).toBeUndefined();
  });

  test('a form and a whole document', () => {
    expect(readPlace({ headers: [], body: Buffer.from('a=1&b=2+3&a=4') }, 'form:a[1]')).toBe('4');
    expect(readPlace({ headers: [], body: Buffer.from(' "token" ') }, 'json:')).toBe('token');
  });

  test('a body that is absent, too large to be given, not text or not JSON has no values', () => {
    for (const body of [undefined, Buffer.alloc(0), Buffer.from([0xff, 0xfe]), Buffer.from('{"id":')]) {
      expect(readPlace({ headers: [], body }, 'json:/id')).toBeUndefined();
    }
  });
});

describe('writing', () => {
  test('changes only the value, encoded as its place needs it', () => {
    expect(writePlace(request, 'path:1', 'ü/1').target).toBe('/orders/%C3%BC%2F1/lines?token=t%201&token=second');
    expect(writePlace(request, 'query:token[1]', 'a&b').target).toBe('/orders/a%2Fb/lines?token=t%201&token=a%26b');
    expect(writePlace(request, 'header:x-tag[1]', '3').headers.slice(4, 8)).toEqual(['X-Tag', 'one', 'x-tag', '3']);
    expect(writePlace(request, 'cookie:sid', 's2').headers[9]).toBe('theme=dark; sid=s2');
    expect(writePlace(response, 'set-cookie:sid', 'new').headers[5]).toBe('sid = new ; HttpOnly');
    expect(writePlace(response, 'header:location[0] > path:1', '18').headers[7]).toBe('https://shop/orders/18?t=9');
    expect(writePlace({ headers: [], body: Buffer.from('a=1&b=2') }, 'form:a[0]', 'x y').body?.toString()).toBe(
      'a=x%20y&b=2',
    );
  });

  test('keeps JSON numbers and literals literal, and every other byte of the document', () => {
    expect(writePlace(request, 'json:/id', '90071992547409931').body.toString()).toBe(
      '{ "id": 90071992547409931, "user" : {"token":"x\\ny", "name":"ö"}, "on":true, "list":[1, "two", null] }',
    );
    expect(readPlace(writePlace(request, 'json:/on', 'false'), 'json:/on')).toBe('false');
    expect(writePlace(request, 'json:/id', 'order-1').body.toString()).toContain('"id": "order-1",');
    expect(writePlace(request, 'json:/user/token', '17').body.toString()).toContain('"token":"17"');
  });

  test('a compressed body is compressed again', () => {
    const compressed = { headers: ['Content-Encoding', 'gzip'], body: gzipSync('{"id":1}') };
    expect(gunzipSync(writePlace(compressed, 'json:/id', '2').body).toString()).toBe('{"id":2}');
  });

  test('a message without the place, and a value no header may hold, change nothing', () => {
    expect(writePlace(request, 'json:/none', '1')).toBe(request);
    expect(writePlace(request, 'header:x-tag[0]', 'a\r\nEvil: 1')).toEqual(request);
    expect(writePlace(request, 'path:0', 'orders')).toBe(request);
  });
});

const everyPlace = ['path:1', 'query:token[0]', 'query:token[1]', 'json:/user/token', 'json:/list/1'];
const headerPlaces = ['header:authorization[0]', 'header:x-tag[1]'];

test('what is written is read back, and no other place changes', () => {
  const written = fc.oneof(
    fc.tuple(fc.constantFrom(...everyPlace), fc.string({ unit: 'grapheme', minLength: 1 })),
    fc.tuple(fc.constantFrom(...headerPlaces), fc.stringMatching(/^[!-~]{1,20}$/)),
  );
  fc.assert(
    fc.property(written, ([place, value]) => {
      const changed = writePlace(request, place, value);
      for (const other of [...everyPlace, ...headerPlaces, 'cookie:sid', 'json:/id', 'json:/on', 'path:0', 'path:2']) {
        expect(readPlace(changed, other)).toBe(other === place ? value : readPlace(request, other));
      }
    }),
  );
});

test('any leaf of any JSON document can be replaced by itself', () => {
  const leaf = fc.string({ unit: 'grapheme' });
  const document = fc.dictionary(fc.string(), fc.oneof(leaf, fc.array(leaf)), { minKeys: 1 });
  fc.assert(
    fc.property(document, leaf, (value, replacement) => {
      const body = Buffer.from(JSON.stringify(value, undefined, 1));
      for (const pointer of pointersOf(value)) {
        const changed = writePlace({ headers: [], body }, `json:${pointer}`, replacement);
        expect(JSON.parse(changed.body.toString())).toEqual(withValue(value, pointerKeys(pointer), replacement));
      }
    }),
    { numRuns: 50 },
  );
});

function pointersOf(value: unknown, pointer = ''): string[] {
  if (typeof value !== 'object' || value === null) return [pointer];
  return Object.entries(value).flatMap(([key, child]) =>
    pointersOf(child, `${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`),
  );
}

function withValue(value: unknown, keys: readonly string[], replacement: string): unknown {
  const [key, ...rest] = keys;
  if (key === undefined) return replacement;
  if (Array.isArray(value)) return value.with(Number(key), withValue(value[Number(key)], rest, replacement));
  const entries = Object.entries(value as object);
  return Object.fromEntries(entries.map(([k, v]) => [k, k === key ? withValue(v, rest, replacement) : v]));
}
