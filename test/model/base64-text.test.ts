import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeBase64Text } from '../../src/model/base64-text.ts';

test('readable text is decoded, and encoded again as it was spelt', () => {
  fc.assert(
    fc.property(
      fc.stringMatching(/^[ -~]{6,40}$/),
      fc.constantFrom('base64' as const, 'base64url' as const),
      (text, spelling) => {
        const written = Buffer.from(text).toString(spelling);
        const decoded = decodeBase64Text(written);
        expect(decoded?.text).toBe(text);
        expect(decoded?.encode(text)).toBe(written);
      },
    ),
  );
  expect(decodeBase64Text('w7xiZXLDvGJlcg==')?.text).toBe('überüber');
  expect(decodeBase64Text(Buffer.from('??>>??>>??').toString('base64url'))?.encode('~~~~~~~')).toBe('fn5-fn5-fg');
});

test('words, numbers and random bytes are none', () => {
  for (const text of [
    'session',
    'sessions',
    'deadbeefcafe',
    'f47ac10b58cc4372',
    '17',
    '',
    'a b c d e f',
    'YWJjZGVmZ2h=',
  ]) {
    expect(decodeBase64Text(text)).toBeUndefined();
  }
});
