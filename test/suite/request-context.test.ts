import { expect, test } from 'vitest';
import { baselineContext, renamedContext, requestContext } from '../../src/suite/request-context.ts';
import { renamesOf } from '../support/comparable.ts';

const target = '/orders/17/lines?page=2&page=3&after=x1y2z3a4&limit=10';
const template = '/orders/{id}/lines';

test('a request asks for what stands for an identifier in its path, and for parameters that come once', () => {
  expect(Object.fromEntries(requestContext(target, template))).toEqual({
    'path 2': '17',
    'query after': 'x1y2z3a4',
    'query limit': '10',
  });
});

test('under the names of a run, where it is identifiers that are renamed', () => {
  const renames = renamesOf({ 17: '42', x1y2z3a4: 'b5b6b7b8', 10: '99' });
  expect(Object.fromEntries(renamedContext(target, template, { renames, sentTarget: undefined }))).toEqual({
    'path 2': '42',
    'query after': 'b5b6b7b8',
    'query limit': '10',
  });
});

test('what was sent otherwise is left out', () => {
  const renames = renamesOf({ 17: '42', x1y2z3a4: 'b5b6b7b8' });
  const sentTarget = '/orders/17/lines?after=b5b6b7b8&limit=10';
  expect(Object.fromEntries(renamedContext(target, template, { renames, sentTarget }))).toEqual({
    'query after': 'b5b6b7b8',
    'query limit': '10',
  });
});

test('what may be several is left out', () => {
  const pairs = [
    ['17', '42', 'order'],
    ['17', '43', 'line'],
    ['x1y2z3a4', 'b5b6b7b8'],
  ] as const;
  expect(Object.fromEntries(baselineContext(target, template, pairs))).toEqual({
    'query after': 'b5b6b7b8',
    'query limit': '10',
  });
});
