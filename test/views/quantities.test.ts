import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  formatAge,
  formatClock,
  formatCount,
  formatDateTime,
  formatDuration,
  formatSize,
} from '../../src/views/quantities.ts';

const plain = (text: string): string => text.replaceAll('\u00a0', ' ');

test.each([
  [0, '0 B'],
  [999, '999 B'],
  [1000, '1.0 kB'],
  [4100, '4.1 kB'],
  [9949, '9.9 kB'],
  [9951, '10 kB'],
  [999_499, '999 kB'],
  [999_500, '1.0 MB'],
  [38_200_000, '38 MB'],
  [1_073_741_824, '1.1 GB'],
  [5e15, '5000 TB'],
])('%d bytes read %s', (bytes, text) => {
  expect(plain(formatSize(bytes))).toBe(text);
});

test('a size never shows more than three digits below a terabyte', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 999e9 }), (bytes) => {
      expect(plain(formatSize(bytes))).toMatch(/^(?:\d{1,3}|\d\.\d) [kMG]?B$/);
    }),
  );
});

test.each([
  [0, '0.0 ms'],
  [0.44, '0.4 ms'],
  [0.96, '1 ms'],
  [43.4, '43 ms'],
  [999.6, '1.0 s'],
  [1234, '1.2 s'],
  [30_004, '30 s'],
  [59_960, '1 min 0 s'],
  [185_000, '3 min 5 s'],
])('%d ms read %s', (durationMs, text) => {
  expect(plain(formatDuration(durationMs))).toBe(text);
});

test.each([
  [0, 'just now'],
  [44_000, 'just now'],
  [46_000, '1 min ago'],
  [3_500_000, '58 min ago'],
  [3_600_000, '1 h ago'],
  [80_000_000, '22 h ago'],
  [86_400_000, '1 day ago'],
  [5 * 86_400_000, '5 days ago'],
  [-5000, 'just now'],
])('%d ms ago reads %s', (ago, text) => {
  const now = Date.UTC(2025, 5, 1);
  expect(plain(formatAge(now - ago, now))).toBe(text);
});

test('what is long ago reads as its date', () => {
  const then = new Date(2025, 0, 15, 10, 3, 7, 20).getTime();
  expect(formatAge(then, then + 90 * 86_400_000)).toBe('2025-01-15');
  expect(formatDateTime(then)).toBe('2025-01-15 10:03:07');
  expect(formatClock(then)).toBe('10:03:07.020');
});

test('a count agrees with its noun', () => {
  expect(formatCount(0, 'exchange')).toBe('0 exchanges');
  expect(formatCount(1, 'exchange')).toBe('1 exchange');
  expect(formatCount(4812, 'exchange')).toBe('4,812 exchanges');
});
