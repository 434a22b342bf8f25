import { expect, onTestFinished, test } from 'vitest';
import type { ExchangeSummary } from '../../src/model/exchange.ts';
import { ReplayFeed } from '../../src/proxy/replay-feed.ts';

const summary = (position: number): ExchangeSummary => ({
  sessionId: 1,
  session: 'session-1',
  position,
  method: 'GET',
  target: '/',
  targetName: 'default',
  startedAt: 0,
  status: 200,
  requestBytes: 0,
  responseBytes: 0,
  contentType: '',
});

function newFeed(): ReplayFeed {
  const feed = new ReplayFeed(() => {
    throw new Error('nobody asked');
  });
  onTestFinished(() => feed.close());
  return feed;
}

/** The next group a watcher gets. */
function nextGroup(feed: ReplayFeed): Promise<readonly ExchangeSummary[]> {
  return new Promise((resolve) => {
    const stop = feed.subscribe((group) => {
      stop();
      resolve(group);
    });
  });
}

test('what is served reaches every watcher, in groups', async () => {
  const feed = newFeed();
  const groups = Promise.all([nextGroup(feed), nextGroup(feed)]);
  feed.push(summary(1));
  feed.push(summary(2));
  expect((await groups).map((group) => group.map(({ position }) => position))).toEqual([
    [1, 2],
    [1, 2],
  ]);
});

test('without a watcher nothing is kept for later', async () => {
  const feed = newFeed();
  expect(feed.isWatched).toBe(false);
  feed.push(summary(1));
  const group = nextGroup(feed);
  expect(feed.isWatched).toBe(true);
  feed.push(summary(2));
  expect((await group).map(({ position }) => position)).toEqual([2]);
  expect(feed.isWatched).toBe(false);
});

test('of a busy group only the newest are told', async () => {
  const feed = newFeed();
  const group = nextGroup(feed);
  for (let i = 0; i < 2000; i += 1) feed.push(summary(i));
  const positions = (await group).map(({ position }) => position);
  expect(positions).toHaveLength(500);
  expect(positions.at(-1)).toBe(1999);
});
