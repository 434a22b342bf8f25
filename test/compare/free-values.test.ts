import { expect, test } from 'vitest';
import { areOpaqueTokens, isTokenName } from '../../src/compare/free-values.ts';

test.each(['csrf_token', 'X-Request-Id', 'sessionKey', 'nonce', 'clientSecret', 'jti', 'etag', 'traceId'])(
  '%s names something made anew each time',
  (name) => {
    expect(isTokenName(name)).toBe(true);
  },
);

test.each(['sha256', 'keyCount', 'checksum', 'tokenHash', 'session_digest', 'name', 'stateCode', 'monkey'])(
  '%s does not',
  (name) => {
    expect(isTokenName(name)).toBe(false);
  },
);

test('random tokens are of one length and agree nowhere but in a prefix', () => {
  expect(areOpaqueTokens('tok_k9Xw2mQ7pL4vT8zR', 'tok_Zx3Vb8Nm5Kj1Hg6F', 'token')).toBe(true);
  expect(areOpaqueTokens('k9Xw2mQ7pL4vT8zR', 'Zx3Vb8Nm5Kj1Hg6FdS0aQw', 'token')).toBe(false);
  expect(areOpaqueTokens('level-1-of-2024-x', 'level-2-of-2025-y', 'token')).toBe(false);
});

test('what kind of token it is stands in front, and is no part of what is random', () => {
  expect(areOpaqueTokens('pk_live_51HxABCdefGHIjklM', 'pk_live_9kZyTrwqPLmn37xVb', 'apiKey')).toBe(true);
  expect(areOpaqueTokens('pk_live_51HxABCdefGHIjklM', 'pk_test_9kZyTrwqPLmn37xVb', 'apiKey')).toBe(false);
  expect(areOpaqueTokens('admin.3f2a9c1b7d8e4f60a', 'guest.9c1b00d27a6b5c4d3', 'session')).toBe(false);
});

test.each([
  ['sessionName', 'quarterly-review-2024', 'advanced-planning-19'],
  ['requestPath', '/api/v1/orders/12', '/zoo/x22/animal/99'],
  ['key', 'images/2024/01/cat.png', 'secret/1999/77/dog.gif'],
  ['sessionKey', '6f1c9a52-7d0e-4b3a-9a55-0c1d2e3f4a5b-admin', '77aa88bb-1c2d-4e3f-8a9b-112233444455-guest'],
  ['traceFile', 'dump-2024-01-03.x9k2', 'core-1999-12-31.b7q4'],
  ['publicKey', 'k9Xw2mQ7pL4vT8zR', 'Zx3Vb8Nm5Kj1Hg6F'],
  ['objectKey', 'k9Xw2mQ7pL4vT8zR', 'Zx3Vb8Nm5Kj1Hg6F'],
])('what a person wrote under the name %s is no token', (name, before, after) => {
  expect(areOpaqueTokens(before, after, name)).toBe(false);
});

test('a random text behind the kind of thing it names is an identifier under any name but that of a hash', () => {
  expect(areOpaqueTokens('rcp_84f089af27878452', 'rcp_1c2cc1d6aaf3f073', 'receipt')).toBe(true);
  expect(areOpaqueTokens('rcp_84f089af27878452', 'ref_1c2cc1d6aaf3f073', 'receipt')).toBe(false);
  expect(areOpaqueTokens('rcp_84f089af27878452', 'rcp_1c2cc1d6aaf3f07', 'receipt')).toBe(false);
  expect(areOpaqueTokens('rcp_84f089af27878452', 'rcp_84f089af27878453', 'receipt')).toBe(false);
  expect(areOpaqueTokens('md5_84f089af27878452', 'md5_1c2cc1d6aaf3f073', 'file')).toBe(false);
  expect(areOpaqueTokens('rcp_84f089af27878452', 'rcp_1c2cc1d6aaf3f073', 'bodyHash')).toBe(false);
  expect(areOpaqueTokens('price_list_of_the_shop_2', 'price_list_of_the_shop_3', 'file')).toBe(false);
});
