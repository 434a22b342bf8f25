import { expect, test } from 'vitest';
import { findSecretFormats } from '../../src/redact/secret-formats.ts';

// Put together here, so that no scanner takes this file for a leak.
const samples: readonly (readonly [string, string])[] = [
  ['format:aws-access-key', 'AKIAIOSFODNN7EXAMPLE'],
  ['format:github-token', `ghp_${'a1B2'.repeat(9)}`],
  ['format:github-token', `github_pat_${'a1B2_'.repeat(13)}`],
  ['format:gitlab-token', `glpat-${'a1B2-'.repeat(4)}`],
  ['format:slack-token', `xoxb-${'123456'.repeat(2)}-abcdefABCDEF`],
  ['format:stripe-key', `sk_live_${'a1B2'.repeat(6)}`],
  ['format:google-api-key', `AIza${'a1B2_'.repeat(7)}`],
  ['format:npm-token', `npm_${'a1B2'.repeat(9)}`],
  ['format:private-key', `-----BEGIN RSA PRIVATE KEY-----\n${'MIIE'.repeat(6)}\n`],
  ['format:jwt', `eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.${'c2ln'.repeat(4)}`],
  ['format:url-credentials', 'postgres://ada:hunter2@'],
];

test.each(samples)('%s is found in the middle of a text', (rule, secret) => {
  expect(findSecretFormats(`before "${secret}" after`)).toEqual([{ rule, value: secret }]);
});

test.each([
  'https://shop.test/orders?id=7',
  'mailto:ada@shop.test',
  'ghp_short',
  'sk_test_51H8a1B2a1B2a1B2a1B2',
  'a sentence: with //slashes@and:colons',
  'xox-mas',
])('%j is none', (text) => {
  expect(findSecretFormats(text)).toEqual([]);
});

test('a long text without any costs little', () => {
  const text = 'eyJ.eyJ http://aaaa AIza xoxb- '.repeat(50_000);
  const start = performance.now();
  expect(findSecretFormats(text)).toEqual([]);
  expect(performance.now() - start).toBeLessThan(2000);
});
