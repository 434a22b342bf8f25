import { describe, expect, test } from 'vitest';
import { fillSecrets } from '../../src/suite/fill-secrets.ts';

const none = { target: '/', headers: [], body: undefined };
const use = (place: string, pseudonym: string, value: string): Parameters<typeof fillSecrets>[1][number] => ({
  position: 0,
  place,
  pseudonym,
  value,
});

describe('putting secrets back into a request', () => {
  test('in JSON, form, query, cookie and header, each as it must be encoded there', () => {
    const json = { ...none, headers: ['Content-Type', 'application/json'], body: Buffer.from('{"password":"xxxx"}') };
    expect(fillSecrets(json, [use('json:/password', 'xxxx', 'a"b$&')]).body?.toString()).toBe('{"password":"a\\"b$&"}');
    const form = { ...none, body: Buffer.from('password=xxxx&b=1') };
    expect(fillSecrets(form, [use('form:password[0]', 'xxxx', 'a&b c')]).body?.toString()).toMatch(
      /^password=a%26b(\+|%20)c&b=1$/,
    );
    const query = { ...none, target: '/a?api_key=xxxx' };
    expect(fillSecrets(query, [use('query:api_key[0]', 'xxxx', 'a&b')]).target).toBe('/a?api_key=a%26b');
    const cookie = { ...none, headers: ['Cookie', 'a=1; sid=xxxx'] };
    expect(fillSecrets(cookie, [use('cookie:sid', 'xxxx', 'real')]).headers).toEqual(['Cookie', 'a=1; sid=real']);
  });

  test('what stands around a secret stays', () => {
    const bearer = { ...none, headers: ['Authorization', 'Bearer xxxx'] };
    expect(fillSecrets(bearer, [use('header:authorization[0]', 'xxxx', 'real')]).headers[1]).toBe('Bearer real');
  });

  test('both halves of Basic credentials are encoded again', () => {
    const basic = { ...none, headers: ['Authorization', `Basic ${btoa('uuu:pppp')}`] };
    const place = 'header:authorization[0]';
    const filled = fillSecrets(basic, [use(place, 'uuu', 'ada'), use(place, 'pppp', 'correct horse')]);
    expect(filled.headers[1]).toBe(`Basic ${btoa('ada:correct horse')}`);
  });

  test('a place that is not there changes nothing', () => {
    expect(fillSecrets(none, [use('json:/password', 'x', 'y')])).toEqual(none);
  });
});
