import { describe, expect, test } from 'vitest';
import { editHeaders } from '../../src/redact/header-secrets.ts';
import type { SecretSlot } from '../../src/redact/secret-names.ts';

function edit(headers: readonly string[]): { headers: readonly string[]; found: SecretSlot[] } {
  const found: SecretSlot[] = [];
  const edited = editHeaders(headers, (secret) => {
    found.push(secret);
    return secret.value.replace(/[a-z0-9]/g, 'x');
  });
  return { headers: edited, found };
}

/** A header's value after editing, and its secrets. */
function one(name: string, value: string): [edited: string, ...secrets: string[]] {
  const { headers, found } = edit([name, value]);
  return [headers[1]!, ...found.map((secret) => secret.value)];
}

const basic = (text: string): string => `Basic ${Buffer.from(text).toString('base64')}`;

describe('secrets in headers', () => {
  test('authorization keeps its scheme', () => {
    expect(one('Authorization', 'Bearer abc.def')).toEqual(['Bearer xxx.xxx', 'abc.def']);
    expect(one('authorization', 'token  abc')).toEqual(['token  xxx', 'abc']);
    expect(one('Authorization', 'abc123')).toEqual(['xxxxxx', 'abc123']);
    expect(one('Proxy-Authorization', 'Bearer t1==')).toEqual(['Bearer xx==', 't1==']);
    expect(one('Authorization', '')).toEqual(['']);
    expect(one('Authorization', 'Bearer ')).toHaveLength(2);
  });

  test('Basic credentials are decoded, and user and password replaced one by one', () => {
    expect(one('Authorization', basic('ann:pa:ss'))).toEqual([basic('xxx:xx:xx'), 'ann', 'pa:ss']);
    expect(one('Authorization', basic('ann:'))).toEqual([basic('xxx:'), 'ann']);
    expect(one('Authorization', basic(':k1'))).toEqual([basic(':xx'), 'k1']);
    const unpadded = basic('ann:pass').replace(/=+$/, '');
    expect(one('Authorization', unpadded)[0]).toBe(basic('xxx:xxxx').replace(/=+$/, ''));
    expect(one('Authorization', 'Basic not*base64')).toEqual(['Basic xxx*xxxxxx', 'not*base64']);
  });

  test('parameters of a scheme are replaced, the ones that are no secret stay', () => {
    expect(one('Authorization', 'Digest username="bob", realm="r", uri="/a", response="0af", nc=00000001')).toEqual([
      'Digest username="xxx", realm="r", uri="/a", response="xxx", nc=00000001',
      'bob',
      '0af',
    ]);
    expect(
      one('Authorization', 'AWS4-HMAC-SHA256 Credential=ak/2024/s3, SignedHeaders=host;date, Signature=0af')[0],
    ).toBe('AWS4-HMAC-SHA256 Credential=xx/xxxx/xx, SignedHeaders=host;date, Signature=xxx');
  });

  test('every cookie is replaced, names, quotes, spaces and attributes stay', () => {
    const { headers, found } = edit(['Cookie', 'sid=s%3Aab.c;  theme="dark"; empty=; bare', 'cookie', 'b=1']);
    expect(headers).toEqual(['Cookie', 'sid=x%3Axx.x;  theme="xxxx"; empty=; xxxx', 'cookie', 'b=x']);
    expect(found.map(({ place, name, value }) => [place, name, value])).toEqual([
      ['cookie:sid', 'SID', 's:ab.c'],
      ['cookie:theme', 'THEME', 'dark'],
      ['cookie:', 'VALUE', 'bare'],
      ['cookie:b', 'B', '1'],
    ]);
    expect(one('Set-Cookie', 'id=a3f; Path=/; Expires=Wed, 21 Oct 2015 07:28:00 GMT; HttpOnly')).toEqual([
      'id=xxx; Path=/; Expires=Wed, 21 Oct 2015 07:28:00 GMT; HttpOnly',
      'a3f',
    ]);
    expect(one('Set-Cookie', 'id=; Max-Age=0')).toEqual(['id=; Max-Age=0']);
  });

  test('a cookie value may hold equals signs', () => {
    expect(one('Cookie', 'a=b=c==')).toEqual(['a=x=x==', 'b=c==']);
  });

  test('secrets in the query and fragment of a URL are replaced, the URL stays', () => {
    const { headers, found } = edit(['Location', 'https://a.example/cb?state=1&access_token=abc#id_token=def&x=1']);
    expect(headers[1]).toBe('https://a.example/cb?state=1&access_token=xxx#id_token=xxx&x=1');
    expect(found.map(({ place }) => place)).toEqual([
      'header:location[0] > query:access_token[0]',
      'header:location[0]',
    ]);
    expect(one('Referer', 'http://a/?page=2')).toEqual(['http://a/?page=2']);
  });

  test('places count headers of one name; other headers are untouched and keep their identity', () => {
    const { found } = edit(['X-Api-Key', 'a', 'Accept', 'b', 'x-api-key', 'c']);
    expect(found.map(({ place, rule }) => [place, rule])).toEqual([
      ['header:x-api-key[0]', 'header:x-api-key'],
      ['header:x-api-key[1]', 'header:x-api-key'],
    ]);
    const plain = ['Host', 'a', 'X-Token-Count', '17'];
    expect(edit(plain).headers).toBe(plain);
  });

  test('bytes beyond ASCII are read as UTF-8 where they are that', () => {
    expect(one('X-Api-Key', Buffer.from('kä').toString('latin1'))[1]).toBe('kä');
    expect(one('X-Api-Key', 'k\xe4')[1]).toBe('k\xe4');
  });
});
