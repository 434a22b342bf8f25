import { expect, test } from 'vitest';
import { serversAhead, serverWindows, type TimedHeaders } from '../../src/compare/server-clock.ts';
import { jsonPair, judgeAll, findings, type JudgedPair, runAt, stepMs } from '../support/judged-session.ts';
import { baselineAt } from '../support/comparable.ts';

const hourMs = 3_600_000;
const window = { startMs: baselineAt, endMs: baselineAt + 40, sinceMs: baselineAt - 60_000 };
const dated = (ms: number): string[] => ['Date', new Date(ms).toUTCString()];

const seen = (headers: readonly string[]): TimedHeaders => ({ headers, window });
const now = seen(dated(baselineAt));

test('a server is ahead of our clock, or behind, by what its Date says beyond the tolerance of clocks', () => {
  const ahead = (ms: number): number | undefined => serversAhead(now, seen(dated(baselineAt + ms))).fresh;
  expect(ahead(-4000)).toBe(0);
  expect(ahead(73 * hourMs)).toBe(73 * hourMs - 40);
  expect(ahead(-73 * hourMs)).toBe(999 - 73 * hourMs);
  expect(serversAhead(seen([]), now)).toEqual({ baseline: undefined, fresh: 0 });
});

test('a Date that is the same in both is no clock', () => {
  const yesterday = seen(dated(baselineAt - 24 * hourMs));
  expect(serversAhead(yesterday, yesterday)).toEqual({});
});

test('its window is ours by its clock; where it does not tell, by what is known', () => {
  const ahead = { startMs: window.startMs + hourMs, endMs: window.endMs + hourMs, sinceMs: window.sinceMs + hourMs };
  expect(serverWindows(now, seen([]))).toEqual({ baselineWindow: window, freshWindow: window });
  expect(serverWindows(now, seen([]), { fresh: hourMs })).toEqual({ baselineWindow: window, freshWindow: ahead });
});

/** A response of a server whose clock is so far ahead, which tells a moment a second ago. */
function told(aheadMs: number, saidMs = aheadMs): JudgedPair {
  const at = (ms: number): { created: string; ulid: string } => {
    const letters = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
    const ulid = Array.from({ length: 10 }, (_, i) => letters[Math.floor(ms / 32 ** (9 - i)) % 32]).join('');
    return { created: new Date(ms - 1000).toISOString().slice(0, 10), ulid: `${ulid}9M43DFQR3P50JSW${ms % 10}` };
  };
  const pair = jsonPair(at(baselineAt), at(runAt + saidMs));
  return {
    ...pair,
    baseline: { ...pair.baseline, headers: dated(baselineAt) },
    fresh: { ...pair.fresh, headers: dated(runAt + aheadMs) },
  };
}

test('times of a server with another clock are its own', () => {
  const days = 73 * hourMs + 1234 * stepMs;
  expect(findings(judgeAll([told(days)]))).toEqual([]);
  expect(findings(judgeAll([told(-days)]))).toEqual([]);
  const isFound = ['0 body /created', '0 body /ulid'];
  const places = (pair: JudgedPair): string[] =>
    findings(judgeAll([pair])).map((line) => line.replace(/ changed.*/, ''));
  expect(places(told(0, days))).toEqual(isFound);
  expect(places(told(days, 0))).toEqual(isFound);
});
