import { describe, expect, test } from 'vitest';
import { sharedClass } from '../../src/compare/value-fit.ts';
import type { Difference } from '../../src/model/verdict.ts';
import { compareUnder, verdictsUnder as verdicts } from '../support/compare-rules.ts';

const uuid = '7d444840-9dc0-11d1-b245-5ffdce74fad2';
const otherUuid = 'e902893a-9d22-3c7e-a7b8-d6e313b71d9f';

test('two values share the class that both are of, if they are written alike', () => {
  const moments = { before: '2001-01-01T10:00:00Z', after: '2033-05-05T01:02:03Z' };
  expect(sharedClass(moments, 'at')).toBe('timestamp');
  expect(sharedClass({ before: 1_000_000_000, after: 1_900_000_000 }, 'at')).toBe('timestamp');
  expect(sharedClass({ before: uuid, after: otherUuid.replace('-3c7e-', '-1c7e-') }, undefined)).toBe('uuid');
  expect(sharedClass({ ...moments, after: '2033-05-05' }, 'at')).toBeUndefined();
  expect(sharedClass({ before: 'a', after: 'b' }, undefined)).toBeUndefined();
});

describe('as a class', () => {
  const at = (class_: string, before: unknown, after: unknown): string | undefined =>
    verdicts(`json $.v as ${class_}`, { v: before }, { v: after })[0];

  test.each([
    ['uuid', uuid, otherUuid.replace('-3c7e-', '-1c7e-')],
    ['uuid', `/orders/${uuid}`, `/orders/${otherUuid.replace('-3c7e-', '-1c7e-')}`],
    ['timestamp', '2001-01-01T10:00:00Z', '2033-05-05T01:02:03Z'],
    ['timestamp', 1_000_000_000, 1_900_000_000],
    ['timestamp', '1000000000123', '1900000000123'],
    ['any', 'a', 'b'],
    ['any', 1, 2],
  ])('%s: %j, %j', (class_, before, after) => {
    expect(at(class_, before, after)).toBe('/v equivalent rule 1');
  });

  test.each([
    ['uuid', 'a', otherUuid, 'the baseline is none'],
    ['uuid', uuid, 'gone', 'the new value is none'],
    ['uuid', uuid, '', 'the new value is none'],
    ['uuid', `/orders/${uuid}`, `/carts/${uuid}`, 'what stands around it has changed'],
    ['uuid', uuid, uuid.toUpperCase(), 'it is written in another way'],
    ['timestamp', '2001-01-01T10:00:00Z', '2033-05-05', 'it is written in another way'],
    ['timestamp', '2001-01-01T10:00:00Z', '2033-05-05T01:02:03Z ', 'what stands around it has changed'],
    ['timestamp', 1_000_000_000, 1_900_000_000_000, 'it is written in another way'],
    ['timestamp', 17, 18, 'the baseline is none'],
  ])('not %s: %j, %j', (class_, before, after, problem) => {
    expect(at(class_, before, after)).toBe(`/v changed (rule 1 expects json $.v as ${class_}, but ${problem})`);
  });

  test.each([
    [{ v: uuid }, {}, 'broken', 'it is gone'],
    [{ v: uuid }, { v: null }, 'broken', 'it is of another type'],
    [{ v: '1000000000' }, { v: 1_000_000_000 }, 'broken', 'it is of another type'],
  ])('%j, %j stays', (before, after, severity, problem) => {
    expect(verdicts('json $.v as any', before, after)).toEqual([
      `/v ${severity} (rule 1 expects json $.v as any, but ${problem})`,
    ]);
    expect(verdicts('json $.v as any', after, before).filter((line) => line.includes('equivalent'))).toEqual([]);
  });

  test('of headers and cookies the whole value counts, however long, and attributes stay', () => {
    const cookie = (value: string, rest = ''): string[] => ['Content-Type', 'a/b', 'Set-Cookie', `sid=${value}${rest}`];
    const of = (line: string, before: readonly string[], after: readonly string[]): string[] =>
      compareUnder([line], { headers: before }, { headers: after }).map(({ path, severity }) => `${path} ${severity}`);
    expect(of('cookie sid as any', cookie('1'), cookie('2'))).toEqual(['set-cookie:sid equivalent']);
    expect(of('cookie sid as any', cookie('1', '; Path=/a'), cookie('2', '; Path=/b'))).toEqual([
      'set-cookie:sid equivalent',
      'set-cookie:sid;path changed',
    ]);
    const control = (value: string): string[] => ['Cache-Control', value];
    expect(of('header cache-control as any', control('max-age=1, private'), control('max-age=2, no-store'))).toEqual([
      'cache-control;max-age equivalent',
      'cache-control;private equivalent',
      'cache-control;no-store equivalent',
    ]);
    const seconds = 'header cache-control matching /max-age=[0-9]+/';
    expect(of(seconds, control('max-age=1'), control('max-age=2'))).toEqual(['cache-control;max-age equivalent']);
    expect(of(seconds, control('max-age=1'), control('max-age=1, no-store'))).toEqual([
      'cache-control;no-store changed',
    ]);
    const long = (id: string, end = ''): string[] => ['X-Trace', `${'x'.repeat(300)} ${id}${end}`];
    const second = otherUuid.replace('-3c7e-', '-1c7e-');
    expect(of('header x-trace as uuid', long(uuid), long(second))).toEqual(['x-trace equivalent']);
    expect(of('header x-trace as uuid', long(uuid), long(second, ' too'))).toEqual(['x-trace changed']);
    expect(of('header x-trace as any', long(uuid), [])).toEqual(['x-trace broken', 'content-type broken'].slice(0, 1));
  });
});

describe('matching a regular expression', () => {
  test.each([
    [String.raw`/[A-Z]{3}/`, 'ABC', 'XYZ', undefined],
    [String.raw`/[A-Z]{3}/`, 'ABC', 'XYZW', 'the new value does not match'],
    [String.raw`/[A-Z]{3}/`, 'abc', 'XYZ', 'the baseline does not match'],
    [String.raw`/\d+/`, 12, 345, undefined],
    [String.raw`/\d+/`, 12, -345, 'the new value does not match'],
    ['/(a|b)*/', 'a'.repeat(100), 'b'.repeat(10_000_000), 'the text is too long to be matched'],
  ])('%s: %j', (regex, before, after, problem) => {
    expect(verdicts(`json $.v matching ${regex}`, { v: before }, { v: after })).toEqual([
      problem === undefined
        ? '/v equivalent rule 1'
        : `/v changed (rule 1 expects json $.v matching ${regex}, but ${problem})`,
    ]);
  });
});

describe('within a tolerance', () => {
  test.each([
    ['0.5', 1, 1.5, undefined],
    ['0.5', 1, 1.51, 'it is further away'],
    ['0.2', 0.8, 0.6, undefined],
    ['5%', 200, 210, undefined],
    ['5%', -200, -189, 'it is further away'],
    ['5%', 0, 0.001, 'it is further away'],
    ['1', '12.50', '13.25', undefined],
    ['1', 'x', '13.25', 'the baseline is no number'],
    ['1', '13.25', '', 'the new value is no number'],
    ['2s', '2001-01-01T10:00:00Z', '2001-01-01T10:00:02Z', undefined],
    ['2s', '2001-01-01T10:00:00Z', '2001-01-01T09:59:57Z', 'it is further away'],
    ['2s', '2001-01-01T10:00:00Z', '2001-01-01 10:00:00', 'the time is written in another way'],
    ['1m', 1_000_000_000, 1_000_000_060, undefined],
    ['2s', 5, 6, 'the baseline is no time'],
  ])('%s: %j, %j', (by, before, after, problem) => {
    expect(verdicts(`json $.v within ${by}`, { v: before }, { v: after })).toEqual([
      problem === undefined
        ? '/v equivalent rule 1'
        : `/v changed (rule 1 expects json $.v within ${by}, but ${problem})`,
    ]);
  });

  test('integers beyond doubles are compared exactly', () => {
    const of = (by: string): Difference[] =>
      compareUnder([`json $ within ${by}`], { body: '12345678901234567890' }, { body: '12345678901234567893' });
    expect(of('3')).toMatchObject([{ severity: 'equivalent' }]);
    expect(of('2')).toMatchObject([{ severity: 'changed' }]);
  });
});

describe('of a length', () => {
  test.each([
    ['of same length', [1, 2], [3, 4], ['/v/0 equivalent rule 1', '/v/1 equivalent rule 1']],
    ['with length 1..3', [1], [1, 2], ['/v/1 equivalent rule 1']],
    ['with length 1..3', [1, 2], [2], ['/v/0 equivalent rule 1']],
    ['of same length', 'abc', 'xyz', ['/v equivalent rule 1']],
    [
      'of same length',
      'a😀',
      'xyz',
      ['/v changed (rule 1 expects json $.v of same length, but the baseline has 2, and the new value 3)'],
    ],
  ])('%s: %j, %j', (words, before, after, expected) => {
    expect(verdicts(`json $.v ${words}`, { v: before }, { v: after })).toEqual(expected);
  });

  test('another length, and what is gone inside of elements, stay', () => {
    const why = 'rule 1 expects json $.v with length 1..2, but the new value has 3';
    expect(verdicts('json $.v with length 1..2', { v: [1] }, { v: [1, 2, 3] })).toEqual([
      `/v/1 added (${why})`,
      `/v/2 added (${why})`,
    ]);
    const inside = verdicts('json $.v of same length', { v: [{ a: 1, b: 2, c: 3 }] }, { v: [{ a: 9, c: 'x', d: 1 }] });
    expect(inside).toEqual([
      '/v/0/a equivalent rule 1',
      '/v/0/b broken (rule 1 expects json $.v of same length, but it is gone)',
      '/v/0/c broken (rule 1 expects json $.v of same length, but it is of another type)',
      '/v/0/d added',
    ]);
    expect(verdicts('json $.v of same length', { v: [1] }, {})).toEqual([
      '/v broken (rule 1 expects json $.v of same length, but it is gone)',
    ]);
    expect(verdicts('json $.v with length ..2', { v: [1, 2, 3] }, { v: [1, 2, 4] })).toEqual([
      '/v/2 changed (rule 1 expects json $.v with length ..2, but the baseline has 3)',
    ]);
  });
});
