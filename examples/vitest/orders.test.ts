import { randomUUID } from 'node:crypto';
import { afterEach, describe, expect, vi } from 'vitest';
import { retakeTest } from 'retake/vitest';
import { ageInHours, OrdersClient } from './orders-client.ts';

const test = retakeTest({ target: 'http://127.0.0.1:4700' });

afterEach(() => void vi.useRealTimers());

test('an order that is placed is found by its reference', async ({ retake }) => {
  const client = new OrdersClient(retake.url);
  // Made up when the test is recorded; the same again in every replay.
  const reference = await retake.variable('reference', () => randomUUID());
  const placed = await client.place({ item: 'lamp', reference });
  expect(await client.withReference(reference)).toEqual([placed]);
});

test('an order is new when it was just placed', async ({ retake }) => {
  // The recording may be years old by now.
  vi.useFakeTimers({ now: retake.now, toFake: ['Date'] });
  const client = new OrdersClient(retake.url);
  const reference = await retake.variable('reference', () => randomUUID());
  expect(ageInHours(await client.place({ item: 'lamp', reference }))).toBeLessThan(1);
});

// Each has a replay of its own: they do not see each other's orders.
test.concurrent.for(['lamp', 'chair', 'desk'])('an order takes a %s out of stock', async (item, { retake, expect }) => {
  const client = new OrdersClient(retake.url);
  const reference = await retake.variable('reference', () => randomUUID());
  const before = await client.stock(item);
  await client.place({ item, reference });
  expect(await client.stock(item)).toBe(before! - 1);
});

describe('what fails a test', () => {
  const cassette = './cassettes/orders.test/an-order-takes-a-desk-out-of-stock.cassette';
  test.override({ retakeOptions: { cassette, unused: 'fail' } });

  test.fails('a miss, even where the application swallows it', async ({ retake }) => {
    const client = new OrdersClient(retake.url);
    expect(await client.stock('sofa')).toBeUndefined();
  });

  test.fails('recordings that the test did not use', async ({ retake }) => {
    await new OrdersClient(retake.url).stock('desk');
  });
});
