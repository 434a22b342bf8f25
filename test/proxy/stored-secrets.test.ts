import { expect, test } from 'vitest';
import { findStoredSecrets } from '../../src/proxy/stored-secrets.ts';
import { openReader } from '../support/cassette.ts';
import { client, server } from '../support/conversation.ts';
import { type Recorded, replayable, type ReplayableSession, socket } from '../support/replayable.ts';

const githubToken = `ghp_${'a1B2'.repeat(9)}`;

const login: Recorded = {
  method: 'POST',
  target: '/login?api_key=k-123456789',
  headers: ['Host', 'shop.test', 'Content-Type', 'application/json', 'Authorization', `Bearer ${githubToken}`],
  body: '{"user":"ada","password":"hunter2hunter2"}',
  answer: '{"access_token":"tok-987654321"}',
};

function secretsOf(session: ReplayableSession): string[] {
  const reader = openReader(replayable(session));
  const found = findStoredSecrets([{ reader, cassette: 'shop', session: reader.session() }]);
  return [...found].map((one) => (one === 'unscanned' ? one : `${one.address} ${one.side} ${one.place} ${one.rule}`));
}

test('values under secret names are found in every part, each place once', () => {
  expect(secretsOf({ exchanges: [login] })).toEqual([
    'shop:session-1/0 request query:api_key[0] query:apikey',
    'shop:session-1/0 request header:authorization[0] header:authorization',
    'shop:session-1/0 request json:/password json:password',
    'shop:session-1/0 response json:/access_token json:accesstoken',
  ]);
});

test('what redaction stored as a pseudonym is no secret', () => {
  const withoutAnswer = { ...login, answer: 'welcome' };
  expect(secretsOf({ exchanges: [withoutAnswer], key: Buffer.alloc(32, 7) })).toEqual([]);
});

test('a known format gives a secret away wherever it stands', () => {
  const exchanges: Recorded[] = [
    { target: `/hooks/${githubToken}`, answer: `use ${githubToken} or AKIAIOSFODNN7EXAMPLE` },
    { target: '/plain', headers: ['Host', 'shop.test', 'X-Upstream', 'https://ada:pw12345@db.test/'], answer: 'ok' },
  ];
  expect(secretsOf({ exchanges })).toEqual([
    'shop:session-1/0 request target format:github-token',
    'shop:session-1/0 response body format:aws-access-key',
    'shop:session-1/0 response body format:github-token',
    'shop:session-1/1 request headers format:url-credentials',
  ]);
});

test('messages of a conversation are looked into', () => {
  const events = [client.text('{"token":"tok-123456789"}'), server.text(`hello ${githubToken}`)];
  expect(secretsOf({ exchanges: [socket('/chat', events)] })).toEqual([
    'shop:session-1/0 request messages > json:/token json:token',
    'shop:session-1/0 response messages format:github-token',
  ]);
});

test('a body that is too large to look into is said', () => {
  const answer = Buffer.alloc(16 * 1024 * 1024 + 1, 'x');
  expect(secretsOf({ exchanges: [{ target: '/large', answer }] })).toEqual(['unscanned']);
});
