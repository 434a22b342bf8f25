import { expect, test } from 'vitest';
import { bornValues } from '../../src/correlate/born-values.ts';
import { correlated } from '../support/correlated.ts';

test('what a response issues, with its place, kind of thing and rank', () => {
  const exchange = correlated(4, {
    request: 'POST /orders?x=1',
    status: 201,
    answerHeaders: { Location: 'http://shop/orders/17', 'X-Order-Id': '17', Server: 'abc123def456' },
    answer: { id: 17, total: 17, customer: { id: 'c-778x1' }, trace: 'a1b2c3d4e5f6', next: '/orders/17/lines/9' },
  });
  expect(
    bornValues(exchange).map(({ place, value, valueClass, resources, rank }) => [
      place,
      value,
      valueClass,
      resources,
      rank,
    ]),
  ).toEqual([
    ['header:location[0] > path:1', '17', 'weak', ['order'], 3],
    ['header:x-order-id[0]', '17', 'weak', ['order'], 2],
    ['json:/id', '17', 'weak', ['order'], 3],
    ['json:/customer/id', 'c-778x1', 'weak', ['customer'], 3],
    ['json:/trace', 'a1b2c3d4e5f6', 'distinctive', ['trace'], 1],
    ['json:/next > path:1', '17', 'weak', ['order'], 2],
    ['json:/next > path:3', '9', 'weak', ['line'], 2],
  ]);
  expect(bornValues(exchange).every(({ position }) => position === 4)).toBe(true);
});

test('an answer that refuses issues nothing', () => {
  expect(bornValues(correlated(0, { request: 'GET /a', status: 401, answer: { id: 1 } }))).toEqual([]);
});
