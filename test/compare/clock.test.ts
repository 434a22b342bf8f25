import { describe, expect, test } from 'vitest';
import { Clock, durationWords } from '../../src/compare/clock.ts';
import { parseTimestamp, type Timestamp } from '../../src/model/volatile.ts';

const at = (ms: number): Timestamp => parseTimestamp(new Date(ms).toISOString())!;
const start = Date.parse('2026-03-01T12:00:00.250Z');
/** A day, and some: no amount by which anybody moves a date. */
const shift = 86_400_000 + 1_234_567;
const clock = new Clock({ startMs: start, endMs: start + 40 }, { startMs: start + shift, endMs: start + shift + 60 });
const minute = 60_000;

describe('a time that moved with the run', () => {
  test('is explained before the recording too', () => {
    expect(clock.explains(at(start - 3 * minute), at(start - 3 * minute + shift))).toBe(true);
    expect(clock.explains(at(start - 3 * minute), at(start - 3 * minute + shift + 4000))).toBe(true);
    expect(clock.explains(at(start - 3 * minute), at(start - 3 * minute + shift + 6000))).toBe(false);
    expect(clock.explains(at(start - 3 * minute), at(start - 3 * minute + 86_400_000))).toBe(false);
  });

  test('is not explained where a fixed date could have moved so', () => {
    const day = 86_400_000;
    const nightly = new Clock(
      { startMs: start, endMs: start + 40 },
      { startMs: start + day + 900, endMs: start + day + 950 },
    );
    expect(nightly.explains(at(start - 3 * minute), at(start - 3 * minute + day))).toBe(false);
    const onTheMinute = start - 250 - 3 * minute;
    expect(clock.explains(at(onTheMinute), at(onTheMinute + shift))).toBe(false);
  });

  test('must keep its distance to the second where it lies ahead', () => {
    expect(clock.explains(at(start + 90_500), at(start + 90_500 + shift))).toBe(true);
    expect(clock.explains(at(start + 90_500), at(start + 92_500 + shift))).toBe(false);
  });
});

test('an expiry lies as far behind the date of its response', () => {
  const dated = clock.with({ baselineMs: start, freshMs: start + shift });
  const noon = (ms: number): Timestamp => parseTimestamp(new Date(ms).toUTCString())!;
  expect(dated.explains(noon(start + 100_000), noon(start + shift + 100_000))).toBe(true);
  expect(dated.explains(noon(start + 100_000), noon(start + shift + 130_000))).toBe(false);
  expect(dated.explains(noon(start + 100_000), noon(start + 100_000))).toBe(false);
});

test('what does not follow is told by how far it moved', () => {
  expect(clock.drift(at(start), at(start + 3 * 86_400_000))).toBe('moved by 3 d, the run by 1 d 20 min');
  expect(clock.drift(at(start), parseTimestamp('2026-03-01')!)).toBeUndefined();
});

test.each([
  [0, '0 s'],
  [250, '250 ms'],
  [-3000, '-3 s'],
  [86_407_000, '1 d 7 s'],
  [5_400_000, '1 h 30 min'],
])('%d ms are %s', (ms, words) => {
  expect(durationWords(ms)).toBe(words);
});
