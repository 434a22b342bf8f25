import { expect, test } from 'vitest';
import { base64Inside, jsonInside, jwtPayload } from '../../src/compare/payload.ts';

const base64 = (text: string): string => Buffer.from(text).toString('base64');

test('a signed token is its header and claims', () => {
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  expect(jwtPayload(`${part({ alg: 'none' })}.${part({ sub: '1' })}.`)).toEqual({
    header: { alg: 'none' },
    claims: { sub: '1' },
    signature: '',
  });
  expect(jwtPayload(`${part({ alg: 'none' })}.${part('text')}.x`)).toBeUndefined();
  expect(jwtPayload('eyJhbGciOiJub25lIn0')).toBeUndefined();
});

test('JSON inside a text is an object or array', () => {
  expect(jsonInside(' {"a":[1]}')).toEqual({ a: [1] });
  expect(jsonInside('17')).toBeUndefined();
  expect(jsonInside('{a}')).toBeUndefined();
});

test('base64 is what decodes to readable text and comes back as it was', () => {
  expect(base64Inside(base64('order:17'))).toBe('order:17');
  expect(base64Inside(Buffer.from('{"a":"ü?>"}').toString('base64url'))).toBe('{"a":"ü?>"}');
  expect(base64Inside('MTA=')).toBeUndefined();
  expect(base64Inside(base64('\u0000\u0001binary'))).toBeUndefined();
  expect(base64Inside('abcdefgh')).toBeUndefined();
  // The last bits count for nothing: two spellings of one text.
  expect(base64Inside('b3JkZXI6MQ==')).toBe('order:1');
  expect(base64Inside('b3JkZXI6MR==')).toBeUndefined();
});
