import { hash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { parseMatchRuleLine } from '../../src/model/match-rule-grammar.ts';
import { compileMatchRules, noMatchRules } from '../../src/model/match-rule-set.ts';
import { indexSession } from '../../src/proxy/index-session.ts';
import type { IndexedRecording } from '../../src/store/replay-index.ts';
import { cassetteOf, openReader } from '../support/cassette.ts';
import { replayable } from '../support/replayable.ts';

const [a, b, c, d] = [
  '3f2504e0-4f89-41d3-9a0c-0305e82c3301',
  '8c9e6679-7425-40de-944b-e07fc1f90ae7',
  '16fd2706-8baf-433b-82eb-8c7fada847da',
  '7d444840-9dc0-41d1-b245-5ffdce74fad2',
] as const;

type Parts = Parameters<typeof cassetteOf>[0][number];

function indexOf(exchanges: readonly Parts[], lines: readonly string[] = []): IndexedRecording[] {
  const reader = openReader(cassetteOf(exchanges));
  const rules = lines.length === 0 ? noMatchRules : compileMatchRules(lines.map(parseMatchRuleLine));
  return indexSession(reader, reader.session(), rules);
}

const get = (target: string, responseBytes = '{}'): Parts => ({ target, responseBytes });
const post = (target: string, requestBytes: string, responseBytes = '{}'): Parts => ({
  method: 'POST',
  target,
  requestHeaders: ['Content-Type', 'application/json'],
  requestBytes,
  responseBytes,
});
const freeOf = (indexed: readonly IndexedRecording[]): (readonly boolean[] | undefined)[] =>
  indexed.map(({ shape }) => shape?.tokens.map(({ free }) => free));

describe('the index of a session', () => {
  test('frees ids that the client made, not those that a response issued', () => {
    const indexed = indexOf([
      post('/orders', `{"requestId":"${a}"}`, `{"id":"${b}"}`),
      get(`/orders/${b}`),
      get(`/requests/${a}`),
    ]);
    expect(freeOf(indexed)).toEqual([[true], undefined, [true]]);
  });

  test('does not free them in another spelling', () => {
    const indexed = indexOf([post('/orders', '{}', `{"id":"${b.toUpperCase()}"}`), get(`/orders/${b}`)]);
    expect(freeOf(indexed)).toEqual([undefined, undefined]);
  });

  test('knows answers apart that differ in a cookie, not those that differ in the time of day', () => {
    const answersTo = (...heads: readonly (readonly string[])[]): unknown[] => {
      const exchanges = heads.map((headers, i) => ({ target: `/a/${[a, b][i]}`, response: { headers } }));
      const reader = openReader(replayable({ exchanges }));
      return indexSession(reader, reader.session(), noMatchRules).map(({ shape }) => shape!.answer);
    };
    expect(new Set(answersTo(['Set-Cookie', 'sid=1'], ['Set-Cookie', 'sid=2'])).size).toBe(2);
    const at = (second: number, id: string) => ['Date', `Sun, 06 Nov 1994 08:49:3${second} GMT`, 'X-Request-Id', id];
    expect(new Set(answersTo(at(7, c), at(8, d))).size).toBe(1);
  });

  test('does not take an echo for an issue', () => {
    const indexed = indexOf([post('/orders', `{"id":"${a}"}`, `{"id":"${a}"}`), get(`/orders/${a}`, `{"id":"${a}"}`)]);
    expect(freeOf(indexed)).toEqual([[true], [true]]);
  });

  test('knows answers that are equal but for the values that were asked with', () => {
    const [first, second, third] = indexOf([
      get(`/echo/${a}`, `{"you":"${a}","n":1}`),
      get(`/echo/${b}`, `{"you":"${b}","n":1}`),
      get(`/echo/${c}`, `{"you":"${c}","n":2}`),
    ]);
    expect(first!.shape?.answer).toBe(second!.shape?.answer);
    expect(third!.shape?.answer).not.toBe(first!.shape?.answer);
  });

  test('takes what merely looks random for anew only where it was seen to change', () => {
    const [one, two] = ['V1StGXR8_Z5jdHi6B-myT', 'x9LkQz_3bT7wYc-Pq2RmN'];
    expect(freeOf(indexOf([get(`/a?n=${one}`)]))).toEqual([undefined]);
    expect(freeOf(indexOf([get(`/a?n=${one}`), get(`/a?n=${two}`)]))).toEqual([[true], [true]]);
    expect(freeOf(indexOf([get(`/a?n=${one}`), get(`/b?n=${two}`)]))).toEqual([undefined, undefined]);
  });

  test('puts a write and a read together where the write names what is read', () => {
    const [one, other] = ['one', 'other'].map((blob) => `sha256:${hash('sha256', blob)}`);
    const put = (digest?: string): Parts => ({
      method: 'PUT',
      target: `/uploads/7?digest=${digest}`,
      responseBytes: '',
    });
    const blobs = [get(`/blobs/${one}`), get(`/blobs/${other}`)];
    const indexed = indexOf([get('/uploads/7'), put(one), put(other), ...blobs]);
    expect(indexed.map(({ since }) => since).slice(3)).toEqual([2, 3]);
  });

  test('lists what an answer repeats of the headers it was asked with', () => {
    const [echoing, silent] = indexOf([
      { target: '/a', requestHeaders: ['X-Request-Id', a, 'Cookie', `sid=${b}`], responseBytes: `"${a} ${b}"` },
      { target: '/a', requestHeaders: ['X-Request-Id', a], responseBytes: '""' },
    ]);
    expect(echoing!.echo).toEqual([
      { place: 'header:x-request-id[0]', value: a, kind: expect.stringMatching(/^uuid/) },
    ]);
    expect(silent!.echo).toBeUndefined();
  });

  test('is made under match rules', () => {
    const [first, second] = indexOf([get('/a?n=1'), get('/a?n=2')], ['GET /a: ignore query n']);
    expect(first!.requestKey).toBe(second!.requestKey);
    const [plain] = indexOf([get('/a?n=1')]);
    expect(plain!.requestKey).not.toBe(first!.requestKey);
    const [read] = indexOf([post('/search', '{}')], ['POST /search: treat as read']);
    expect(read!.isWrite).toBe(false);
  });

  test('holds which writes change which reads', () => {
    const [, , other, write, , unrelated] = indexOf([
      get('/cart', '{"n":0}'),
      get('/news', '["x"]'),
      get('/news', '["x"]'),
      post('/cart/items', '{"sku":1}'),
      get('/cart', '{"n":1}'),
      get('/news', '["x"]'),
    ]);
    expect(write).toMatchObject({ isWrite: true, opens: 4 });
    expect(unrelated!.since).toBe(other!.since);
  });

  test('keeps the key of what cannot be read again', () => {
    const cut = { ...post('/upload', '{}'), requestKey: 'ab'.repeat(16) };
    const reader = openReader(cassetteOf([{ ...cut, requestHeaders: ['Content-Type', 'application/grpc'] }]));
    expect(indexSession(reader, reader.session(), noMatchRules)[0]!.requestKey).toBe('ab'.repeat(16));
  });

  test('of a failure has no answer to compare', () => {
    const outcome = { kind: 'failure', code: 'refused', message: 'x' } as const;
    const [indexed] = indexOf([{ target: `/a/${a}`, outcome }]);
    expect(indexed!.shape?.tokens).toHaveLength(1);
  });
});
