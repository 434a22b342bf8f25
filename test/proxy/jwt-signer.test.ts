import { createHmac, createPublicKey, generateKeyPairSync, type KeyObject, verify } from 'node:crypto';
import { expect, test } from 'vitest';
import { resignJwt } from '../../src/proxy/jwt-signer.ts';

const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const tokenOf = (alg: string): string => `${part({ alg, kid: 'k-1', typ: 'JWT' })}.${part({ iat: 1 })}.c2ln`;

const keys: Readonly<Record<string, KeyObject>> = {
  RS256: generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey,
  ES256: generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey,
  ES384: generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey,
  EdDSA: generateKeyPairSync('ed25519').privateKey,
};

test.each(['RS256', 'RS512', 'PS256', 'ES256', 'ES384', 'EdDSA'])('%s is signed with a key of its kind', (alg) => {
  const key = (keys[alg] ?? keys['RS256'])!;
  const token = resignJwt(tokenOf(alg), '{"iat":2}', { key })!;
  const [header, payload, signature] = token.split('.') as [string, string, string];
  expect(header).toBe(tokenOf(alg).split('.')[0]);
  expect(Buffer.from(payload, 'base64url').toString()).toBe('{"iat":2}');
  const options = alg.startsWith('PS') ? { padding: 6, saltLength: -1 } : { dsaEncoding: 'ieee-p1363' as const };
  const digest = alg === 'EdDSA' ? undefined : `sha${alg.slice(2)}`;
  const isRight = verify(
    digest,
    Buffer.from(`${header}.${payload}`),
    { key: createPublicKey(key), ...options },
    Buffer.from(signature, 'base64url'),
  );
  expect(isRight).toBe(true);
});

test('HS256 is signed with a secret', () => {
  const token = resignJwt(tokenOf('HS256'), '{}', { secret: 'test' })!;
  const at = token.lastIndexOf('.');
  expect(token.slice(at + 1)).toBe(createHmac('sha256', 'test').update(token.slice(0, at)).digest('base64url'));
});

test('a token without a signature needs no key', () => {
  const token = `${part({ alg: 'none' })}.${part({ iat: 1 })}.`;
  expect(resignJwt(token, '{"iat":2}', {})).toBe(`${part({ alg: 'none' })}.${part({ iat: 2 })}.`);
});

test.each([
  ['HS256', {}],
  ['RS256', { secret: 'test' }],
  ['RS256', { key: keys['ES256']! }],
  ['ES256', { key: keys['ES384']! }],
  ['EdDSA', { key: keys['RS256']! }],
  ['A128KW', { key: keys['RS256']!, secret: 'test' }],
])('%s is not signed with what does not fit it', (alg, given) => {
  expect(resignJwt(tokenOf(alg), '{}', given)).toBeUndefined();
});
