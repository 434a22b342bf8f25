import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  decodeComponent,
  decodeFormComponent,
  encodeParameter,
  encodeSegment,
  formParameters,
  pathSegments,
  queryParameters,
  splitPairs,
} from '../../src/model/url-text.ts';

const values = (parts: readonly { readonly value: string }[]): string[] => parts.map(({ value }) => value);

test('path segments are decoded, whatever the form of the target', () => {
  expect(values(pathSegments('/orders/a%20b%2Fc?x=/1'))).toEqual(['orders', 'a b/c']);
  expect(values(pathSegments('http://host:80/orders/17#x'))).toEqual(['orders', '17']);
  expect(values(pathSegments('//host/orders'))).toEqual(['orders']);
  expect(values(pathSegments('orders/17'))).toEqual(['orders', '17']);
  expect(values(pathSegments('/orders/'))).toEqual(['orders', '']);
  expect(values(pathSegments('/%zz'))).toEqual(['%zz']);
});

test('parameters are decoded as forms are, and a span leads to what stands in the text', () => {
  const target = '/search?q=a+b%26&empty=&flag&&q=2#q=3';
  const found = queryParameters(target);
  expect(found.map(({ name, value }) => [name, value])).toEqual([
    ['q', 'a b&'],
    ['empty', ''],
    ['flag', ''],
    ['q', '2'],
  ]);
  expect(found.map(({ span }) => target.slice(span.start, span.end))).toEqual(['a+b%26', '', '', '2']);
  expect(queryParameters('/plain')).toEqual([]);
});

test('an encoded value is read back from a path, a query and a form', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (value) => {
      expect(values(pathSegments(`/a/${encodeSegment(value)}?b`))).toEqual(['a', value]);
      expect(values(queryParameters(`/a?b=${encodeParameter(value)}`))).toEqual([value]);
      expect(values(formParameters(`b=${encodeParameter(value)}`))).toEqual([value]);
    }),
  );
});

test('a path segment keeps what a path may hold', () => {
  expect(encodeSegment('urn:x@y;v=1,2+3&$')).toBe('urn:x@y;v=1,2+3&$');
  expect(encodeParameter('a+b=c&d')).toBe('a%2Bb%3Dc%26d');
});

describe('name-value pairs of a URL or form', () => {
  test('are split as URLSearchParams splits them', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom('a', 'b', '=', '&', '+', '%20', '%C3%A9') }), (text) => {
        const pairs = splitPairs(text).map(({ rawName, rawValue }) => [
          decodeFormComponent(rawName),
          decodeFormComponent(rawValue ?? ''),
        ]);
        expect(pairs).toEqual([...new URLSearchParams(text)]);
      }),
    );
  });

  test('know where each value stands', () => {
    const text = '/p?a=1&&b&c=x=y';
    const pairs = splitPairs(text, 3);
    expect(pairs.map(({ rawName }) => rawName)).toEqual(['a', 'b', 'c']);
    expect(pairs.map(({ rawValue }) => rawValue)).toEqual(['1', undefined, 'x=y']);
    for (const { rawValue, valueStart } of pairs) {
      expect(text.slice(valueStart, valueStart + (rawValue?.length ?? 0))).toBe(rawValue ?? '');
    }
  });

  test('that are not valid percent-encoding stay as sent', () => {
    expect(decodeComponent('100%')).toBe('100%');
    expect(decodeComponent('%ff')).toBe('%ff');
    expect(decodeFormComponent('a+%zz')).toBe('a %zz');
  });
});
