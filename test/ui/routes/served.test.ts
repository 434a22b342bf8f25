import { describe, expect, test } from 'vitest';
import type { ExchangeSummary } from '../../../src/model/exchange.ts';
import type { LiveFeed } from '../../../src/model/live.ts';
import { testUi, testUiOver } from '../../support/ui-app.ts';

let tell: (exchanges: readonly ExchangeSummary[]) => void = () => {};
const plain = testUi();
const feed: LiveFeed = {
  status: () => ({
    mode: 'replay',
    cassettePath: plain.cassettePath,
    session: 'checkout',
    targets: [{ name: 'default', url: 'http://127.0.0.1:40001' }],
    exchanges: 3,
    misses: 1,
  }),
  subscribe: (onExchanges) => {
    tell = onExchanges;
    return () => {};
  },
};
const ui = testUiOver(plain.folder, { feed });

const summary = (position: number): ExchangeSummary => ({
  sessionId: 1,
  session: 'checkout',
  position,
  method: 'GET',
  target: `/orders/${position}`,
  targetName: 'default',
  startedAt: 0,
  durationMs: 1,
  status: 200,
  requestBytes: 0,
  responseBytes: 2,
  contentType: 'application/json',
});

describe('beside a replay', () => {
  test('the traffic is what it serves; a recording is still shown when asked for', async () => {
    expect((await ui.ask('/traffic')).headers.get('location')).toBe('/served');
    expect((await ui.ask('/traffic?cassette=shop')).status).toBe(200);
  });

  test('every page says what runs', async () => {
    const page = await ui.html('/');
    expect(page).toContain('Replaying');
    expect(page).toContain('3 exchanges served');
    expect(page).toContain('1 miss');
  });

  test('served exchanges are counted in order and lead to what was recorded', async () => {
    expect(await ui.html('/served')).toContain('Nothing asked yet');
    const stream = await ui.ask('/api/v1/events');
    await expect.poll(() => String(tell)).not.toBe('() => {}');
    tell([summary(3), summary(3), summary(1)]);
    const page = await ui.html('/served');
    expect(
      [...page.matchAll(/data-position="(\d+)".*?href="([^"]+)"/gs)].map(([, number, href]) => [number, href]),
    ).toEqual([
      ['0', '/x/shop:checkout/3'],
      ['1', '/x/shop:checkout/3'],
      ['2', '/x/shop:checkout/1'],
    ]);
    const rows = await ui.html('/served/rows?from=2');
    expect(rows).toContain('data-next="3" data-rest="1" data-total="3"');
    expect(await ui.html('/served/rows?from=1&limit=0')).toContain('data-next="1" data-rest="2"');
    await stream.body?.cancel();
  });
});
