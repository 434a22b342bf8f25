import { expect, test } from 'vitest';
import { ServingHistory } from '../../src/proxy/serving-history.ts';
import { missReport } from '../support/ledger.ts';

test('nothing was served yet', () => {
  expect(new ServingHistory().from(0, 10)).toEqual({ oldest: 0, next: 0, answers: [] });
});

test('answers come by number, in pieces; a number that is still to come is asked for again', () => {
  const history = new ServingHistory(() => 1234);
  for (let i = 0; i < 5; i += 1) history.missed(missReport(`/${i}`, { lane: 'one' }), 'error');
  const page = history.from(1, 2);
  expect(page.answers.map(({ number, target }) => [number, target])).toEqual([
    [1, '/1'],
    [2, '/2'],
  ]);
  expect(page.next).toBe(3);
  expect(history.from(5, 10)).toEqual({ oldest: 0, next: 5, answers: [] });
  expect(page.answers[0]).toEqual({
    number: 1,
    at: 1234,
    lane: 'one',
    method: 'GET',
    target: '/1',
    targetName: 'default',
    code: 'unmatched',
    reason: 'nothing was recorded at this path',
    answer: 'error',
  });
});

test('only the last thousand are kept, and the numbers go on', () => {
  const history = new ServingHistory();
  for (let i = 0; i < 2500; i += 1) history.missed(missReport(`/${i}`), 'error');
  const page = history.from(0, 1);
  expect([page.oldest, page.next, page.answers[0]?.number, page.answers[0]?.target]).toEqual([
    1500,
    1501,
    1500,
    '/1500',
  ]);
  expect(history.from(2499, 10).answers.map(({ target }) => target)).toEqual(['/2499']);
});
