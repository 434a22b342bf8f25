import { describe, expect, test } from 'vitest';
import { applyEdits } from '../../src/model/text-edit.ts';
import type { TextSyntax } from '../../src/proxy/answer-edits.ts';
import { type ClockShift, shiftBody, shiftHeader } from '../../src/proxy/shift-text.ts';

/** Recorded on 2 January 2024 from 10:00 to 10:10, replayed a day and an hour later. */
function shift(more: Partial<ClockShift> = {}): ClockShift {
  return {
    shiftMs: 25 * 3_600_000,
    givenMs: Date.UTC(2024, 0, 2, 10, 5),
    window: { fromMs: Date.UTC(2024, 0, 2, 10), toMs: Date.UTC(2024, 0, 2, 10, 10) },
    keys: { secret: 'test' },
    tokens: new Map(),
    excluded: new Set(),
    onUnsigned: () => {},
    ...more,
  };
}

const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const token = `${part({ alg: 'HS256' })}.${part({ iat: 1704189901, exp: 1704193501, sub: 7 })}.c2ln`;
const claimsOf = (jwt: string): unknown => JSON.parse(Buffer.from(jwt.split('.')[1]!, 'base64url').toString());
const later = { iat: 1704279901, exp: 1704283501, sub: 7 };

describe('headers', () => {
  const header = (name: string, value: string): string => applyEdits(value, shiftHeader(name, value, shift()));

  test.each([
    ['Date', 'Tue, 02 Jan 2024 10:05:00 GMT', 'Wed, 03 Jan 2024 11:05:00 GMT'],
    ['Date', 'Tue, 01 Jan 2019 10:05:00 GMT', 'Wed, 02 Jan 2019 11:05:00 GMT'],
    ['Expires', 'Tue, 02 Jan 2024 12:00:00 GMT', 'Wed, 03 Jan 2024 13:00:00 GMT'],
    ['Expires', 'Thu, 01 Jan 1970 00:00:00 GMT', 'Thu, 01 Jan 1970 00:00:00 GMT'],
    ['Expires', '0', '0'],
    ['Last-Modified', 'Tue, 02 Jan 2024 10:04:00 GMT', 'Wed, 03 Jan 2024 11:04:00 GMT'],
    ['Last-Modified', 'Tue, 01 Jan 2019 10:04:00 GMT', 'Tue, 01 Jan 2019 10:04:00 GMT'],
    ['Retry-After', 'Tue, 02 Jan 2024 10:30:00 GMT', 'Wed, 03 Jan 2024 11:30:00 GMT'],
    ['Retry-After', '120', '120'],
    ['X-RateLimit-Reset', '1704193500', '1704283500'],
    ['Age', '1704189900', '1704189900'],
    ['ETag', '1704189900', '1704189900'],
    [
      'Set-Cookie',
      'a=1704189900; Expires=Tue, 09 Jan 2024 10:05:00 GMT; Path=/',
      'a=1704189900; Expires=Wed, 10 Jan 2024 11:05:00 GMT; Path=/',
    ],
    ['Set-Cookie', 'a=; expires=Thu, 01-Jan-1970 00:00:00 GMT', 'a=; expires=Thu, 01-Jan-1970 00:00:00 GMT'],
    ['Set-Cookie', 'a=1; Max-Age=60', 'a=1; Max-Age=60'],
    ['X-Note', 'made at 2024-01-02T10:05:00Z', 'made at 2024-01-02T10:05:00Z'],
  ])('%s: %s', (name, value, expected) => {
    expect(header(name, value)).toBe(expected);
  });

  test('tokens in them are signed anew, cookies with their end', () => {
    const cookie = header('Set-Cookie', `t=${token}; Expires=Tue, 02 Jan 2024 11:05:00 GMT`);
    expect(cookie).toMatch(/; Expires=Wed, 03 Jan 2024 12:05:00 GMT$/);
    expect(claimsOf(cookie.slice(2))).toEqual(later);
    expect(claimsOf(header('X-Auth', `Bearer ${token}`))).toEqual(later);
  });
});

describe('bodies', () => {
  const body = (text: string, syntax: TextSyntax, more?: Partial<ClockShift>): string =>
    applyEdits(text, shiftBody(text, syntax, shift(more)));

  test.each<[syntax: TextSyntax, text: string, expected: string]>([
    ['json', '{"at": "2024-01-02T10:05:00Z", "n" : 1704189900}', '{"at": "2024-01-03T11:05:00Z", "n" : 1704279900}'],
    ['json', '{"at":"2019-01-02T10:05:00Z"}', '{"at":"2019-01-02T10:05:00Z"}'],
    ['lines', 'event: x\ndata: {"at":"2024-01-02T10:05:00Z"}\n\n', 'event: x\ndata: {"at":"2024-01-03T11:05:00Z"}\n\n'],
    [
      'text',
      '<a><at>2024-01-02T10:05:00Z</at><expires> 2024-01-09T00:00:00Z </expires></a>',
      '<a><at>2024-01-03T11:05:00Z</at><expires> 2024-01-10T01:00:00Z </expires></a>',
    ],
    [
      'text',
      '<time datetime="2024-01-02 10:05:00+00:00">now</time>',
      '<time datetime="2024-01-03 11:05:00+00:00">now</time>',
    ],
    ['text', '<p>On 2024-01-02T10:05:00Z it rained</p>', '<p>On 2024-01-02T10:05:00Z it rained</p>'],
    ['json', 'made at 2024-01-02T10:05:00Z', 'made at 2024-01-02T10:05:00Z'],
  ])('%s: %s', (syntax, text, expected) => {
    expect(body(text, syntax)).toBe(expected);
  });

  test('a token is signed anew once, and is the same from then on', () => {
    const tokens = new Map<string, string>();
    const first = body(JSON.stringify({ access_token: token }), 'json', { tokens });
    expect(claimsOf((JSON.parse(first) as { access_token: string }).access_token)).toEqual(later);
    expect(body(JSON.stringify({ access_token: token }), 'json', { tokens, keys: {} })).toBe(first);
  });

  test('a token that nothing can sign stays, and that is said', () => {
    let said = 0;
    const text = JSON.stringify({ token });
    expect(body(text, 'json', { keys: {}, onUnsigned: () => (said += 1) })).toBe(text);
    expect(said).toBe(1);
  });

  test('a token whose times do not move needs no key', () => {
    const old = `${part({ alg: 'HS256' })}.${part({ iat: 1500000000, exp: 1500003600 })}.c2ln`;
    let said = 0;
    expect(body(`"${old}"`, 'json', { keys: {}, onUnsigned: () => (said += 1) })).toBe(`"${old}"`);
    expect(said).toBe(0);
  });
});
