import { onTestFinished } from 'vitest';
import { parseFault } from '../../src/model/fault-text.ts';
import { formatInjected } from '../../src/model/fault.ts';
import { connectRaw } from './raw-client.ts';
import { startReplay, type TestReplay } from './replay.ts';
import { type Recorded, replayable, shop } from './replayable.ts';
import { type TestClock, testClock } from './test-clock.ts';

export interface Faulty extends TestReplay {
  readonly clock: TestClock;
  /** What people were told of faults. */
  readonly told: () => string[];
}

export async function startFaultyReplay(
  lines: readonly string[],
  exchanges: readonly Recorded[] = shop.exchanges,
): Promise<Faulty> {
  const clock = testClock();
  const replay = await startReplay(replayable({ exchanges }), { faults: lines.map(parseFault), faultClock: clock });
  const told = (): string[] =>
    replay.events.flatMap((event) => (event.kind === 'fault' ? [formatInjected(event.injected)] : []));
  return { ...replay, clock, told };
}

export const request = (target: string, method = 'GET'): string =>
  `${method} ${target} HTTP/1.1\r\nHost: shop.test\r\n\r\n`;

/** What a client saw of one answer before the connection broke, and how it broke. */
export async function broken(port: number, text: string) {
  const client = await connectRaw(port);
  onTestFinished(() => client.close());
  await client.write(text);
  const bytes = await client.read.rest();
  const [head = '', ...rest] = bytes.toString('latin1').split('\r\n\r\n');
  return { head, body: rest.join('\r\n\r\n'), code: client.read.error?.code };
}

export const kilobytes = (count: number): Buffer => Buffer.alloc(count * 1024, 'retake! ');
