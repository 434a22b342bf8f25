import { Hono } from 'hono';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { ExchangeSummary } from '../../src/model/exchange.ts';
import type { LiveFeed, LiveStatus } from '../../src/model/live.ts';
import { CassetteLibrary } from '../../src/ui/cassette-library.ts';
import { type LiveEvent, LiveHub } from '../../src/ui/live-hub.ts';
import { tempFolder } from '../support/temp-folder.ts';

interface Hearing {
  /** Events heard so far. */
  readonly events: readonly LiveEvent[];
  readonly saidHello: () => boolean;
  readonly leave: () => Promise<void>;
}

/** Listens as a browser would. */
async function listen(hub: LiveHub): Promise<Hearing> {
  const app = new Hono().get('/', (c) => hub.stream(c));
  const answer = await app.request('/');
  expect(answer.headers.get('content-type')).toContain('text/event-stream');
  const reader = answer.body!.pipeThrough(new TextDecoderStream()).getReader();
  const events: LiveEvent[] = [];
  let text = '';
  const reading = (async () => {
    for (let piece = await reader.read(); !piece.done; piece = await reader.read()) {
      text += piece.value;
      for (const [, data] of piece.value.matchAll(/^event: changes\ndata: (.*)$/gm)) {
        events.push(...(JSON.parse(data!) as LiveEvent[]));
      }
    }
  })();
  reading.catch(() => {});
  return {
    events,
    saidHello: () => text.includes('event: hello'),
    leave: async () => {
      await reader.cancel();
    },
  };
}

function hubOver(folder: string, feed?: LiveFeed): LiveHub {
  const library = new CassetteLibrary(folder, []);
  const hub = new LiveHub({ library, runsFile: path.join(folder, 'runs.sqlite'), feed });
  onTestFinished(() => hub.close());
  return hub;
}

describe('what pages are told', () => {
  test('comes in groups, each change once', async () => {
    const hub = hubOver(tempFolder());
    const page = await listen(hub);
    await expect.poll(page.saidHello).toBe(true);
    for (let i = 0; i < 50; i++) hub.publish({ kind: 'cassette', name: 'shop' });
    hub.publish({ kind: 'runs' });
    await expect.poll(() => page.events).toEqual([{ kind: 'cassette', name: 'shop' }, { kind: 'runs' }]);
  });

  test('includes what other processes write', async () => {
    const folder = tempFolder();
    writeFileSync(path.join(folder, 'a.cassette'), 'one');
    const page = await listen(hubOver(folder));
    await expect.poll(page.saidHello).toBe(true);
    writeFileSync(path.join(folder, 'a.cassette'), 'another length');
    await expect.poll(() => page.events, { timeout: 3_000 }).toContainEqual({ kind: 'cassette', name: 'a' });
    writeFileSync(path.join(folder, 'b.cassette'), 'new');
    await expect.poll(() => page.events, { timeout: 8_000 }).toContainEqual({ kind: 'cassettes' });
    writeFileSync(path.join(folder, 'runs.sqlite'), 'x');
    await expect.poll(() => page.events, { timeout: 3_000 }).toContainEqual({ kind: 'runs' });
  });

  test('ends when the hub closes', async () => {
    const hub = hubOver(tempFolder());
    const app = new Hono().get('/', (c) => hub.stream(c));
    const answer = await app.request('/');
    const whole = answer.text();
    hub.close();
    expect(await whole).toContain('event: hello');
  });
});

describe('the proxy beside', () => {
  function feedOf(mode: LiveStatus['mode'], cassettePath: string) {
    const watchers = new Set<(exchanges: readonly ExchangeSummary[]) => void>();
    const status: LiveStatus = { mode, cassettePath, session: 's', targets: [], exchanges: 0, misses: 0 };
    const feed: LiveFeed = {
      status: () => status,
      subscribe: (watcher) => {
        watchers.add(watcher);
        return () => watchers.delete(watcher);
      },
    };
    return { feed, watchers, tell: (...rows: ExchangeSummary[]) => watchers.forEach((watcher) => watcher(rows)) };
  }

  test('is not listened to before somebody looks, and left alone when the hub closes', async () => {
    const { feed, watchers } = feedOf('record', '/none');
    const hub = hubOver(tempFolder(), feed);
    expect(watchers.size).toBe(0);
    await listen(hub);
    await expect.poll(() => watchers.size).toBe(1);
    await listen(hub);
    expect(watchers.size).toBe(1);
    hub.close();
    expect(watchers.size).toBe(0);
  });

  test('recording changes its cassette', async () => {
    const folder = tempFolder();
    const cassettePath = path.join(folder, 'live.cassette');
    writeFileSync(cassettePath, 'x');
    const { feed, tell } = feedOf('record', cassettePath);
    const page = await listen(hubOver(folder, feed));
    await expect.poll(page.saidHello).toBe(true);
    tell({ position: 0 } as ExchangeSummary);
    await expect.poll(() => page.events).toEqual([{ kind: 'cassette', name: 'live' }]);
  });

  test('replaying is kept as the list of what was served', async () => {
    const { feed, tell } = feedOf('replay', '/none');
    const hub = hubOver(tempFolder(), feed);
    const page = await listen(hub);
    await expect.poll(page.saidHello).toBe(true);
    tell({ position: 4 } as ExchangeSummary, { position: 9 } as ExchangeSummary);
    await expect.poll(() => page.events).toEqual([{ kind: 'served' }]);
    expect(hub.served.from(0, 10).map(({ exchange }) => exchange.position)).toEqual([4, 9]);
  });
});
