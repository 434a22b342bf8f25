import { describe, expect, test } from 'vitest';
import type { EffectFacts } from '../../src/match/effect-facts.ts';
import { learnEffects, type LearnedEffects } from '../../src/match/learn-effects.ts';
import { recordedFacts } from '../support/effects.ts';

const learn = (...lines: readonly string[]): LearnedEffects => learnEffects(recordedFacts(lines));

/** For each exchange: the write that opened the state it shows, `-` for none; `w` for a write. */
function behind({ facts }: LearnedEffects): string {
  return Array.from(facts.entries())
    .toSorted(([a], [b]) => a - b)
    .map(([, { isWrite, since }]) => (isWrite ? 'w' : since === 0 ? '-' : String(since - 1)))
    .join(' ');
}

describe('what a read shows', () => {
  test.each<{ title: string; lines: readonly string[]; shows: string }>([
    {
      title: 'its own resource after the write that changed it; other collections are left alone',
      lines: ['GET /orders = a', 'GET /products = p', 'POST /orders = ok', 'GET /orders = b', 'GET /products = p'],
      shows: '- - w 2 -',
    },
    {
      title: 'what was read only once rests on writes to the same, above and below it',
      lines: ['PUT /orders/1 = x', 'GET /orders = a', 'POST /orders/1/payment = y', 'GET /orders/1 = b'],
      shows: 'w 0 w 2',
    },
    {
      title: 'singular and plural are the same thing',
      lines: ['POST /order/create = x', 'GET /orders = a'],
      shows: 'w 0',
    },
    {
      title: 'a write on another server does nothing here',
      lines: ['POST /orders@b = x', 'GET /orders@a = a'],
      shows: 'w -',
    },
    {
      title: 'unless it was seen to: then also where it could not be seen',
      lines: ['GET /a/1@a = 1', 'POST /hook@b = x', 'GET /a/1@a = 2', 'POST /hook@b = x', 'GET /a/9@a = 9'],
      shows: '- w 1 w 3',
    },
    {
      title: 'a value that a write issued leads to the reads that need it',
      lines: ['POST /checkouts +7 = x', 'GET /checkouts = l', 'GET /invoices/7 -7 = i', 'GET /invoices = l'],
      shows: 'w 0 0 -',
    },
    {
      title: 'a write to what nobody reads may change anything of its server',
      lines: ['POST /login = x', 'GET /me = a', 'GET /orders = b', 'GET /me@other = c'],
      shows: 'w 0 0 -',
    },
    {
      title: 'but not what was seen to stay as it was',
      lines: ['GET /me = no', 'GET /news = a', 'POST /login = x', 'GET /me = yes', 'GET /news = a'],
      shows: '- - w 2 -',
    },
    {
      title: 'what moves while nothing is written is not moved by writes elsewhere',
      lines: ['GET /jobs/1 = 10', 'GET /jobs/1 = 20', 'GET /orders = a', 'POST /orders = x', 'GET /jobs/1 = 30'],
      shows: '- - - w -',
    },
    {
      title: 'a refused write tells nothing of one that was let through',
      lines: [
        'GET /me = a',
        'POST /login !401 = no',
        'GET /me = a',
        'GET /you = a',
        'POST /login = yes',
        'GET /me = b',
        'GET /you = b',
      ],
      shows: '- w - 1 w 4 4',
    },
    {
      title: 'two writes may undo each other: nothing unchanged is learned from them',
      lines: ['GET /me = a', 'POST /login = x', 'POST /logout = x', 'GET /me = a', 'GET /news = n'],
      shows: '- w w 2 2',
    },
    {
      title: 'a write that cannot be served moves nothing',
      lines: ['GET /a = 1', 'PUT /a unservable = x', 'GET /a = 2'],
      shows: '- w -',
    },
    {
      title: 'a write with another body may change what one left alone',
      lines: [
        'GET /a = 1',
        'POST /do#x = x',
        'GET /a = 1',
        'POST /do#y = x',
        'GET /a = 1',
        'POST /do#z = x',
        'GET /a = 1',
      ],
      shows: '- w - w - w -',
    },
    {
      title: 'GraphQL: mutations write, queries and subscriptions read',
      lines: [
        'POST /graphql ~query:orders = a',
        'POST /graphql ~mutation:addOrder = x',
        'POST /graphql ~query:orders = b',
        'POST /graphql ~subscription:orderAdded',
        'POST /graphql ~query:news = n',
      ],
      shows: '- w 1 1 1',
    },
    {
      title: 'rules decide',
      lines: ['GET /counter treat:write = a', 'POST /find treat:read = x', 'GET /counter/x = a'],
      shows: 'w - 0',
    },
    {
      title: 'a POST that only searches is a read',
      lines: [
        'POST /search#q = r',
        'GET /orders = a',
        'POST /search#q = r',
        'POST /orders = x',
        'GET /orders = b',
        'POST /search#q = r',
      ],
      shows: '- - - w 3 -',
    },
  ])('$title', ({ lines, shows }) => {
    expect(behind(learn(...lines))).toBe(shows);
  });

  test('writes whose effects were seen on their own things leave the others of the kind alone', () => {
    const learned = learn(
      'GET /a/1 = x',
      'PUT /a/1 = ok',
      'GET /a/1 = y',
      'PUT /a/2 = ok',
      'GET /a/2 = z',
      'GET /a/1 = y',
    );
    expect(behind(learned)).toBe('- w 1 w 3 1');
    expect(learned.facts.get(2)!.state).toBe(learned.facts.get(5)!.state);
    expect(learned.facts.get(2)!.state).not.toBe(learned.facts.get(4)!.state);
  });

  test('reads that the same writes change share a state', () => {
    const { facts } = learn('POST /login = x', 'GET /me = a', 'GET /cart = b', 'GET /me@other = c');
    expect(facts.get(1)!.state).toBe(facts.get(2)!.state);
    expect(facts.get(3)!.state).not.toBe(facts.get(1)!.state);
    expect(facts.get(0)).toEqual({ isWrite: true, state: 0, since: 0, opens: 1, changes: [facts.get(1)!.state] });
    expect(facts.get(3)).toMatchObject({ isWrite: false, since: 0, after: 0 });
  });
});

describe('a read beside a write', () => {
  test('may belong to either side', () => {
    const { facts } = learn('GET /a = 1 | PUT /a = ok', 'GET /b = 1');
    expect(facts.get(0)).toMatchObject({ since: 0, after: 0, between: [0, 2] });
  });

  test('is put where its answer was given', () => {
    expect(behind(learn('GET /a = 1', 'PUT /a = ok | GET /a = 1', 'GET /a = 2'))).toBe('- w - 1');
    expect(behind(learn('GET /a = 1', 'GET /a = 2 | PUT /a = ok', 'GET /a = 2'))).toBe('- 2 w 2');
  });

  test('requests that follow each other within a millisecond do not overlap', () => {
    const facts = recordedFacts(['PUT /a = ok', 'GET /a = 1']);
    const quick: EffectFacts[] = [
      { ...facts[0]!, endedAt: facts[0]!.startedAt + 0.9 },
      { ...facts[1]!, startedAt: facts[0]!.startedAt },
    ];
    expect(learnEffects(quick).facts.get(1)!.between).toBeUndefined();
  });
});

test('why a read shows its state can be told', () => {
  const learned = learn(
    'GET /orders = a',
    'POST /orders +7 = ok',
    'GET /orders = b',
    'GET /bills/7 -7 = c',
    'POST /login = x',
    'GET /about = n',
  );
  expect([0, 1, 2, 3, 5].map((position) => learned.explainState(position))).toEqual([
    undefined,
    undefined,
    { write: 1, because: 'read-changed' },
    { write: 1, because: 'flow' },
    { write: 4, because: 'host' },
  ]);
});

test.each([
  ['one counter', (i: number) => [`GET /a = ${i}`, 'PUT /a = ok']],
  ['many things of one kind', (i: number) => [`GET /things/${i % 3000} = ${i}`, `PUT /things/${i % 3000} = ok`]],
  ['many kinds of things', (i: number) => [`GET /k${i % 900}x/v = ${i}`, `POST /k${i % 900}x/v = ok`]],
  ['things with names', (i: number) => [`GET /users/${name(i % 2000)} = ${i}`, `DELETE /users/${name(i % 2000)} = ok`]],
  ['writes to the whole and reads of the parts', (i: number) => [`GET /things/${i} = ${i}`, `POST /things#${i} = ok`]],
  ['much between two reads', (i: number) => [i % 1000 === 0 ? `GET /a = ${i}` : 'GET /b = 1', 'POST /c = ok']],
])('a session of 20,000 exchanges: %s', (_, lines) => {
  const recorded = recordedFacts(Array.from({ length: 10_000 }, (__, i) => lines(i)).flat());
  const { facts } = learnEffects(recorded);
  expect(facts.size).toBe(20_000);
  // What is kept of it does not grow with the square of the session.
  let changes = 0;
  for (const { changes: states = [] } of facts.values()) changes += states.length;
  expect(changes).toBeLessThan(50 * 20_000);
  expect(facts.get(19_999)).toMatchObject({ isWrite: true, opens: 20_000 });
});

function name(i: number): string {
  return i.toString(26).replaceAll(/\d/g, (digit) => 'qrstuvwxyz'[Number(digit)]!);
}

describe('what is known to change a read', () => {
  const sureOf = (lines: readonly string[], read: number): number[] => {
    const { facts } = learnEffects(recordedFacts(lines));
    const { changedBy } = facts.get(read)!;
    return lines.flatMap((_, i) => (facts.get(i)!.surely?.includes(changedBy ?? -1) ? [i] : []));
  };

  test('writes to the same thing, above it and below it', () => {
    const lines = ['GET /orders/1 = a', 'PUT /orders/1', 'POST /orders/1/lines', 'PUT /orders/2', 'DELETE /orders'];
    expect(sureOf(lines, 0)).toEqual([1, 2, 4]);
  });

  test('not what adds to its collection, what was refused, what only shares a noun, or what nobody reads', () => {
    const lines = ['GET /orders/1 = a', 'POST /orders', 'PUT /orders/1 !409', 'POST /order-search', 'POST /login'];
    expect(sureOf(lines, 0)).toEqual([]);
  });

  test('any write that was seen to change it, and all of its kind', () => {
    const lines = ['GET /cart = a', 'POST /checkout', 'GET /cart = b', 'POST /checkout', 'POST /login'];
    expect(sureOf(lines, 0)).toEqual([1, 3]);
    const { facts } = learnEffects(recordedFacts(lines));
    expect([0, 2].map((position) => facts.get(position)!.changedAt)).toEqual([0, 2]);
  });

  test('all of several that may have made a change that was seen', () => {
    const lines = ['GET /cart = a', 'POST /checkout', 'POST /login', 'GET /cart = b', 'POST /visits'];
    expect(sureOf(lines, 0)).toEqual([1, 2]);
  });

  test('what is akin to it, once it was seen to change', () => {
    const lines = ['GET /shop/tags = a', 'PUT /shop/tea = ok', 'GET /shop/tags = b', 'DELETE /shop/tea', 'POST /login'];
    expect(sureOf(lines, 0)).toEqual([1, 3]);
  });

  test('writes that issued a value it needs', () => {
    expect(sureOf(['POST /things +v = x', 'GET /other/v -v = a', 'POST /things = y'], 1)).toEqual([0]);
  });
});
