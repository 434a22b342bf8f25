import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { test } from 'node:test';
import { AppError, openReplay, withReplay } from 'retake';

const options = { cassette: 'orders', cwd: import.meta.dirname, target: 'http://127.0.0.1:4700' };

const place = async (url: string, order: object): Promise<{ readonly id: number; readonly item: string }> => {
  const response = await fetch(`${url}/orders`, { method: 'POST', body: JSON.stringify(order) });
  return (await response.json()) as { id: number; item: string };
};

void test('an order gets a number', () =>
  withReplay(options, async (retake) => {
    const reference = await retake.variable('reference', () => randomUUID());
    const { id, item } = await place(retake.url, { item: 'lamp', reference });
    assert.equal(item, 'lamp');
    assert.ok(id >= 1000);
  }));

void test('a request that was not recorded fails the test', async () => {
  const retake = await openReplay({ ...options, mode: 'replay', unused: 'ignore' });
  // Nobody looks at the answer.
  await fetch(`${retake.url}/stock/sofa`);
  await assert.rejects(retake.verify(), (thrown: unknown) => {
    assert.ok(thrown instanceof AppError);
    assert.match(thrown.message, /no recording answers GET \/stock\/sofa/);
    return true;
  });
});
