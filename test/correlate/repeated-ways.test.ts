import { expect, test } from 'vitest';
import { RepeatedWays } from '../../src/correlate/repeated-ways.ts';

const way = 'POST /a json:/number → GET /b query:doc';

function seen(values: readonly string[], unexplained: readonly string[] = []): RepeatedWays<string> {
  const ways = new RepeatedWays<string>();
  for (const value of values) ways.unexplained('b', [{ way, to: 'b', rank: 2, value, flow: value }]);
  for (const _ of unexplained) ways.unexplained('b', []);
  return ways;
}

const confirmed = (ways: RepeatedWays<string>, witness: ReadonlyMap<string, ReadonlySet<string>> = new Map()) =>
  ways.confirmed(witness, (flow) => flow).map(({ flow }) => flow);

test('a way is believed when different values that could not be guessed took it, and nothing else came to its end', () => {
  expect(confirmed(seen(['48213', '77054']))).toEqual(['48213', '77054']);
  expect(confirmed(seen(['48213']))).toEqual([]);
  expect(confirmed(seen(['48213', '48213']))).toEqual([]);
  expect(confirmed(seen(['12', '13', '14', '15']))).toEqual([]);
  expect(confirmed(seen(['4', '2', '9']))).toEqual([]);
  expect(confirmed(seen(['pending', 'done', 'open']))).toEqual([]);
  expect(confirmed(seen(['48213', '77054'], ['5']))).toEqual([]);
});

test('another recording with another value confirms one that was seen once', () => {
  const witness = seen(['77054']).witness();
  expect(confirmed(seen(['48213']), witness)).toEqual(['48213']);
  expect(confirmed(seen(['77054']), witness)).toEqual([]);
  expect(seen([]).isUnsure).toBe(false);
});

test('of several ways to one place the best is taken', () => {
  const ways = new RepeatedWays<string>();
  for (const value of ['48213', '77054']) {
    ways.unexplained('b', [
      { way: 'read', to: 'b', rank: 2, value, flow: `${value} read` },
      { way: 'write', to: 'b', rank: 3, value, flow: `${value} write` },
    ]);
  }
  expect(ways.confirmed(new Map(), (flow) => flow.split(' ')[0]!).map(({ flow }) => flow)).toEqual([
    '48213 write',
    '77054 write',
  ]);
});
