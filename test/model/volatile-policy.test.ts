import { describe, expect, test } from 'vitest';
import { clockSlackMs, isIncomingFresh, isRecordedFree, type RecordedFacts } from '../../src/model/volatile-policy.ts';
import { findVolatiles } from '../../src/model/volatile-tokens.ts';

const window = { fromMs: Date.UTC(2026, 0, 2, 3, 0), toMs: Date.UTC(2026, 0, 2, 3, 10) };
const inside = Date.UTC(2026, 0, 2, 3, 5);
const before = Date.UTC(2026, 0, 1);

const v7 = (ms: number): string => {
  const time = ms.toString(16).padStart(12, '0');
  return `${time.slice(0, 8)}-${time.slice(8)}-7c1b-9a55-0123456789ab`;
};
const objectId = (ms: number): string => `${Math.floor(ms / 1000).toString(16)}bcf86cd799439011`;
const twitter = (ms: number): string => String(BigInt(ms - 1_288_834_974_657) << 22n);
const discord = (ms: number): string => String(BigInt(ms - 1_420_070_400_000) << 22n);
const jwt = `${Buffer.from('{"alg":"HS256"}').toString('base64url')}.e30.c2ln`;
const md5 = '0af7651916cd43dd8448eb211c80319c';

function token(text: string, name?: string): ReturnType<typeof findVolatiles>[number] {
  const [found] = findVolatiles(text, name === undefined ? {} : { name });
  if (!found) throw new Error(`nothing found in ${text}`);
  return found;
}

const free = (text: string, facts: Partial<RecordedFacts> = {}): boolean =>
  isRecordedFree(token(text, facts.name), { window, isIssued: false, ...facts });

describe('a recorded value may be replaced by a new one of the client', () => {
  test.each<[reason: string, text: string, expected: boolean, facts?: Partial<RecordedFacts>]>([
    ['random', '550e8400-e29b-41d4-a716-446655440000', true],
    ['of its maker, mostly random', '550e8400-e29b-81d4-a716-446655440000', true],
    [
      'but a response issued it: it says which thing is meant',
      '550e8400-e29b-41d4-a716-446655440000',
      false,
      { isIssued: true },
    ],
    ['a hash of a name does not change', '5df41881-3aed-5515-88a7-2f4a814cf09e', false],
    ['a hash of a name, MD5', '5df41881-3aed-3515-88a7-2f4a814cf09e', false],
    ['made while recording', v7(inside), true],
    ['made before: it was known', v7(before), false],
    ['made by a clock that is a little fast', v7(window.toMs + clockSlackMs), true],
    ['made by a clock that is more than a little fast', v7(window.toMs + clockSlackMs + 1), false],
    ['made while recording', objectId(inside), true],
    ['made before', objectId(before), false],
    ['made while recording, under one of the epochs', twitter(inside), true],
    ['made while recording, under another', discord(inside), true],
    ['made before, under every epoch', twitter(before), false],
    ['the present', new Date(inside).toISOString(), true],
    ['a parameter', '2019-05-01T00:00:00Z', false],
    ['today', '2026-01-02', true],
    ['a birthday', '1984-01-02', false],
    ['the present in milliseconds', String(inside), true],
    ['yesterday in seconds', String(before / 1000), false],
    ['signed anew', jwt, true],
    ['issued', jwt, false, { isIssued: true }],
    ['made for every call', `00-${md5}-b7ad6b7169203331-01`, true],
    ['a digest of contents', md5, false],
    ['used once, says its name', md5, true, { name: 'oauth_nonce' }],
    ['used once, says its name', md5, true, { name: 'csrfToken' }],
    ['used once, says its name', md5, true, { name: 'state' }],
    ['used once, says its name', md5, true, { name: 'X-Request-ID' }],
    ['a name that merely has the word', md5, false, { name: 'state_code' }],
    ['a digest of contents', md5, false, { name: 'etag' }],
    ['evidence says so', md5, true, { hasEvidence: true }],
    ['evidence, but issued', md5, false, { hasEvidence: true, isIssued: true }],
    ['merely a shape', 'V1StGXR8_Z5jdHi6B-myT', false],
    ['a shape with evidence', 'V1StGXR8_Z5jdHi6B-myT', true, { hasEvidence: true }],
    ['follows from what is signed', `${md5}${md5}`, true, { name: 'X-Amz-Signature' }],
  ])('%s: %s', (_reason, text, expected, facts) => {
    expect(free(text, facts)).toBe(expected);
  });
});

describe('an incoming value is fresh', () => {
  const run = { fromMs: inside, toMs: inside + 1000 };
  test.each([
    ['550e8400-e29b-41d4-a716-446655440000', true],
    ['5df41881-3aed-5515-88a7-2f4a814cf09e', false],
    [v7(inside), true],
    [v7(before), false],
    ['2019-05-01', false],
    [String(inside), true],
    [jwt, true],
    [md5, true],
  ])('%s: %s', (text, expected) => {
    expect(isIncomingFresh(token(text), run)).toBe(expected);
  });
});
