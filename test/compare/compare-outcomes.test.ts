import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Comparable, compareOutcomes } from '../../src/compare/compare-outcomes.ts';
import { failure, freshAt, renamesOf, response } from '../support/comparable.ts';

const compare = (baseline: Comparable, fresh: Comparable, renames: Record<string, string> = {}) =>
  compareOutcomes(baseline, fresh, { renames: renamesOf(renames) });

describe('status', () => {
  test('of another class is broken, within its class changed', () => {
    expect(compare(response({ status: 200 }), response({ status: 500 }))).toEqual([
      { part: 'status', path: '', pattern: '', kind: 'changed', severity: 'broken', before: '200', after: '500' },
    ]);
    expect(compare(response({ status: 200 }), response({ status: 201 }))).toMatchObject([{ severity: 'changed' }]);
  });
});

describe('failures', () => {
  test('of one kind are the same, whatever their words', () => {
    expect(compare(failure('reset', 'read ECONNRESET'), failure('reset', 'socket hang up'))).toEqual([]);
  });

  test('where there was a response, and the reverse, are broken', () => {
    expect(compare(response(), failure('timeout', 'no answer'))).toEqual([
      {
        part: 'failure',
        path: '',
        pattern: '',
        kind: 'type',
        severity: 'broken',
        before: 'response 200',
        after: 'timeout: no answer',
      },
    ]);
    expect(compare(failure('dns'), response())).toMatchObject([{ severity: 'broken', before: 'dns' }]);
    expect(compare(failure('dns'), failure('refused'))).toMatchObject([{ kind: 'changed', severity: 'broken' }]);
  });
});

test('parts come in order, trailers after the body', () => {
  const before = response({ status: 200, headers: ['X', '1'], body: '{"a":1}', trailers: ['T', '1'] });
  const after = response({ status: 404, headers: ['x', '2'], body: '{"a":2}', trailers: ['t', '2'] });
  expect(compare(before, after).map(({ part, path }) => `${part} ${path}`)).toEqual([
    'status ',
    'header x',
    'body /a',
    'trailer t',
  ]);
});

test('times of the capture are explained by the clock, those of a session back to its start', () => {
  const body = (time: string): string => JSON.stringify({ createdAt: time });
  const before = response({ body: body('2026-03-01T11:58:00.000Z') });
  const after = response({ body: body('2026-03-02T11:59:30.000Z'), capturedAt: freshAt });
  expect(compare(before, after)).toMatchObject([{ severity: 'changed' }]);
  const since = (side: Comparable, minutes: number) => ({ ...side, sinceMs: side.capturedAt - minutes * 60_000 });
  expect(compare(since(before, 3), since(after, 1))).toMatchObject([{ severity: 'equivalent', rule: 'clock' }]);
  expect(compare(since(before, 1), since(after, 1))).toMatchObject([{ severity: 'changed' }]);
});

test('a different length is listed as equivalent when the body says how, and counts when there is no body', () => {
  const sized = (body: string, length: string) =>
    response({ headers: ['Content-Type', 'application/json', 'Content-Length', length], body });
  expect(compare(sized('{"a":1}', '7'), sized('{"a":12}', '8'))).toMatchObject([
    { part: 'header', path: 'content-length', severity: 'equivalent', rule: 'default-header' },
    { part: 'body', path: '/a', severity: 'changed' },
  ]);
  expect(compare(sized('{"a":1}', '7'), sized('{"a": 1}', '8'))).toMatchObject([{ severity: 'equivalent' }]);
  expect(compare(sized('', '7'), sized('', '8'))).toMatchObject([{ path: 'content-length', severity: 'changed' }]);
});

test('an outcome has no difference to itself', () => {
  const body = fc.oneof(
    fc.json(),
    fc.string(),
    fc.uint8Array().map((bytes) => Buffer.from(bytes)),
  );
  const type = fc.constantFrom(
    'application/json',
    'text/html; charset=latin1',
    'image/png',
    'text/plain; charset=nonsense',
  );
  fc.assert(
    fc.property(body, type, (content, contentType) => {
      const side = response({ headers: ['Content-Type', contentType, 'Set-Cookie', 'a=b'], body: content });
      expect(compare(side, side)).toEqual([]);
    }),
  );
});

test('an answer that was cut off both times is another one when its status is', () => {
  const cut = (status: number): Comparable => {
    const { outcome, ...rest } = response({ status });
    if (outcome.kind === 'failure') throw new Error('a response was asked for');
    const { kind: _, ...facts } = outcome;
    return { ...rest, outcome: { kind: 'failure', code: 'truncated', message: '', response: facts } };
  };
  expect(compare(cut(200), cut(200))).toEqual([]);
  expect(compare(cut(200), cut(500))).toMatchObject([
    { part: 'status', kind: 'changed', severity: 'broken', before: '200', after: '500' },
  ]);
  // How far it came is chance.
  expect(compare(cut(200), failure('truncated'))).toEqual([]);
});
