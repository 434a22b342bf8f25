import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Delay, Fault, FaultEffect } from '../../src/model/fault.ts';
import { formatFault, parseFault } from '../../src/model/fault-text.ts';

const any = { method: '*', path: undefined };

test.each<[string, Fault]>([
  ['*: 503 20%', { scope: any, effect: { kind: 'status', status: 503 }, probability: 0.2 }],
  [
    'GET /orders/*: latency 200ms±50ms',
    {
      scope: { method: 'GET', path: ['orders', '*'] },
      effect: { kind: 'latency', delay: { kind: 'normal', meanMs: 200, deviationMs: 50 } },
      probability: 1,
    },
  ],
  [
    'POST /pay: reset first 2 after 1 lane blue seed 7',
    {
      scope: { method: 'POST', path: ['pay'] },
      effect: { kind: 'reset' },
      probability: 1,
      times: 2,
      after: 1,
      lane: 'blue',
      seed: 7,
    },
  ],
  ['*: reset at 1kB', { scope: any, effect: { kind: 'reset', atBytes: 1024 }, probability: 1 }],
  ['*: 429 retry-after 2s', { scope: any, effect: { kind: 'status', status: 429, retryAfterS: 2 }, probability: 1 }],
])('%s is read and written', (text, fault) => {
  expect(parseFault(text)).toEqual(fault);
  expect(formatFault(fault)).toBe(text);
});

test.each([
  ['  GET /a:   status 503  ', 'GET /a: 503'],
  ['*: latency 1500ms', '*: latency 1500ms'],
  ['*: latency 2000ms', '*: latency 2s'],
  ['*: latency 20ms+-5ms', '*: latency 20ms±5ms'],
  ['*: bandwidth 65536B/s', '*: bandwidth 64kB/s'],
  ['*: bandwidth 1.5kb/s', '*: bandwidth 1536B/s'],
  ['GET /a:b: truncated at 50%', 'GET /a:b: truncated at 50%'],
])('%s is written in one way', (text, written) => {
  expect(formatFault(parseFault(text))).toBe(written);
});

test('an object says the same', () => {
  const given = { in: 'GET /a', fault: 'latency 1s', probability: 0.5, times: 3, after: 2, lane: 'x', seed: 4 };
  expect(formatFault(parseFault(given))).toBe('GET /a: latency 1s 50% first 3 after 2 lane x seed 4');
});

describe('what is no fault is said', () => {
  test.each<[unknown, string, string]>([
    [
      'GET /a',
      'there is no ": " between the requests and what goes wrong',
      "write for example 'GET /orders/*: latency 200ms', or '*: 503 20%'",
    ],
    [
      'GET /a:',
      'nothing is said to go wrong',
      'write one of latency, slow-first-byte, bandwidth, status, rate-limit, reset, truncated, garbage, timeout',
    ],
    ['GET /a: latancy 2s', '"latancy" is no fault', 'did you mean latency?'],
    [
      'GET /a: explode',
      '"explode" is no fault',
      'write one of latency, slow-first-byte, bandwidth, status, rate-limit, reset, truncated, garbage, timeout, or a status such as 503',
    ],
    [
      'get /a: reset',
      '"get" is no method: write GET',
      'write the requests as GET /orders/{id}, POST /pay, * /api/**, or * for every request',
    ],
    [
      '*: latency soon',
      '"soon" is no time for latency',
      'write a time (300ms), a range (100ms..500ms), mean and deviation (200ms±50ms), p50=80ms,p99=900ms, or min=50ms,shape=1.5; at most 1h',
    ],
    [
      '*: latency',
      'latency needs a time',
      'write a time (300ms), a range (100ms..500ms), mean and deviation (200ms±50ms), p50=80ms,p99=900ms, or min=50ms,shape=1.5; at most 1h',
    ],
    ['*: 200', '"200" is no status of a failure', 'write one from 400 to 599'],
    ['*: bandwidth 64kB', 'bandwidth needs bytes for each second', 'write for example bandwidth 64kB/s'],
    [
      '*: rate-limit 3',
      'rate-limit needs a number of requests and a window',
      'write for example rate-limit 10 per 1s, or rate-limit 3 per 10 requests',
    ],
    [
      '*: truncated',
      'truncated needs the place where the body breaks off',
      'write for example truncated at 50%, or truncated at 1kB',
    ],
    [
      '*: truncated at 100%',
      'truncated needs the place where the body breaks off',
      'write for example truncated at 50%, or truncated at 1kB',
    ],
    ['*: reset at once', 'reset at needs a size', 'write for example reset at 1kB, or reset alone'],
    ['*: 503 retry-after soon', 'retry-after needs whole seconds', 'write for example 503 retry-after 2s'],
    ['*: reset frist 2', '"frist" is not understood', 'did you mean first?'],
    [
      '*: reset first two',
      'first needs a whole number from 1',
      'behind the fault may stand: 20%, first 3, after 2, lane NAME, seed 7',
    ],
    ['*: reset 20% 30%', '30% is said twice', 'behind the fault may stand: 20%, first 3, after 2, lane NAME, seed 7'],
    [
      '*: reset 120%',
      'the probability is not more than 0 % and at most 100 %',
      'write for example 20%, or 0.2 in an object',
    ],
    [{ in: '*', falut: 'reset' }, 'it has no "falut"', 'did you mean fault?'],
    [
      { in: '*', fault: 'reset 20%' },
      '"20%" is no part of a fault in an object',
      'give probability, times, after, lane and seed beside it',
    ],
    [
      { fault: 'reset' },
      'it does not say for which requests',
      'give in: GET /orders/{id}, POST /pay, * /api/**, or * for every request',
    ],
    [
      { in: '*', fault: 'reset', times: '2' },
      'first needs a whole number from 1',
      'behind the fault may stand: 20%, first 3, after 2, lane NAME, seed 7',
    ],
    [7, 'it is neither a line nor an object', "write for example 'GET /orders/*: latency 200ms'"],
  ])('%j', (given, problem, hint) => {
    const fault = typeof given === 'string' ? given : JSON.stringify(given);
    expect(() => parseFault(given)).toThrow(
      expect.objectContaining({ code: 'FAULT_INVALID', message: `fault ${fault}: ${problem}`, hint }),
    );
  });
});

const ms = fc.integer({ min: 1, max: 3_600_000 });
const delay: fc.Arbitrary<Delay> = fc.oneof(
  ms.map((value) => ({ kind: 'fixed' as const, ms: value })),
  fc.tuple(ms, ms).map(([a, b]) => ({ kind: 'uniform' as const, fromMs: Math.min(a, b), toMs: Math.max(a, b) })),
  fc.tuple(ms, ms).map(([meanMs, deviationMs]) => ({ kind: 'normal' as const, meanMs, deviationMs })),
  fc.tuple(ms, ms).map(([a, b]) => ({ kind: 'lognormal' as const, p50Ms: Math.min(a, b), p99Ms: Math.max(a, b) })),
  fc
    .tuple(ms, fc.integer({ min: 1, max: 500 }))
    .map(([minMs, shape]) => ({ kind: 'pareto' as const, minMs, shape: shape / 100 })),
);
const count = fc.integer({ min: 1, max: 1e8 });
const bytes = fc.integer({ min: 1, max: 2 ** 40 });
const effect: fc.Arbitrary<FaultEffect> = fc.oneof(
  delay.map((value) => ({ kind: 'latency' as const, delay: value })),
  delay.map((value) => ({ kind: 'slow-first-byte' as const, delay: value })),
  bytes.map((bytesPerSecond) => ({ kind: 'bandwidth' as const, bytesPerSecond })),
  fc.integer({ min: 400, max: 599 }).map((status) => ({ kind: 'status' as const, status })),
  fc
    .tuple(fc.integer({ min: 400, max: 599 }), fc.integer({ min: 1, max: 3600 }))
    .map(([status, retryAfterS]) => ({ kind: 'status' as const, status, retryAfterS })),
  fc
    .tuple(count, ms)
    .map(([limit, length]) => ({ kind: 'rate-limit' as const, limit, window: { unit: 'time' as const, ms: length } })),
  fc.tuple(count, count).map(([limit, many]) => ({
    kind: 'rate-limit' as const,
    limit,
    window: { unit: 'requests' as const, count: many },
  })),
  fc.constant({ kind: 'reset' as const }),
  bytes.map((atBytes) => ({ kind: 'reset' as const, atBytes })),
  bytes.map((at) => ({ kind: 'truncated' as const, at: { unit: 'bytes' as const, bytes: at } })),
  fc
    .integer({ min: 0, max: 999 })
    .map((part) => ({ kind: 'truncated' as const, at: { unit: 'share' as const, share: part / 1000 } })),
  fc.constant({ kind: 'garbage' as const }),
  fc.constant({ kind: 'timeout' as const }),
);

test('every fault that is written is read back as it was', () => {
  const rest = fc.record(
    {
      times: count,
      after: count,
      lane: fc.stringMatching(/^[a-z0-9-]{1,8}$/),
      seed: fc.integer({ min: -1e6, max: 1e6 }),
    },
    { requiredKeys: [] },
  );
  const probability = fc.integer({ min: 1, max: 1000 }).map((part) => part / 1000);
  fc.assert(
    fc.property(effect, probability, rest, (what, chance, conditions) => {
      const fault: Fault = {
        scope: { method: 'GET', path: ['a', '{id}'] },
        effect: what,
        probability: chance,
        ...conditions,
      };
      expect(parseFault(formatFault(fault))).toEqual(fault);
    }),
  );
});

test('what the page about faults shows can be read, and is written as it stands there', () => {
  const blocks = readFileSync('docs/faults.md', 'utf8').matchAll(/```faults\n(.*?)```/gs);
  const lines = [...blocks].flatMap(([, block = '']) => block.trim().split('\n'));
  expect(lines.length).toBeGreaterThan(3);
  expect(lines.map((line) => formatFault(parseFault(line)))).toEqual(lines);
});
