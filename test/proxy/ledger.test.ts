import { describe, expect, test } from 'vitest';
import { failuresOf, formatSummary, Ledger, type UnusedRecording } from '../../src/proxy/ledger.ts';
import type { MissReport } from '../../src/proxy/miss.ts';

const report = (target: string, overrides: Partial<MissReport> = {}): MissReport => ({
  code: 'unmatched',
  title: `no recording answers GET ${target}`,
  reason: 'nothing was recorded at this path',
  asked: { method: 'GET', target, targetName: 'default', bodyBytes: 0 },
  cassette: 'shop',
  sessions: ['session-1'],
  lane: 'default',
  nearest: [],
  suggestions: [],
  ...overrides,
});

const unused = (count: number): UnusedRecording[] =>
  Array.from({ length: count }, (_, i) => ({
    address: `shop:session-1/${i}`,
    method: 'GET',
    target: `/${i}`,
    targetName: 'default',
  }));

test('a new ledger is empty', () => {
  const summary = new Ledger().summary([]);
  expect(summary).toEqual({
    hits: 0,
    misses: 0,
    forwarded: 0,
    relaxed: 0,
    unused: 0,
    missList: [],
    relaxationList: [],
    unusedList: [],
  });
  expect(formatSummary(summary)).toEqual(['0 hits, 0 misses, 0 unused recordings']);
});

test('recordings are used per session', () => {
  const ledger = new Ledger();
  ledger.hit(0, 7);
  ledger.hit(0, 7);
  expect(ledger.hits).toBe(2);
  expect([ledger.isUsed(0, 7), ledger.isUsed(1, 7), ledger.isUsed(0, 8)]).toEqual([true, false, false]);
});

test('the same miss is listed once and counted', () => {
  const ledger = new Ledger();
  ledger.missed(report('/a'), 'error');
  ledger.missed(report('/b'), 'error');
  ledger.missed(report('/a'), 'error');
  const { misses, missList } = ledger.summary([]);
  expect(misses).toBe(3);
  expect(missList.map(({ report: { asked }, count }) => [asked.target, count])).toEqual([
    ['/a', 2],
    ['/b', 1],
  ]);
});

test('misses in different lanes, or for different reasons, stay apart', () => {
  const ledger = new Ledger();
  ledger.missed(report('/a'), 'error');
  ledger.missed(report('/a', { lane: 'two' }), 'error');
  ledger.missed(report('/a', { code: 'exhausted' }), 'error');
  expect(ledger.summary([]).missList).toHaveLength(3);
});

test('a miss that upstream answered is counted apart', () => {
  const ledger = new Ledger();
  ledger.missed(report('/a'), 'forward');
  ledger.missed(report('/b'), 'record');
  expect(ledger.summary([])).toMatchObject({ misses: 0, forwarded: 2 });
});

test('a client in a loop cannot fill the memory', () => {
  const ledger = new Ledger();
  for (let i = 0; i < 5000; i += 1) {
    ledger.missed(report(`/${i}`), 'error');
    ledger.relaxed(`shop:session-1/${i}`, 'later');
  }
  const summary = ledger.summary(unused(5000));
  expect(summary).toMatchObject({ misses: 5000, relaxed: 5000, unused: 5000 });
  expect(summary.missList).toHaveLength(1000);
  expect(summary.relaxationList).toHaveLength(1000);
  expect(summary.unusedList).toHaveLength(1000);
});

describe('the verdict', () => {
  const summaryOf = (fill: (ledger: Ledger) => void, left: readonly UnusedRecording[] = []) => {
    const ledger = new Ledger();
    fill(ledger);
    return ledger.summary(left);
  };
  const all = new Set(['unmatched', 'forwarded', 'relaxed', 'unused'] as const);

  test('nothing happened, nothing fails', () => {
    expect(
      failuresOf(
        summaryOf(() => {}),
        all,
      ),
    ).toEqual([]);
  });

  test.each([
    ['unmatched', summaryOf((ledger) => ledger.missed(report('/a'), 'error'))],
    ['forwarded', summaryOf((ledger) => ledger.missed(report('/a'), 'forward'))],
    ['relaxed', summaryOf((ledger) => ledger.relaxed('shop:session-1/0', 'later'))],
    ['unused', summaryOf(() => {}, unused(1))],
  ] as const)('%s fails when asked for, and only then', (reason, summary) => {
    expect(failuresOf(summary, all)).toEqual([reason]);
    expect(failuresOf(summary, new Set([reason]))).toEqual([reason]);
    expect(failuresOf(summary, new Set())).toEqual([]);
  });
});

test('the summary, word for word', () => {
  const ledger = new Ledger();
  ledger.hit(0, 0);
  ledger.missed(report('/a'), 'error');
  ledger.missed(report('/a'), 'error');
  ledger.missed(report('/b'), 'forward');
  ledger.missed(report('/c'), 'record');
  ledger.relaxed('shop:session-1/4', 'recorded after a write that this lane has not made yet');
  expect(formatSummary(ledger.summary(unused(2)))).toEqual([
    '1 hit, 2 misses, 2 passed on to upstream, 1 relaxed, 2 unused recordings',
    'misses (4):',
    '  2 × GET /a: nothing was recorded at this path',
    '  GET /b: nothing was recorded at this path (passed on to upstream)',
    '  GET /c: nothing was recorded at this path (recorded from upstream)',
    'relaxed (1):',
    '  shop:session-1/4: recorded after a write that this lane has not made yet',
    'unused recordings (2):',
    '  shop:session-1/0 GET /0',
    '  shop:session-1/1 GET /1',
  ]);
});

test('the summary names the server where there may be several', () => {
  const ledger = new Ledger();
  ledger.missed(
    report('/a', { asked: { method: 'GET', target: '/a', targetName: 'api.test:443', bodyBytes: 0 } }),
    'error',
  );
  const [one] = unused(1);
  expect(formatSummary(ledger.summary([{ ...one!, targetName: 'shop.test:80' }]))).toEqual([
    '0 hits, 1 miss, 1 unused recording',
    'misses (1):',
    '  GET api.test:443 /a: nothing was recorded at this path',
    'unused recordings (1):',
    '  shop:session-1/0 GET shop.test:80 /0',
  ]);
});

test('long lists are cut and counted', () => {
  const lines = formatSummary(new Ledger().summary(unused(1234)));
  expect(lines[0]).toBe('0 hits, 0 misses, 1234 unused recordings');
  expect(lines).toHaveLength(13);
  expect(lines.at(-1)).toBe('  … and 1224 more');
});
