import { expect, onTestFinished, test, vi } from 'vitest';
import { ItemWatch } from '../../src/suite/item-watch.ts';

const sse = ['Content-Type', 'text/event-stream'];
const soon = Promise.resolve();
const event = Buffer.from('data: 1\n\n');

test('a stream is left when as many events have come as were recorded', () => {
  const left = vi.fn<() => void>();
  const counts: number[] = [];
  const watch = new ItemWatch(
    { onItems: (count) => counts.push(count), leave: { items: 2, graceMs: 60_000, from: new Promise(() => {}) } },
    left,
  );
  watch.begin(sse);
  watch.see(event);
  expect(left).not.toHaveBeenCalled();
  watch.see(event);
  expect(left).toHaveBeenCalledOnce();
  watch.end();
  watch.see(event);
  expect(counts).toEqual([0, 1, 2]);
});

test('a stream that falls silent is left after its time, an answer that is no stream ends by itself', async () => {
  const silent = Promise.withResolvers<void>();
  const watch = new ItemWatch({ leave: { items: 2, graceMs: 1, from: soon } }, silent.resolve);
  onTestFinished(() => watch.end());
  watch.begin(sse);
  await silent.promise;
  const left = vi.fn<() => void>();
  const page = new ItemWatch({ leave: { items: 0, graceMs: 60_000, from: soon } }, left);
  page.begin(['Content-Type', 'text/html']);
  page.see(Buffer.from('<p>'));
  await soon;
  page.end();
  expect(left).not.toHaveBeenCalled();
});
