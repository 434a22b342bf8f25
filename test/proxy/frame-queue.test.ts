import { describe, expect, onTestFinished, test } from 'vitest';
import { readFrames } from '../../src/proxy/capture-frames.ts';
import { type Batch, FrameQueue } from '../../src/proxy/frame-queue.ts';
import { until } from '../support/recording.ts';

interface Fixture {
  readonly queue: FrameQueue;
  readonly posted: Batch[];
  readonly stalls: { count: number };
  readonly acknowledge: (batch: Batch) => void;
}

function fixture(options: { queueBytes?: number; stallMs?: number } = {}): Fixture {
  const posted: Batch[] = [];
  const stalls = { count: 0 };
  const queue = new FrameQueue({
    post: (batch) => posted.push(batch),
    onStall: () => {
      stalls.count += 1;
    },
    stallMs: options.stallMs ?? 60_000,
    ...(options.queueBytes === undefined ? {} : { queueBytes: options.queueBytes }),
  });
  onTestFinished(() => queue.dispose());
  return { queue, posted, stalls, acknowledge: ({ sequence, slab }) => queue.acknowledge(sequence, [slab]) };
}

const kindsIn = (batch: Batch): string[] => [...readFrames(batch.slab, batch.used)].map(({ kind }) => kind);

describe('frames are gathered', () => {
  test('for some milliseconds, and go out together', async () => {
    const { queue, posted } = fixture();
    queue.text('open', 0, 'a');
    queue.end('end', 0, 'b', undefined);
    queue.text('open', 1, 'c');
    expect(posted).toEqual([]);
    await until(() => posted.length > 0);
    expect(kindsIn(posted[0]!)).toEqual(['open', 'end', 'open']);
  });

  test('until 256 exchanges have ended, but no longer', () => {
    const { queue, posted } = fixture();
    for (let i = 0; i < 255; i += 1) queue.end('end', i, '', undefined);
    expect(posted).toEqual([]);
    queue.end('end', 255, '', undefined);
    expect(posted).toHaveLength(1);
  });

  test('while the worker is busy: a third small batch waits for the first', async () => {
    const { queue, posted, acknowledge } = fixture();
    for (let i = 0; i < 2; i += 1) {
      queue.text('open', i, '');
      await until(() => posted.length === i + 1);
    }
    queue.text('open', 2, '');
    queue.flush();
    expect(posted).toHaveLength(2);
    acknowledge(posted[0]!);
    expect(posted).toHaveLength(3);
  });

  test('a chunk larger than a slab is spread over several', () => {
    const { queue, posted } = fixture();
    const chunk = Buffer.alloc(600_000, 'abc');
    queue.data('request-data', 3, chunk, 'ordinary');
    queue.flushNow();
    const pieces = posted.flatMap((batch) => [...readFrames(batch.slab, batch.used)].map(({ payload }) => payload));
    expect(posted.length).toBeGreaterThan(2);
    expect(Buffer.concat(pieces)).toEqual(chunk);
  });

  test('slabs that come back are used again', () => {
    const { queue, posted, acknowledge } = fixture();
    queue.text('open', 0, '');
    queue.flushNow();
    acknowledge(posted[0]!);
    queue.text('open', 1, '');
    queue.flushNow();
    expect(posted[1]!.slab).toBe(posted[0]!.slab);
  });

  test('a text larger than a slab gets one of its own', () => {
    const { queue, posted } = fixture();
    queue.text('open', 0, 'small');
    queue.text('response-head', 0, 'x'.repeat(300_000));
    queue.flushNow();
    expect(posted.map(kindsIn)).toEqual([['open'], ['response-head']]);
  });
});

describe('room', () => {
  test('is used up by what is not acknowledged, and comes back with it', () => {
    const { queue, posted, acknowledge } = fixture({ queueBytes: 500_000 });
    let resumed = 0;
    expect(queue.data('response-data', 0, Buffer.alloc(200_000), 'ordinary')).toBe(true);
    expect(queue.data('response-data', 0, Buffer.alloc(400_000), 'ordinary')).toBe(false);
    queue.whenRoom('ordinary', () => {
      resumed += 1;
    });
    expect(resumed).toBe(0);
    queue.flushNow();
    acknowledge(posted[0]!);
    acknowledge(posted.at(-1)!);
    expect(resumed).toBe(1);
    expect(queue.isFull('ordinary')).toBe(false);
    queue.whenRoom('ordinary', () => {
      resumed += 1;
    });
    expect(resumed).toBe(2);
  });
});

describe('large bodies', () => {
  test('leave most of the room to the others, and wait until their own part is free', () => {
    const { queue, posted, acknowledge } = fixture({ queueBytes: 1_000_000 });
    let resumed = 0;
    expect(queue.data('response-data', 0, Buffer.alloc(260_000), 'bulk')).toBe(false);
    expect(queue.data('response-data', 1, Buffer.alloc(100_000), 'ordinary')).toBe(true);
    queue.whenRoom('bulk', () => {
      resumed += 1;
    });
    queue.flushNow();
    for (const batch of posted.splice(0)) acknowledge(batch);
    expect(resumed).toBe(1);
  });
});

describe('an exchange that must be stored before its answer ends', () => {
  test('goes out at once and is reported with its batch, not with an earlier one', async () => {
    const { queue, posted, acknowledge } = fixture();
    const stored: string[] = [];
    queue.end('end', 0, '', () => stored.push('first'));
    await new Promise((resolve) => setImmediate(resolve));
    queue.end('end', 1, '', () => stored.push('second'));
    await new Promise((resolve) => setImmediate(resolve));
    expect(posted).toHaveLength(2);
    acknowledge(posted[0]!);
    expect(stored).toEqual(['first']);
    acknowledge(posted[1]!);
    expect(stored).toEqual(['first', 'second']);
  });

  test('does not wait any longer once capture is given up', () => {
    const { queue } = fixture();
    let stored = false;
    queue.end('end', 0, '', () => {
      stored = true;
    });
    queue.releaseAll();
    expect(stored).toBe(true);
  });
});

describe('a stall', () => {
  test('is told when nothing comes back in time, and not when nothing is under way', async () => {
    const { queue, posted, stalls, acknowledge } = fixture({ stallMs: 30 });
    queue.text('open', 0, '');
    queue.flushNow();
    acknowledge(posted[0]!);
    queue.text('open', 1, '');
    queue.flushNow();
    await until(() => stalls.count > 0);
    expect(stalls.count).toBe(1);
  });
});
