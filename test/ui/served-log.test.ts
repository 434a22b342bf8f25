import { expect, test } from 'vitest';
import type { ExchangeSummary } from '../../src/model/exchange.ts';
import { ServedLog } from '../../src/ui/served-log.ts';

const exchange = (position: number): ExchangeSummary => ({ position }) as ExchangeSummary;

test('numbers go on although only the newest thousand are kept', () => {
  const log = new ServedLog();
  for (let i = 0; i < 30; i++) log.add(Array.from({ length: 50 }, (_, j) => exchange(i * 50 + j)));
  expect(log.total).toBe(1_500);
  expect(log.from(0, 2).map(({ number }) => number)).toEqual([500, 501]);
  expect(log.from(1_498, 10).map(({ number, exchange }) => [number, exchange.position])).toEqual([
    [1_498, 1_498],
    [1_499, 1_499],
  ]);
  expect(log.from(1_500, 10)).toEqual([]);
  expect(log.from(-200, 1)).toHaveLength(1);
});
