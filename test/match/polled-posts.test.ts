import { expect, test } from 'vitest';
import { timelineOf } from '../../src/match/effect-timeline.ts';
import { polledKinds } from '../../src/match/polled-posts.ts';
import { resourcesOf } from '../../src/match/resource.ts';
import { recordedFacts } from '../support/effects.ts';

/** Paths of the kinds that are taken to look only. */
function polled(...lines: readonly string[]): string[] {
  const facts = recordedFacts(lines);
  const conducts = facts.map(({ method }) => (method === 'GET' ? 'read' : 'write'));
  const kinds = polledKinds(timelineOf(facts, resourcesOf(facts), conducts), () => true);
  return Array.from(kinds, ({ writes }) => writes[0]!.exchange.path);
}

const look = (answer: number): string[] => [`POST /kv/range = ${answer}`, `POST /kv/range = ${answer}`];

test('what is answered alike at once and otherwise only after something else looks', () => {
  expect(polled(...look(1), 'POST /kv/put = ok', ...look(2))).toEqual(['/kv/range']);
});

test('one repetition is not enough, and an answer that changes by itself is none', () => {
  expect(polled(...look(1), 'POST /kv/put = ok', 'POST /kv/range = 2')).toEqual([]);
  expect(polled(...look(1), ...look(2), 'POST /kv/put = ok', ...look(3))).toEqual([]);
});

test('what changes others does more than look, however alike it is answered', () => {
  const add = ['POST /kv/add = ok', 'POST /kv/add = ok', 'POST /kv/add = ok'];
  expect(polled(...look(1), ...add, ...look(2))).toEqual(['/kv/range']);
  expect(polled('GET /sum = 1', ...add, 'GET /sum = 4')).toEqual([]);
});
