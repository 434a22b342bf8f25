import { expect, test } from 'vitest';
import { Evidence, isSameAnswer } from '../../src/match/effect-evidence.ts';
import { type Timeline, timelineOf } from '../../src/match/effect-timeline.ts';
import { resourcesOf } from '../../src/match/resource.ts';
import { recordedFacts } from '../support/effects.ts';

function learned(...lines: readonly string[]): { timeline: Timeline; evidence: Evidence } {
  const facts = recordedFacts(lines);
  const conducts = facts.map(({ method }) => (method === 'GET' ? 'read' : 'write'));
  const timeline = timelineOf(facts, resourcesOf(facts), conducts);
  return { timeline, evidence: new Evidence(timeline) };
}

/** Does each write change each read key? */
function verdicts({ timeline, evidence }: { timeline: Timeline; evidence: Evidence }): string[] {
  return timeline.writes.map(({ exchange, ...write }) =>
    timeline.keys
      .map((key) => (evidence.changes(write.kind, key, evidence.relation({ exchange, ...write }, key)) ? 'x' : '-'))
      .join(''),
  );
}

test('of several writes the closest is blamed, the others of its server are in doubt', () => {
  const { timeline, evidence } = learned('GET /a = 1', 'PUT /a = ok', 'POST /b = ok', 'GET /a = 2', 'GET /b = 1');
  const [key] = timeline.keys;
  expect(timeline.writes.map((write) => evidence.hasSeenChange(write, key!))).toEqual([true, false]);
  expect([...evidence.doubtful(key!)!]).toEqual(timeline.writes);
  expect(timeline.writes.map((write) => evidence.isDoubtful(write))).toEqual([true, true]);
});

test('what changes nothing alone is not blamed beside others', () => {
  const lines = ['GET /a = 1', 'POST /x = ok', 'GET /a = 1', 'POST /y = ok', 'POST /x = ok', 'GET /a = 2'];
  expect(verdicts(learned(...lines))).toEqual(['-', 'x', '-']);
});

test('one thing left alone says nothing of the next of its kind, two do', () => {
  const once = ['GET /a/1 = 1', 'POST /x = ok', 'GET /a/1 = 1', 'GET /a/2 = 1', 'GET /a/3 = 1'];
  expect(verdicts(learned(...once))).toEqual(['-xx']);
  const twice = [...once, 'POST /x = ok', 'GET /a/2 = 1'];
  expect(verdicts(learned(...twice))).toEqual(['---', '---']);
});

test('a write of the same to the same does not speak for the next', () => {
  expect(verdicts(learned('GET /a = 1', 'PUT /a = ok', 'GET /a = 1', 'PUT /a = ok'))).toEqual(['x', 'x']);
});

test('what changes after writes to other things is changed by all of its server, though one left it alone', () => {
  const seen = ['GET /all = 1', 'PUT /cats/tom = ok', 'GET /all = 2', 'GET /cats/tom = 1', 'GET /dogs/rex = 1'];
  expect(verdicts(learned(...seen, 'PUT /dogs/rex = ok', 'GET /all = 2'))).toEqual(['xx-', 'x-x']);
  const untouched = ['GET /all = 1', 'PUT /cats/tom = ok', 'GET /all = 1', 'GET /cats/tom = 1'];
  expect(verdicts(learned(...untouched))).toEqual(['-x']);
  const login = ['GET /me = 1', 'POST /login = ok', 'GET /me = 2', 'GET /cats/tom = 1', 'PUT /cats/tom = ok'];
  expect(verdicts(learned(...login))).toEqual(['xx', '-x']);
});

test('among very many writes no single one is looked at', () => {
  const writes = Array.from({ length: 70 }, () => 'POST /b = ok');
  const { timeline, evidence } = learned('GET /a = 1', 'GET /b = 1', ...writes, 'GET /a = 2', 'GET /b = 1');
  expect(timeline.keys.map((key) => evidence.isLost(key))).toEqual([true, false]);
});

test('answers are the same when nothing that is used later differs', () => {
  const [one, same, token, other] = recordedFacts(['GET /a = 1', 'GET /a = 1', 'GET /a +t = 1', 'GET /a = 2']);
  expect([same, token, other].map((answer) => isSameAnswer(one!, answer!))).toEqual([true, false, false]);
});
