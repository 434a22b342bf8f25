import { expect, test } from 'vitest';
import { learnedFrom } from '../../support/samples.ts';

const start = Date.parse('2026-03-01T12:00:00.250Z');
const times = [0, 1717, 4242, 9001].map((after) => start + after);
const iso = (ms: number): string => new Date(ms).toISOString();
const relations = (bodies: readonly unknown[]): string[] =>
  learnedFrom(bodies).filter((words) => words.includes(' = '));

test('the earliest time is the one that the others are told by', () => {
  const bodies = times.map((at) => ({ end: iso(at + 90_000), begin: iso(at), half: at + 45_000 }));
  expect(relations(bodies)).toEqual(['half = begin + 45 s', 'end = begin + 90 s']);
});

test('two looks at the clock are whole minutes apart, to a second', () => {
  const bodies = times.map((at, i) => ({ begin: iso(at), end: iso(at + 600_000 + i) }));
  expect(relations(bodies)).toEqual(['end = begin + 600 s']);
  expect(relations(times.map((at, i) => ({ begin: iso(at), end: iso(at + i) })))).toEqual([]);
  expect(relations(times.map((at, i) => ({ begin: iso(at), end: iso(at + 600_000 + i * 500) })))).toEqual([]);
});

test('days say too little, and so do fewer than three times', () => {
  expect(relations(times.map((_, i) => ({ from: `2026-03-0${i + 1}`, to: `2026-03-1${i + 1}` })))).toEqual([]);
  expect(relations([times[0]!, times[1]!, times[0]!].map((at) => ({ a: at, b: at + 5000 })))).toEqual([]);
});
