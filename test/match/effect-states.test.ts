import { expect, test } from 'vitest';
import { Evidence } from '../../src/match/effect-evidence.ts';
import { statesOf } from '../../src/match/effect-states.ts';
import { timelineOf } from '../../src/match/effect-timeline.ts';
import { resourcesOf } from '../../src/match/resource.ts';
import { recordedFacts } from '../support/effects.ts';

function grouped(lines: readonly string[]) {
  const facts = recordedFacts(lines);
  const conducts = facts.map(({ method }) => (method === 'GET' ? 'read' : 'write'));
  const timeline = timelineOf(facts, resourcesOf(facts), conducts);
  const states = statesOf(timeline, new Evidence(timeline));
  return { states, ofKeys: timeline.keys.map((key) => states.ofKey.get(key)!) };
}

test('reads that the same writes change are one state, with these writes in order', () => {
  const { states, ofKeys } = grouped([
    'PUT /carts = x',
    'POST /bills = x',
    'PUT /carts = x',
    'GET /carts = 1',
    'GET /carts/x = 1',
    'GET /bills = 1',
  ]);
  expect(ofKeys.map(({ number }) => number)).toEqual([0, 0, 1]);
  expect(ofKeys.map(({ writes }) => writes.map(({ order }) => order))).toEqual([[0, 2], [0, 2], [1]]);
  expect(states.ofWrite).toEqual([[0], [1], [0]]);
});

test('where each of many writes would change each of many states, the states are taken together', () => {
  const pairs = Array.from({ length: 1000 }, (_, i) => [`GET /a/${i} = 1`, `PUT /a/${i} = x`, `GET /a/${i} = 2`]);
  const whole = Array.from({ length: 1000 }, (_, i) => `POST /a#${i} = x`);
  expect(new Set(grouped(pairs.flat()).ofKeys).size).toBe(1000);
  const { states, ofKeys } = grouped([...pairs.flat(), ...whole]);
  expect(new Set(ofKeys).size).toBe(1);
  expect(states.ofWrite.every((changes) => changes.length === 1)).toBe(true);
});
