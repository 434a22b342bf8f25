import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readTime, shiftTime } from '../../src/model/time-shift.ts';

const hour = 3_600_000;
const day = 24 * hour;
const givenMs = Date.UTC(2024, 0, 2, 20, 0, 0);

describe('a time is written later in its own form', () => {
  test.each<[text: string, shiftMs: number, later: string]>([
    ['2024-01-02T20:00:00Z', day + 1000, '2024-01-03T20:00:01Z'],
    ['2024-01-02T20:00:00.123456Z', hour, '2024-01-02T21:00:00.123456Z'],
    ['2024-01-02T20:00:00,5+02:00', 5 * hour, '2024-01-03T01:00:00,5+02:00'],
    ['2024-01-02 20:00:00', hour, '2024-01-02 21:00:00'],
    ['2024-01-02T20:00+0530', hour, '2024-01-02T21:00+0530'],
    ['20240102T200000Z', 60 * day, '20240302T200000Z'],
    ['20240102T200000.25+0100', hour, '20240102T210000.25+0100'],
    ['2024-01-02', 10 * day + 5 * hour, '2024-01-13'],
    ['2024-01-02', 3 * hour, '2024-01-02'],
    ['Tue, 02 Jan 2024 20:00:00 GMT', 366 * day, 'Thu, 02 Jan 2025 20:00:00 GMT'],
    ['Tue, 02-Jan-2024 20:00:00 GMT', day, 'Wed, 03-Jan-2024 20:00:00 GMT'],
    ['Tuesday, 02-Jan-24 20:00:00 GMT', 8 * day, 'Wednesday, 10-Jan-24 20:00:00 GMT'],
    ['Tue, 2 Jan 2024 20:00:00 +0200', 9 * day, 'Thu, 11 Jan 2024 20:00:00 +0200'],
    ['Tue Jan  2 20:00:00 2024', day, 'Wed Jan  3 20:00:00 2024'],
    ['1704225600', 1000, '1704225601'],
    ['1704225600.25', hour, '1704229200.25'],
    ['1704225600123', hour, '1704229200123'],
    ['1704225600123456', hour, '1704229200123456'],
    ['1704225600123456789', hour, '1704229200123456789'],
  ])('%s', (text, shiftMs, later) => {
    expect(shiftTime(text, { shiftMs, givenMs })).toBe(later);
    expect(readTime(later)).toBeDefined();
  });

  test.each(['', 'today', '12', '2024', '2024-13-45', '2024-01-02 and more', '170422560012'])(
    '%j is no time',
    (text) => {
      expect(shiftTime(text, { shiftMs: hour, givenMs })).toBeUndefined();
      expect(readTime(text)).toBeUndefined();
    },
  );

  test('all forms of a moment stay forms of one moment, and going back gives what was', () => {
    const moment = fc.date({ min: new Date('2015-01-01'), max: new Date('2040-01-01'), noInvalidDate: true });
    fc.assert(
      fc.property(moment, fc.integer({ min: -1e9, max: 1e9 }), (at, seconds) => {
        const shiftMs = seconds * 1000;
        const iso = at.toISOString();
        for (const text of [iso, `${iso.slice(0, 19)}Z`, at.toUTCString(), String(at.getTime())]) {
          const later = shiftTime(text, { shiftMs, givenMs })!;
          const read = readTime(later);
          // Epochs beyond ten digits of seconds are no longer told.
          if (!read) continue;
          expect(read.fromMs).toBe(readTime(text)!.fromMs + shiftMs);
          expect(shiftTime(later, { shiftMs: -shiftMs, givenMs })).toBe(text);
        }
      }),
    );
  });
});

test('what names no zone may be meant in any, and a day is whole', () => {
  expect(readTime('2024-01-02T20:00:00')).toEqual({
    at: { fromMs: givenMs - 14 * hour, toMs: givenMs + 999 + 12 * hour },
    fromMs: givenMs,
    isFine: false,
    isDay: false,
  });
  expect(readTime('2024-01-02')).toMatchObject({ isDay: true, at: { fromMs: Date.UTC(2024, 0, 2) } });
  expect(readTime('2024-01-02T20:00:00.5Z')).toMatchObject({ isFine: true });
});
