import { expect, test } from 'vitest';
import { LaneKeeper } from '../../src/proxy/lane-keeper.ts';
import type { IncomingRequest } from '../../src/proxy/replay-layer.ts';
import { ReplaySource } from '../../src/proxy/replay-source.ts';
import { openReader } from '../support/cassette.ts';
import { replayable } from '../support/replayable.ts';

const headersOf = (token: string): string[] => ['Authorization', `Bearer ${token}`];
const asked = (token: string, target = '/a'): IncomingRequest => ({
  targetName: 'default',
  method: 'GET',
  target,
  headers: token === '' ? [] : headersOf(token),
  trailers: [],
  body: undefined,
  lane: '',
});

function keeper(rule: 'infer' | 'explicit' = 'infer') {
  const exchanges = ['/a', '/a', '/b'].map((target) => ({ target, headers: headersOf('recorded') }));
  const reader = openReader(replayable({ exchanges, redacted: false }));
  const source = new ReplaySource({
    layers: [{ reader, cassette: 'shop', session: reader.session() }],
    sequence: 'epoch',
  });
  return new LaneKeeper(source, { rule, pseudonym: undefined });
}

const unmarked = { mark: undefined, connection: undefined };

test('a mark decides before any credential', () => {
  const lanes = keeper();
  const mark = { name: 'one', how: 'path' } as const;
  for (const who of ['x', 'y']) expect(lanes.place([asked(who)], { ...unmarked, mark })).toMatchObject(mark);
  expect(lanes.place([asked('y')], unmarked)).toMatchObject({ name: 'default', how: 'default' });
});

test('inferred lanes are listed, reset and forgotten like others', () => {
  const lanes = keeper();
  const names = () => ['x', 'y'].map((who) => lanes.place([asked(who)], unmarked)?.name);
  expect(names()).toEqual(['default', 'actor-2']);
  expect(lanes.list().map(({ how }) => how)).toEqual(['default', 'actor']);
  expect(lanes.reset('actor-2')).toBe(true);
  expect(names()).toEqual(['default', 'actor-2']);
  lanes.resetAll();
  expect(lanes.place([asked('y')], unmarked)?.name).toBe('default');
});

test('a guess is told only where lanes could differ', () => {
  const lanes = keeper();
  for (const who of ['x', 'y']) lanes.place([asked(who)], unmarked);
  expect(lanes.place([asked('', '/a')], unmarked)?.isGuess).toBe(true);
  expect(lanes.place([asked('', '/b')], unmarked)?.isGuess).toBe(false);
});

test('under the rule `explicit` everybody without a mark is in one lane', () => {
  const lanes = keeper('explicit');
  expect(['x', 'y', ''].map((who) => lanes.place([asked(who)], unmarked)?.name)).toEqual([
    'default',
    'default',
    'default',
  ]);
});
