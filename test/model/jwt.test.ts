import { expect, test } from 'vitest';
import { isJwt, timelessClaims } from '../../src/model/jwt.ts';

const token = (claims: string): string =>
  [`{"alg":"none"}`, claims, 'signature'].map((part) => Buffer.from(part).toString('base64url')).join('.');

test('a token is the same apart from its times when its other claims are', () => {
  const first = timelessClaims(token('{"sub":"ann","iat":1,"exp":2}'));
  expect(timelessClaims(token('{"sub":"ann","iat":3,"nbf":3,"exp":9}'))).toBe(first);
  expect(timelessClaims(token('{"sub":"ann","iat":1,"exp":2,"jti":"a"}'))).not.toBe(first);
  expect(timelessClaims(token('{"sub":"bob","iat":1,"exp":2}'))).not.toBe(first);
});

test('what is no token has no claims', () => {
  expect(isJwt('ord-0017')).toBe(false);
  expect(timelessClaims('eyJub3Qi.eyJqc29u.x')).toBeUndefined();
  expect(timelessClaims(token('["ann"]'))).toBeUndefined();
});
