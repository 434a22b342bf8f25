import { describe, expect, test } from 'vitest';
import { type LinearPattern, compileLinearPattern } from '../../src/model/linear-pattern.ts';

function compiled(pattern: string, flags?: string): LinearPattern {
  const result = compileLinearPattern(pattern, flags);
  if (!result.ok) throw new Error(result.problem);
  return result;
}

describe('a pattern that cannot hang', () => {
  test.each([
    ['[A-Z]{3}', '', 'ABC', true, true],
    ['[A-Z]{3}', '', 'ABCD', false, true],
    ['^[a-z]+$', 'i', 'AbC', true, true],
    ['a.b', '', 'a\nb', false, false],
    ['a.b', 's', 'a\nb', true, true],
    ['^b$', 'm', 'a\nb', false, true],
    [String.raw`(?<year>\d{4})-ü/\/`, '', '2026-ü//', true, true],
    [String.raw`\u{1F600}`, '', '😀', true, true],
  ])('/%s/%s on %j', (pattern, flags, text, whole, anywhere) => {
    expect(compiled(pattern, flags).whole(text)).toBe(whole);
    expect(compiled(pattern, flags).anywhere(text)).toBe(anywhere);
  });

  test.each([
    ['(a+)+b', 'a'.repeat(100_000)],
    [String.raw`(x+x+)+y`, 'x'.repeat(100_000)],
    [String.raw`^(([a-z])+.)+[A-Z]([a-z])+$`, 'a'.repeat(100_000)],
  ])('/%s/ answers at once', (pattern, text) => {
    const { whole } = compiled(pattern);
    const startedAt = performance.now();
    expect(whole(text)).toBe(false);
    expect(performance.now() - startedAt).toBeLessThan(2000);
  });

  test('a text too long for a large pattern is not asked', () => {
    const { whole, anywhere } = compiled('(a?){1000}');
    expect(whole('a'.repeat(1000))).toBe(true);
    expect(whole('a'.repeat(10_000))).toBe('costly');
    expect(anywhere('a'.repeat(10_000))).toBe('costly');
  });

  test.each([
    ['(', '', 'missing closing ): `(`'],
    [String.raw`(a)\1`, '', String.raw`invalid escape sequence: ` + '`' + String.raw`\1` + '`'],
    ['((a{100}){100}){100}', '', 'invalid repeat count: `{100}`'],
    ['a'.repeat(1001), '', 'it has 1001 characters, and may have 1000'],
    ['a', 'y', 'the flag y is unknown: i, m and s are'],
  ])('/%s/%s is refused', (pattern, flags, problem) => {
    expect(compileLinearPattern(pattern, flags)).toEqual({ ok: false, problem });
  });
});
