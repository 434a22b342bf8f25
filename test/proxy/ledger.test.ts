import { expect, test } from 'vitest';
import { Ledger } from '../../src/proxy/ledger.ts';
import { missReport as report, unusedRecordings as unused } from '../support/ledger.ts';

test('a new ledger is empty', () => {
  const summary = new Ledger().summary([]);
  expect(summary).toEqual({
    hits: 0,
    distinctHits: 0,
    misses: 0,
    forwarded: 0,
    relaxed: 0,
    unused: 0,
    obsolete: 0,
    expired: 0,
    faults: 0,
    faultList: [],
    lanes: [],
    missList: [],
    relaxationList: [],
    unusedList: [],
    obsoleteList: [],
    expiredList: [],
  });
});

test('recordings are used per session', () => {
  const ledger = new Ledger();
  ledger.hit(0, 7);
  ledger.hit(0, 7);
  expect(ledger.hits).toBe(2);
  expect([ledger.isUsed(0, 7), ledger.isUsed(1, 7), ledger.isUsed(0, 8)]).toEqual([true, false, false]);
});

test('the same miss is listed once and counted', () => {
  const ledger = new Ledger();
  ledger.missed(report('/a'), 'error');
  ledger.missed(report('/b'), 'error');
  ledger.missed(report('/a'), 'error');
  const { misses, missList } = ledger.summary([]);
  expect(misses).toBe(3);
  expect(missList.map(({ report: { asked }, count }) => [asked.target, count])).toEqual([
    ['/a', 2],
    ['/b', 1],
  ]);
});

test('misses in different lanes, or for different reasons, stay apart', () => {
  const ledger = new Ledger();
  ledger.missed(report('/a'), 'error');
  ledger.missed(report('/a', { lane: 'two' }), 'error');
  ledger.missed(report('/a', { code: 'exhausted' }), 'error');
  expect(ledger.summary([]).missList).toHaveLength(3);
});

test('a miss that upstream answered is counted apart', () => {
  const ledger = new Ledger();
  ledger.missed(report('/a'), 'forward');
  ledger.missed(report('/b'), 'record');
  expect(ledger.summary([])).toMatchObject({ misses: 0, forwarded: 2 });
});

test('a client in a loop cannot fill the memory', () => {
  const ledger = new Ledger();
  for (let i = 0; i < 5000; i += 1) {
    ledger.missed(report(`/${i}`), 'error');
    ledger.relaxed(`shop:session-1/${i}`, 'later');
  }
  const summary = ledger.summary(unused(5000));
  expect(summary).toMatchObject({ misses: 5000, relaxed: 5000, unused: 5000 });
  expect(summary.missList).toHaveLength(1000);
  expect(summary.relaxationList).toHaveLength(1000);
  expect(summary.unusedList).toHaveLength(1000);
});

test('hits, misses and relaxations are counted by lane, by name', () => {
  const ledger = new Ledger();
  ledger.hit(0, 3, 'two');
  ledger.hit(0, 3, 'one');
  ledger.hit(0, 4, 'one');
  ledger.relaxed('shop:session-1/4', 'later', 'one');
  ledger.missed(report('/a', { lane: 'two' }), 'error');
  ledger.missed(report('/a', { lane: 'two' }), 'forward');
  expect(ledger.summary([])).toMatchObject({
    hits: 3,
    distinctHits: 2,
    lanes: [
      { name: 'one', hits: 2, misses: 0, forwarded: 0, relaxed: 1 },
      { name: 'two', hits: 1, misses: 1, forwarded: 1, relaxed: 0 },
    ],
  });
});
