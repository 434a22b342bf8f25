import { describe, expect, test } from 'vitest';
import { maskedTarget, nearRecording, neighbourhood } from '../../src/proxy/near-recordings.ts';
import { openReader } from '../support/cassette.ts';
import { replayable } from '../support/replayable.ts';

describe('a target with its secrets masked', () => {
  const mask = (name: string, index = 0) => ({ place: `query:${name}[${index}]`, name: 'TOKEN', value: 'secret' });

  test.each([
    ['/a', [mask('t')], '/a'],
    ['/a?t=secret&x=1', [], '/a?t=secret&x=1'],
    ['/a?t=secret&x=1', [mask('t')], '/a?t=⟦TOKEN⟧&x=1'],
    ['/a?t=one&t=secret', [mask('t', 1)], '/a?t=one&t=⟦TOKEN⟧'],
    ['/a?%74=secret&flag', [mask('t')], '/a?%74=⟦TOKEN⟧&flag'],
    ['/a?t=secret', [{ place: 'json:/t', name: 'TOKEN', value: 'secret' }], '/a?t=secret'],
  ])('%s with %j is %s', (target, masks, shown) => {
    expect(maskedTarget(target, masks)).toBe(shown);
  });
});

test('a large or damaged recorded body is compared by its size, and takes nothing away', () => {
  const body = JSON.stringify({ text: 'x'.repeat(300 * 1024) });
  const headers = ['Content-Type', 'application/json'];
  const reader = openReader(replayable({ exchanges: [{ method: 'POST', target: '/a', headers, body }] }));
  const {
    nearest: [near],
  } = neighbourhood(
    [{ reader, cassette: 'shop', session: reader.session() }],
    {
      targetName: 'default',
      method: 'POST',
      target: '/a',
      headers,
      trailers: [],
      body: Buffer.from('{"text":"short"}'),
      lane: 'default',
    },
    { masks: [], limit: 3 },
  );
  expect(near && nearRecording(near).address).toBe('shop:session-1/0');
  expect(near?.differences.map(({ words }) => words)).toEqual([
    `body: recorded ${Buffer.byteLength(body)} bytes, incoming JSON of 16 characters`,
  ]);
});

test('neighbours come from every layer', () => {
  const reader = openReader(
    replayable({ exchanges: [{ target: '/a?x=1' }] }, { exchanges: [{ target: '/a?x=2' }, { target: '/z' }] }),
  );
  const { nearest } = neighbourhood(
    reader.sessions().map((session) => ({ reader, cassette: 'shop', session })),
    {
      targetName: 'default',
      method: 'GET',
      target: '/a?x=3',
      headers: [],
      trailers: [],
      body: undefined,
      lane: 'default',
    },
    { masks: [], limit: 2 },
  );
  expect(nearest.map(({ recorded }) => recorded.address)).toEqual(['shop:session-1/0', 'shop:session-2/0']);
});

test('the same request recorded several times is named once, by its first recording', () => {
  const exchanges = ['/a?x=1', '/a?x=1', '/a?x=2', '/a?x=1'].map((target) => ({ target }));
  const reader = openReader(replayable({ exchanges }));
  const { nearest, all } = neighbourhood(
    [{ reader, cassette: 'shop', session: reader.session() }],
    {
      targetName: 'default',
      method: 'GET',
      target: '/a?x=3',
      headers: [],
      trailers: [],
      body: undefined,
      lane: 'default',
    },
    { masks: [], limit: 3 },
  );
  expect(nearest.map(({ recorded }) => recorded.address)).toEqual(['shop:session-1/0', 'shop:session-1/2']);
  expect(all).toHaveLength(4);
});
