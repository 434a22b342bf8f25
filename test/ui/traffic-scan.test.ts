import { describe, expect, test } from 'vitest';
import { scanTraffic } from '../../src/ui/traffic-scan.ts';
import { newExchange, newSession, openReader, responseOutcome, tempCassette } from '../support/cassette.ts';

/** 2,500 exchanges, every tenth a 404. */
const file = (): string =>
  tempCassette((writer) => {
    const session = writer.beginSession(newSession());
    for (let position = 0; position < 2_500; position++) {
      const status = position % 10 === 0 ? 404 : 200;
      writer.insertExchange(newExchange(session, { position, outcome: responseOutcome({ status }) }));
    }
    writer.finishSession(session, { endedAt: 0 });
  });

describe('one page of a session', () => {
  test('without a filter is read by position', async () => {
    const reader = openReader(file());
    const { id } = reader.session();
    const first = await scanTraffic(reader, { sessionId: id, from: 0, countFrom: 0, matches: undefined, limit: 200 });
    expect(first.rows).toHaveLength(200);
    expect(first).toMatchObject({ next: 200, matching: 2_500, hasMore: true });
    const last = await scanTraffic(reader, {
      sessionId: id,
      from: 2_400,
      countFrom: 0,
      matches: undefined,
      limit: 200,
    });
    expect(last).toMatchObject({ next: 2_500, matching: 2_500, hasMore: false });
    const after = await scanTraffic(reader, {
      sessionId: id,
      from: 2_500,
      countFrom: 2_500,
      matches: undefined,
      limit: 200,
    });
    expect(after).toEqual({ rows: [], next: 2_500, matching: 0, hasMore: false });
  });

  test('with a filter is found across the whole session and counted', async () => {
    const reader = openReader(file());
    const matches = ({ status }: { status?: number }): boolean => status === 404;
    const request = { sessionId: reader.session().id, from: 0, countFrom: 0, matches, limit: 200 };
    const first = await scanTraffic(reader, request);
    expect(first.rows.map(({ position }) => position)).toEqual(Array.from({ length: 200 }, (_, i) => i * 10));
    expect(first).toMatchObject({ next: 1_991, matching: 250, hasMore: true });
    const second = await scanTraffic(reader, { ...request, from: first.next });
    expect(second.rows).toHaveLength(50);
    expect(second).toMatchObject({ next: 2_491, matching: 250, hasMore: false });
  });

  test('with a filter nothing fits is empty and stays where it is', async () => {
    const reader = openReader(file());
    const request = { sessionId: reader.session().id, from: 7, countFrom: 7, matches: () => false, limit: 200 };
    expect(await scanTraffic(reader, request)).toEqual({ rows: [], next: 7, matching: 0, hasMore: false });
  });

  test('leaves the event loop to others while it searches', async () => {
    const reader = openReader(file());
    const request = { sessionId: reader.session().id, from: 0, countFrom: 0, matches: () => true, limit: 1 };
    const scan = scanTraffic(reader, request);
    let done = false;
    void scan.then(() => (done = true));
    await new Promise(setImmediate);
    expect(done).toBe(false);
    await scan;
  });
});
