import path from 'node:path';
import { CassetteWriter } from '../../src/store/cassette-writer.ts';
import { RunStore } from '../../src/store/run-store.ts';
import { newExchange, newSession, responseOutcome } from './cassette-parts.ts';
import { keepRun } from './past-run.ts';
import { pngOf } from './ui-exchanges.ts';

export interface NoisyRun {
  readonly cassettePath: string;
  readonly runId: number;
  /** Row ids of its checks: JSON, a picture, a picture of another size, a GIF. */
  readonly checks: readonly number[];
}

const items = Array.from({ length: 6 }, (_, i) => ({
  sku: `s${i}`,
  updatedAt: `2019-03-0${i + 1}T10:00:00Z`,
  score: 100 + i,
  currency: 'EUR',
}));
const gif = (colour: number): Buffer =>
  Buffer.from(
    `4749463839610100010080000000${'00'.repeat(2)}${colour.toString(16).padStart(2, '0')}ffff2c000000000100010000020144003b`,
    'hex',
  );

/** A cassette `feed` in the UI's folder, and a run in which times, a number, a currency and pictures differ. */
export function addNoisyRun(folder: string): NoisyRun {
  const cassettePath = path.join(folder, 'cassettes', 'feed.cassette');
  const image = (type: string) => responseOutcome({ headers: ['Content-Type', type] });
  const recorded = [
    { target: '/items?limit=6', bytes: Buffer.from(JSON.stringify({ items })), outcome: responseOutcome() },
    { target: '/chart.png', bytes: pngOf(60, 40), outcome: image('image/png') },
    { target: '/wide.png', bytes: pngOf(60, 40), outcome: image('image/png') },
    { target: '/logo.gif', bytes: gif(0), outcome: image('image/gif') },
  ];
  const writer = CassetteWriter.open(cassettePath, { create: 'if-missing' });
  const session = writer.beginSession(newSession({ name: 'read' }));
  recorded.forEach(({ target, bytes, outcome }, position) => {
    const body = writer.putBody(bytes);
    writer.insertExchange(newExchange(session, { position, target, outcome: { ...outcome, body } as typeof outcome }));
  });
  writer.finishSession(session, { endedAt: newSession().startedAt + 1000 });
  writer.close();
  const fresh = items.map(({ currency, ...item }, i) => ({
    ...item,
    updatedAt: item.updatedAt.replace('2019', '2031'),
    score: item.score + (i === 1 ? 4 : 0),
    ...(i === 3 ? {} : { currency }),
  }));
  const runId = keepRun(folder, cassettePath, [
    { items: fresh },
    pngOf(60, 40, [0xc8, 0x46, 0x50]),
    pngOf(80, 40),
    gif(200),
  ]);
  const store = RunStore.open(folder);
  const checks = store.checks(runId).map(({ id }) => id);
  store.close();
  return { cassettePath, runId, checks };
}
