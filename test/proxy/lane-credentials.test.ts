import { describe, expect, test } from 'vitest';
import { credentialsOf } from '../../src/proxy/lane-credentials.ts';
import { createRedactor } from '../../src/redact/redactor.ts';

const segment = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const jwt = (claims: object, signature = 's'): string => `${segment({ alg: 'none' })}.${segment(claims)}.${signature}`;
const basic = (text: string): string => `Basic ${Buffer.from(text).toString('base64')}`;
const only = (name: string, value: string) => credentialsOf([name, value])[0];
const sigV4 = (key: string, date: string): string =>
  `AWS4-HMAC-SHA256 Credential=${key}/${date}/eu-west-1/s3/aws4_request, SignedHeaders=host, Signature=${date}`;

describe('one holder', () => {
  test.for([
    ['a user name, whatever the password', basic('ada:1'), basic('ada:2')],
    [
      'a signed token issued again',
      `Bearer ${jwt({ iss: 'a', sub: 'ada', iat: 1 })}`,
      `bearer ${jwt({ iss: 'a', sub: 'ada', iat: 2 }, 't')}`,
    ],
    ['a key that signs', sigV4('AKIA1', '20250101'), sigV4('AKIA1', '20250102')],
    ['a key that signs, of an older scheme', 'AWS AKIA1:abc=', 'AWS AKIA1:def='],
    ['a key of HTTP signatures', 'Signature keyId="k1",signature="a"', 'Signature keyId="k1",signature="b"'],
    [
      'an application in a token',
      `Bearer ${jwt({ client_id: 'app', exp: 1 })}`,
      `Bearer ${jwt({ client_id: 'app', exp: 2 })}`,
    ],
  ] as const)('%s', ([, one, other]) => {
    expect(only('Authorization', one)).toEqual(only('authorization', other));
    expect(only('Authorization', one)).toMatchObject({ place: 'authorization', named: true });
  });
});

describe('two holders', () => {
  test.for([
    ['user names', basic('ada:1'), basic('bob:1')],
    ['subjects', `Bearer ${jwt({ iss: 'a', sub: '1' })}`, `Bearer ${jwt({ iss: 'a', sub: '2' })}`],
    ['issuers', `Bearer ${jwt({ iss: 'a', sub: '1' })}`, `Bearer ${jwt({ iss: 'b', sub: '1' })}`],
    ['opaque tokens', 'Bearer abc', 'Bearer abd'],
    ['bare tokens', 'abc', 'abd'],
    ['keys that sign', sigV4('AKIA1', '20250101'), sigV4('AKIA2', '20250101')],
  ] as const)('%s', ([, one, other]) => {
    expect(only('Authorization', one)?.id).not.toBe(only('Authorization', other)?.id);
  });
});

test.for([
  'sid',
  'session',
  'SESSION',
  'JSESSIONID',
  'connect.sid',
  'PHPSESSID',
  'auth',
  'token',
  'access_token',
  'laravel_session',
  '_shop_session',
  '__Host-session',
  'next-auth.session-token',
  'ASP.NET_SessionId',
  '.ASPXAUTH',
  'koa:sess',
  'sessionid',
  'jwt',
] as const)('the cookie %s is a login', (name) => {
  const places = credentialsOf(['Cookie', `a=b; ${name}="x1" ; _ga=GA1`]).map(({ place }) => place);
  expect(places).toEqual([`cookie ${name}`]);
});

test.for([
  'theme',
  '_ga',
  'csrftoken',
  'XSRF-TOKEN',
  'csrf_session',
  'side',
  'authors',
  'last_item',
  'consent',
] as const)('the cookie %s is not', (name) => {
  expect(credentialsOf(['Cookie', `${name}=x1`])).toEqual([]);
});

test('an application and its user stand side by side; what is for the proxy or empty does not count', () => {
  const headers = [
    'X-Api-Key',
    'k',
    'Proxy-Authorization',
    basic('a:b'),
    'Authorization',
    '',
    'cookie',
    'sid=1;sid2=',
    'Accept',
    '*/*',
  ];
  expect(credentialsOf(headers).map(({ place }) => place)).toEqual(['x-api-key', 'cookie sid']);
});

test.for([
  ['Authorization', basic('ada:secret')],
  ['Authorization', `Bearer ${jwt({ iss: 'a', sub: 'ada', iat: 1 })}`],
  ['Authorization', 'Bearer opaque-123456'],
  ['X-Api-Key', 'key-123456'],
  ['Cookie', 'theme=dark; sid=abc123'],
] as const)('%s: %s is found again where redaction replaced it', ([name, value]) => {
  const { pseudonym, request } = createRedactor(Buffer.alloc(32, 1));
  const sent = { method: 'GET', target: '/', headers: [name, value], trailers: [], body: undefined };
  const [recorded] = credentialsOf(request(sent).message.headers);
  const [incoming] = credentialsOf(sent.headers, pseudonym);
  expect(incoming?.alias).toBe(recorded?.id);
  expect(incoming?.id).not.toBe(recorded?.id);
});
