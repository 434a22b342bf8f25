import { describe, expect, test } from 'vitest';
import { isEndName, movingTimes } from '../../src/match/moving-times.ts';
import { parseJsonTree } from '../../src/model/json-tree.ts';

/** Recorded on 2 January 2024 from 10:00 to 10:10. */
const window = { fromMs: Date.UTC(2024, 0, 2, 10), toMs: Date.UTC(2024, 0, 2, 10, 10) };

function moving(document: unknown): string[] {
  const text = JSON.stringify(document);
  return movingTimes(text, parseJsonTree(text)!, window).map(({ start, end, text: read }) => {
    expect(text.slice(start, end)).toBe(read);
    return read;
  });
}

describe('times that move with the clock', () => {
  test.each<[words: string, document: unknown, times: readonly string[]]>([
    ['one inside the recording', { createdAt: '2024-01-02T10:05:00Z' }, ['2024-01-02T10:05:00Z']],
    ['one shortly before it', { createdAt: '2024-01-02T09:56:00Z' }, ['2024-01-02T09:56:00Z']],
    [
      'in any form',
      { at: 1704189900, ms: 1704189900123, us: '1704189900123456' },
      ['1704189900', '1704189900123', '1704189900123456'],
    ],
    ['in lists', [['2024-01-02T10:05:00Z', 7]], ['2024-01-02T10:05:00Z']],
    ['without a zone', { at: '2024-01-02 12:05:00' }, ['2024-01-02 12:05:00']],
    ['the day of the recording', { day: '2024-01-02' }, ['2024-01-02']],
    ['the end of something, by its name', { expiresAt: '2024-02-01T00:00:00Z' }, ['2024-02-01T00:00:00Z']],
    ['an hour after another', { at: 1704189901, until: 1704193501 }, ['1704189901', '1704193501']],
    [
      'a second after another, where both are fine',
      { a: 1704189901123, b: 1704189999123, c: 1704289902123 },
      ['1704189901123', '1704189999123', '1704289902123'],
    ],
    [
      'claims of a token',
      { iat: 1704189901, nbf: 1704189901, exp: 1704193501 },
      ['1704189901', '1704189901', '1704193501'],
    ],
  ])('%s', (_words, document, times) => {
    expect(moving(document)).toEqual(times);
  });

  test.each<[words: string, document: unknown]>([
    ['old data', { createdAt: '2019-05-01T12:00:00Z', updatedAt: 1556712000 }],
    ['earlier on the same day', { createdAt: '2024-01-02T08:00:00Z' }],
    ['birthdays, whenever they are', { birthDate: '2024-01-02', dob: '1980-03-04' }],
    ['dates to come that somebody chose', { startsAt: '2024-06-01T10:00:00Z', createdAt: 'yesterday' }],
    ['full minutes beside a time of the recording', { startsAt: '2024-06-01T10:05:00Z', n: 1 }],
    ['what never ends', { expiresAt: '2099-12-31T23:59:59Z', validUntil: '9999-12-31' }],
    ['what has ended long ago', { expiresAt: '2020-01-01T00:00:00Z' }],
    ['numbers', { count: 17, price: 1999, id: 1234567890123456 }],
    ['times inside of other text', { note: 'made at 2024-01-02T10:05:00Z', url: '/?at=1704189900' }],
    ['names of members', { '2024-01-02': 1 }],
  ])('not %s', (_words, document) => {
    expect(moving(document)).toEqual([]);
  });

  test('a date to come on a full minute does not move, though another lies in whole minutes before it', () => {
    expect(moving({ at: '2024-01-02T10:05:00Z', startsAt: '2024-06-01T10:05:00Z' })).toEqual(['2024-01-02T10:05:00Z']);
  });
});

test.each([
  'exp',
  'expires_at',
  'expiresAt',
  'X-RateLimit-Reset',
  'Retry-After',
  'validUntil',
  'not_after',
  'notBefore',
])('%s says when something ends or begins', (name) => {
  expect(isEndName(name)).toBe(true);
});

test.each(['createdAt', 'experience', 'expert', 'valid', 'until', 'date'])('%s does not', (name) => {
  expect(isEndName(name)).toBe(false);
});
