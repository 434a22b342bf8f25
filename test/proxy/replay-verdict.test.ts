import { describe, expect, test } from 'vitest';
import { type Audit, nothingFound } from '../../src/proxy/audit.ts';
import { Ledger, type UnusedRecording } from '../../src/proxy/ledger.ts';
import { failReasons, failuresOf, formatSummary, verdictExitCode } from '../../src/proxy/replay-verdict.ts';
import { missReport as report, unusedRecordings as unused } from '../support/ledger.ts';

describe('the verdict', () => {
  const summaryOf = (
    fill: (ledger: Ledger) => void,
    { left = [], audit = {} }: { left?: readonly UnusedRecording[]; audit?: Partial<Audit> } = {},
  ) => {
    const ledger = new Ledger();
    fill(ledger);
    return ledger.summary(left, { ...nothingFound, ...audit });
  };
  const all = new Set(failReasons);

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
    ['unused', summaryOf(() => {}, { left: unused(1) })],
    ['obsolete', summaryOf(() => {}, { audit: { obsolete: 1 } })],
    ['expired', summaryOf(() => {}, { audit: { expired: 1 } })],
    ['secrets', summaryOf(() => {}, { audit: { secrets: 1 } })],
  ] as const)('%s fails when asked for, and only then', (reason, summary) => {
    expect(failuresOf(summary, all)).toEqual([reason]);
    expect(failuresOf(summary, new Set([reason]))).toEqual([reason]);
    expect(failuresOf(summary, new Set())).toEqual([]);
  });

  test('secrets outweigh every other reason in the exit code', () => {
    expect(verdictExitCode([])).toBe(0);
    expect(verdictExitCode(['unmatched', 'expired'])).toBe(1);
    expect(verdictExitCode(['unmatched', 'secrets'])).toBe(5);
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

test('a replay without anything to tell is one line', () => {
  expect(formatSummary(new Ledger().summary([]))).toEqual(['0 hits, 0 misses, 0 unused recordings']);
});

test('what looking the sessions over found, word for word', () => {
  const audit: Audit = {
    obsolete: 1,
    obsoleteList: [{ what: 'GET /search: ignore query nonce', why: 'no recording is in its scope' }],
    expired: 2,
    expiredList: [
      { session: 'shop:session-1', startedAt: Date.UTC(2025, 0, 15, 12), ageDays: 31 },
      { session: 'shop:session-2', startedAt: Date.UTC(2025, 1, 14, 12), ageDays: 1 },
    ],
    secrets: 3,
    secretList: [
      { address: 'shop:session-1/0', side: 'request', place: 'header:authorization[0]', rule: 'header:authorization' },
    ],
    unscanned: 1,
  };
  expect(formatSummary(new Ledger().summary([], audit))).toEqual([
    '0 hits, 0 misses, 0 unused recordings, 1 obsolete, 2 expired sessions, 3 stored secrets',
    'obsolete (1):',
    '  GET /search: ignore query nonce: no recording is in its scope',
    'expired sessions (2):',
    '  shop:session-1 recorded on 2025-01-15, 31 days ago',
    '  shop:session-2 recorded on 2025-02-14, 1 day ago',
    'secrets that are stored as they are (3):',
    '  shop:session-1/0 request header:authorization[0] (header:authorization)',
    '  … and 2 more',
    '1 body could not be looked into for secrets',
  ]);
});

test('injected faults are counted and listed; they make nothing fail', () => {
  const ledger = new Ledger();
  for (const fault of ['* /pay: reset first 2', '*: 503 20%', '* /pay: reset first 2']) ledger.faulted(fault);
  const summary = ledger.summary([]);
  expect(failuresOf(summary, new Set(failReasons))).toEqual([]);
  expect(formatSummary(summary)).toEqual([
    '0 hits, 0 misses, 0 unused recordings, 3 injected faults',
    'injected faults (3):',
    '  2 × * /pay: reset first 2',
    '  *: 503 20%',
  ]);
});
