import { describe, expect, test } from 'vitest';
import { BodyCollector, type BodySink } from '../../src/proxy/body-collector.ts';

function fixture(limits: { holdBytes: number; maxHeldBytes?: number }) {
  const written: Buffer[] = [];
  const events: string[] = [];
  const openSink = (): BodySink => ({
    write: (chunk) => written.push(Buffer.from(chunk)),
    finish: () => {
      events.push('finished');
      return { sizeBytes: 0, sha256: '', truncated: false, fullSizeBytes: 0 };
    },
    abandon: () => events.push('abandoned'),
  });
  const held = { total: 0 };
  const { holdBytes, maxHeldBytes = 1_000_000 } = limits;
  const collector = (): BodyCollector => new BodyCollector({ openSink, holdBytes, held, maxHeldBytes });
  return { collector, held, events, streamed: () => Buffer.concat(written).toString() };
}

describe('a body', () => {
  test('up to the limit is held whole', () => {
    const { collector, held } = fixture({ holdBytes: 6 });
    const body = collector();
    body.add(Buffer.from('abc'));
    body.add(Buffer.from('def'));
    expect(body.isStreamed).toBe(false);
    expect(body.whole()!.toString()).toBe('abcdef');
    expect(held.total).toBe(6);
    body.release();
    expect(held.total).toBe(0);
  });

  test('over it is streamed from its first byte on, and no longer held', () => {
    const { collector, held, streamed, events } = fixture({ holdBytes: 6 });
    const body = collector();
    for (const piece of ['abc', 'def', 'g', 'hi']) body.add(Buffer.from(piece));
    expect(body.isStreamed).toBe(true);
    expect(body.whole()).toBeUndefined();
    expect(streamed()).toBe('abcdefghi');
    expect(held.total).toBe(0);
    body.finish();
    expect(events).toEqual(['finished']);
    expect(body.sizeBytes).toBe(9);
  });

  test('is streamed early when all bodies together would hold too much', () => {
    const { collector, streamed } = fixture({ holdBytes: 100, maxHeldBytes: 5 });
    const first = collector();
    const second = collector();
    first.add(Buffer.from('abc'));
    second.add(Buffer.from('def'));
    expect(first.isStreamed).toBe(false);
    expect(second.isStreamed).toBe(true);
    expect(streamed()).toBe('def');
  });

  test('keeps its bytes when the memory they came in is reused', () => {
    const { collector } = fixture({ holdBytes: 100 });
    const slab = Buffer.from('abcdef');
    const body = collector();
    body.add(slab.subarray(0, 3));
    body.own();
    slab.fill('x');
    body.add(Buffer.from('def'));
    expect(body.whole()!.toString()).toBe('abcdef');
  });

  test('that is given up leaves nothing', () => {
    const { collector, held, events } = fixture({ holdBytes: 3 });
    const small = collector();
    small.add(Buffer.from('abc'));
    small.abandon();
    const large = collector();
    large.add(Buffer.from('abcd'));
    large.abandon();
    expect(held.total).toBe(0);
    expect(events).toEqual(['abandoned']);
  });

  test('without bytes is empty', () => {
    expect(fixture({ holdBytes: 3 }).collector().whole()).toEqual(Buffer.alloc(0));
  });
});
