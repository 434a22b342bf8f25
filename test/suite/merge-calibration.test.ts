import { expect, test } from 'vitest';
import { formatCompareRuleLine, parseCompareRuleLine } from '../../src/model/compare-rule-grammar.ts';
import type { CalibrationEvidence, StoredCompareRule } from '../../src/model/compare-rule.ts';
import { atLeastPercent, forgottenAfter, mergeCalibration } from '../../src/suite/merge-calibration.ts';
import type { NoisyPlace, RepeatedAnswer } from '../../src/suite/noise.ts';

const load = 'GET /orders/{id}: expect json $.load of same type';

function stored(line: string, evidence?: CalibrationEvidence): StoredCompareRule {
  return { id: 7, rule: parseCompareRuleLine(line), author: 'Ada', at: 0, ...(evidence ? { evidence } : {}) };
}

function noise(line: string, differed: number, compared: number): NoisyPlace {
  const rule = parseCompareRuleLine(line);
  const place = { method: 'GET', template: '/orders/{id}', part: 'body', pattern: '/load', kind: 'changed' } as const;
  return { ...place, differed, compared, example: {}, rule };
}

/** Answers to GET /orders/17 that hold `load`. */
function answers(count: number, value: object = { load: 1 }): RepeatedAnswer[] {
  return Array.from({ length: count }, () => ({
    check: { method: 'GET', target: '/orders/17', template: '/orders/{id}', differences: [] },
    server: 'default',
    first: { headers: [], trailers: [], value: () => value as { load: number } },
  }));
}

test('what is new is learned with its counts', () => {
  const { learned } = mergeCalibration([], [noise(load, 2, 3)], answers(3));
  expect(learned.map(({ rule, evidence }) => [formatCompareRuleLine(rule), evidence])).toEqual([
    [load, { differed: 2, compared: 3, unseen: 0 }],
  ]);
});

test('what is seen again adds up, and is fresh again', () => {
  const known = stored(load, { differed: 4, compared: 4, unseen: 2 });
  const { learned, again } = mergeCalibration([known], [noise(load, 1, 2)], answers(2));
  expect(learned).toEqual([]);
  expect(again).toMatchObject([{ id: 7, evidence: { differed: 5, compared: 6, unseen: 0 } }]);
});

test('what is not seen ages, and is forgotten in the end', () => {
  let known = stored(load, { differed: 4, compared: 4, unseen: 0 });
  for (let times = 1; times < forgottenAfter; times++) {
    const { unseen, forgotten } = mergeCalibration([known], [], answers(2));
    expect(forgotten).toEqual([]);
    expect(unseen).toMatchObject([{ id: 7, evidence: { differed: 4, compared: 4 + 2 * times, unseen: times } }]);
    known = stored(load, unseen[0]!.evidence);
  }
  expect(mergeCalibration([known], [], answers(2)).forgotten).toMatchObject([{ id: 7 }]);
});

test('what could not be seen stays as it is', () => {
  const known = stored(load, { differed: 4, compared: 4, unseen: 2 });
  const nothing = { learned: [], again: [], unseen: [], forgotten: [] };
  expect(mergeCalibration([known], [], [])).toEqual(nothing);
  expect(mergeCalibration([known], [], answers(3, {}))).toEqual(nothing);
});

test('another rule about the same place takes its place', () => {
  const known = stored('GET /orders/{id}: expect json $.load as uuid', { differed: 4, compared: 4, unseen: 0 });
  const { learned, forgotten } = mergeCalibration([known], [noise(load, 1, 1)], answers(1));
  expect(learned).toHaveLength(1);
  expect(forgotten).toMatchObject([{ id: 7 }]);
});

test('rules that a person wrote are left alone', () => {
  const { unseen, forgotten } = mergeCalibration([stored(load)], [], answers(5));
  expect([...unseen, ...forgotten]).toEqual([]);
});

test('few pairs give little confidence', () => {
  const percent = (differed: number, compared: number) => atLeastPercent({ differed, compared, unseen: 0 });
  expect([percent(1, 1), percent(2, 2), percent(10, 10), percent(100, 100), percent(1, 100), percent(0, 0)]).toEqual([
    20, 34, 72, 96, 0, 0,
  ]);
});
