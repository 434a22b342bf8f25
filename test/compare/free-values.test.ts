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
