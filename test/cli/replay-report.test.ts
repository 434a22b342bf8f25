import { expect, test } from 'vitest';
import type { Context } from '../../src/cli/context.ts';
import { contextOf } from '../../src/cli/context.ts';
import { replayReport } from '../../src/cli/replay-report.ts';
import { Ledger } from '../../src/proxy/ledger.ts';
import type { ReplayEvent } from '../../src/proxy/replay-event.ts';

const hit = (position: number): ReplayEvent => ({
  kind: 'hit',
  address: `shop:session-1/${position}`,
  lane: 'default',
  exchange: {
    sessionId: 1,
    session: 'session-1',
    position,
    method: 'GET',
    target: '/a',
    targetName: 'default',
    startedAt: Date.UTC(2025, 0, 15),
    durationMs: 1.5,
    status: 200,
    requestBytes: 0,
    responseBytes: 3,
    contentType: 'text/plain',
  },
  relaxations: [],
  changes: [],
  why: () => ({
    match: 'exact',
    words: 'the requests are equal; the only recording of this request; lane default: nothing named another',
    rules: [],
    renamed: [],
    sequence: { words: 'the only recording of this request', number: 1, of: 1 },
    lane: { name: 'default', how: 'default', words: 'nothing named another' },
    relaxations: [],
    changes: [],
  }),
});

/** A --json report whose stdout is kept, and accepts one write at a time, slowly. */
function jsonReport(): { report: ReturnType<typeof replayReport>; printed: string[] } {
  const printed: string[] = [];
  const context: Context = {
    ...contextOf({ json: true }, {}),
    print: async (text) => {
      await new Promise((resolve) => setImmediate(resolve));
      printed.push(String(text));
    },
  };
  return { report: replayReport(context), printed };
}

test('events of one moment are written together, and all are written before the end', async () => {
  const { report, printed } = jsonReport();
  await report.started({ layers: [], listeners: [], reviewUrl: 'http://127.0.0.1:1/?token=abc' });
  for (let i = 0; i < 100; i += 1) report.onEvent(hit(i));
  await report.ended(new Ledger().summary([]), []);
  expect(printed).toHaveLength(2);
  const events = printed
    .join('')
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { event: string });
  expect(events).toHaveLength(102);
  expect(events[0]?.event).toBe('started');
  expect(events[1]).toEqual({
    schema: 'retake.replay/1',
    event: 'hit',
    address: 'shop:session-1/0',
    lane: 'default',
    method: 'GET',
    target: '/a',
    targetName: 'default',
    status: 200,
    startedAt: '2025-01-15T00:00:00.000Z',
    durationMs: 1.5,
    responseBytes: 3,
    relaxations: [],
  });
  expect(events.at(-1)).toMatchObject({ event: 'stopped', verdict: 'passed', failed: [] });
  expect(printed.join('')).not.toContain('abc');
});
