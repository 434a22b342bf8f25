import { describe, expect, test } from 'vitest';
import { epochTimestamp, findTimestamps, parseTimestamp } from '../../src/model/volatile.ts';

const at = Date.parse('2026-03-01T12:00:05.250Z');
const second = Date.parse('2026-03-01T12:00:05Z');

describe('a text that is a timestamp', () => {
  test.each([
    ['2026-03-01T12:00:05.250Z', at, 1],
    ['2026-03-01T12:00:05.25Z', at, 10],
    ['2026-03-01T12:00:05Z', second, 1000],
    ['2026-03-01 12:00:05', second, 1000],
    ['2026-03-01T14:00:05+02:00', second, 1000],
    ['2026-03-01T07:00:05-0500', second, 1000],
    ['2026-03-01T12:00:05.250123456Z', at, 1],
    ['2026-03-01T12:00Z', Date.parse('2026-03-01T12:00:00Z'), 60_000],
    ['2026-03-01', Date.parse('2026-03-01T00:00:00Z'), 86_400_000],
    ['Sun, 01 Mar 2026 12:00:05 GMT', second, 1000],
    ['Sun, 01-Mar-2026 12:00:05 GMT', second, 1000],
    ['Sunday, 01-Mar-26 12:00:05 GMT', second, 1000],
    ['Sun Mar  1 12:00:05 2026', second, 1000],
    ['Sun, 01 Mar 2026 14:00:05 +0200', second, 1000],
  ])('%s', (text, fromMs, lengthMs) => {
    expect(parseTimestamp(text)).toMatchObject({ fromMs, toMs: fromMs + lengthMs - 1 });
  });

  test.each([
    '2026-13-01T00:00:00Z',
    '2026-03-01T25:00:00Z',
    'Sun, 99 Foo 2026 12:00:05 GMT',
    '2026-03-01x',
    'v2026-03-01',
    '12:00:05',
    '',
  ])('anything else is none: %s', (text) => {
    expect(parseTimestamp(text)).toBeUndefined();
  });

  test('its form tells notations apart', () => {
    const form = (text: string): string | undefined => parseTimestamp(text)?.form;
    expect(form('2026-03-01T12:00:05.250Z')).toBe(form('2027-04-02T01:02:03.999Z'));
    expect(form('2026-03-01T12:00:05Z')).not.toBe(form('2026-03-01T12:00:05.250Z'));
    expect(form('2026-03-01T12:00:05Z')).not.toBe(form('2026-03-01T12:00:05+00:00'));
    expect(form('2026-03-01T12:00:05+01:00')).toBe(form('2026-03-01T12:00:05-02:00'));
    expect(form('2026-03-01T12:00:05.12345Z')).toBe(form('2026-03-01T12:00:05.123456789Z'));
    expect(form('2026-03-01T12:00:05.25Z')).toBe(form('2026-03-01T12:00:05.251Z'));
    expect(form('2026-03-01T12:00:05.25Z')).not.toBe(form('2026-03-01T12:00:05.251123Z'));
    expect(form('Sun, 01 Mar 2026 12:00:05 GMT')).toBe(form('Mon, 10 Jun 2030 01:02:03 GMT'));
    expect(form('Sun, 01 Mar 2026 12:00:05 GMT')).not.toBe(form('Sun, 01-Mar-2026 12:00:05 GMT'));
  });
});

describe('a number that may be a time', () => {
  test.each([
    [second / 1000, second, 'epoch s'],
    [second / 1000 + 0.5, second + 500, 'epoch s.'],
    [at, at, 'epoch ms'],
    [at * 1000 + 7, at, 'epoch us'],
    [String(second / 1000), second, 'epoch s'],
    [`${at}`, at, 'epoch ms'],
  ])('%s', (value, fromMs, form) => {
    expect(epochTimestamp(value)).toMatchObject({ fromMs, form });
  });

  test.each([17, 999_999_999, 1e11, 1e14, -1_700_000_000, '17', '17000000001', 'abc', '1e12'])(
    '%s is none',
    (value) => {
      expect(epochTimestamp(value)).toBeUndefined();
    },
  );
});

test('timestamps are found inside texts, not inside words', () => {
  const text = 'from 2026-03-01T12:00:05Z to Sun, 01 Mar 2026 12:00:05 GMT, id x2026-03-01 and 2026-03-01-7';
  expect(findTimestamps(text).map(({ start, end }) => text.slice(start, end))).toEqual([
    '2026-03-01T12:00:05Z',
    'Sun, 01 Mar 2026 12:00:05 GMT',
  ]);
});
