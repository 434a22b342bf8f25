import { describe, expect, test } from 'vitest';
import { KnownSecrets } from '../../src/redact/known-secrets.ts';

const shout = (value: string): string => value.toUpperCase();

function known(...values: string[]): KnownSecrets {
  const secrets = new KnownSecrets();
  for (const value of values) secrets.remember(value);
  return secrets;
}

describe('known secrets', () => {
  test.each([
    ['/a/tok-12345/b?t=tok-12345&u=xtok-12345', '/a/TOK-12345/b?t=TOK-12345&u=xtok-12345'],
    ['"tok-12345", (tok-12345). tok-12345.', '"TOK-12345", (TOK-12345). TOK-12345.'],
    ['tok-12345.json', 'TOK-12345.json'],
    ['s:tok-12345;tok-123456', 's:TOK-12345;tok-123456'],
  ])('in %j are replaced as whole words', (text, expected) => {
    expect(known('tok-12345').replace(text, shout)).toBe(expected);
  });

  test('are only what cannot be anything else', () => {
    for (const word of ['short1', 'passwords', '1234567890', 'two words 1', 'a/b/c/d/e/1']) {
      expect(known(word).isEmpty, word).toBe(true);
    }
    for (const word of [
      'abcdefg1',
      'abcdefghijklmnopqrst',
      '550e8400-e29b-41d4-a716-446655440000',
      'eyJh.eyJz.c2ln1',
    ]) {
      expect(known(word).isEmpty, word).toBe(false);
    }
  });

  test('are forgotten, the oldest first, before they fill the memory', () => {
    const secrets = known('first-secret-1', 'other-secret-1');
    for (let i = 0; i < 9_999; i++) {
      secrets.remember(`secret-${i}-more`);
      if (i === 5000) secrets.remember('other-secret-1');
    }
    expect(secrets.replace('first-secret-1 other-secret-1', shout)).toBe('first-secret-1 OTHER-SECRET-1');
  });
});
