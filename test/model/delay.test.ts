import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { drawDelay, maxDelayMs, parseDelay } from '../../src/model/delay.ts';

test.each([
  '',
  '5',
  '-5ms',
  '500ms..100ms',
  '2h',
  'p50=0ms,p99=1s',
  'p50=2s,p99=1s',
  'p99=1s,p50=2s',
  'min=1s,shape=0',
  '1ms..2ms..3ms',
])('%j is no delay', (text) => {
  expect(parseDelay(text)).toBeUndefined();
});

const draws = fc.tuple(
  fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
  fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
);

test('a delay is never negative, never endless, and the same for the same draws', () => {
  const texts = ['300ms', '100ms..500ms', '20ms±500ms', 'p50=80ms,p99=900ms', 'min=50ms,shape=0.1'];
  fc.assert(
    fc.property(fc.constantFrom(...texts), draws, (text, drawn) => {
      const delay = parseDelay(text)!;
      const ms = drawDelay(delay, drawn);
      expect(ms).toBeGreaterThanOrEqual(0);
      expect(ms).toBeLessThanOrEqual(maxDelayMs);
      expect(drawDelay(delay, drawn)).toBe(ms);
    }),
  );
});

describe('many draws', () => {
  /** Evenly spread over the square, without chance. */
  const many = Array.from({ length: 10_000 }, (_, i) => [(i + 0.5) / 10_000, (i * 0.618_033_988_75) % 1] as const);
  const sorted = (text: string): number[] =>
    many.map((drawn) => drawDelay(parseDelay(text)!, drawn)).toSorted((a, b) => a - b);

  test('stay in their range', () => {
    const values = sorted('100ms..500ms');
    expect(values[0]).toBeCloseTo(100, 0);
    expect(values.at(-1)).toBeCloseTo(500, 0);
    expect(values[5000]).toBeCloseTo(300, 0);
  });

  test('have the mean and the deviation that were asked for', () => {
    const values = sorted('200ms±50ms');
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
    expect(mean).toBeGreaterThan(198);
    expect(mean).toBeLessThan(202);
    expect(Math.sqrt(variance)).toBeGreaterThan(48);
    expect(Math.sqrt(variance)).toBeLessThan(52);
  });

  test('have the median and the tail that were asked for', () => {
    const values = sorted('p50=80ms,p99=900ms');
    expect(values[5000]).toBeGreaterThan(75);
    expect(values[5000]).toBeLessThan(85);
    expect(values[9900]).toBeGreaterThan(800);
    expect(values[9900]).toBeLessThan(1000);
  });

  test('have the median of a Pareto distribution', () => {
    expect(sorted('min=50ms,shape=1.5')[5000]).toBeCloseTo(50 * 2 ** (1 / 1.5), 0);
  });
});
