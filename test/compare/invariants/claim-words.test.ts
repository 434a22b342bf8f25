import { expect, test } from 'vitest';
import {
  breakWords,
  explanationWords,
  fieldWords,
  invariantWords,
} from '../../../src/compare/invariants/claim-words.ts';
import type { Invariant } from '../../../src/compare/invariants/claim.ts';

const evidence = { responses: 12, distinct: 9 };
const sorted: Invariant = {
  scope: '',
  claim: { kind: 'sorted', list: '/items', member: '/at', direction: 'ascending' },
  evidence,
};
const later: Invariant = {
  scope: '/tokens/*',
  claim: { kind: 'later', field: '/exp', of: '/iat', byMs: -5000, toleranceMs: 0 },
  evidence: { responses: 1, distinct: 3 },
};

test('invariants are told as sentences', () => {
  expect(invariantWords(later)).toBe('tokens[*].exp = tokens[*].iat - 5 s');
  expect(explanationWords(later)).toBe('tokens[*].exp = tokens[*].iat - 5 s, as in the one recording of it');
  expect(breakWords(sorted, 'it is 5 behind 7')).toBe(
    'items was always sorted by at, ascending in 12 of 12 recordings; here it is 5 behind 7',
  );
});

test('fields are named as people would', () => {
  expect(fieldWords('', '/a/b~1c')).toBe('a.b/c');
  expect(fieldWords('/rows/*', '')).toBe('rows[*]');
  expect(fieldWords('', '')).toBe('the body');
  expect(fieldWords('', 'header etag')).toBe('header etag');
  expect(fieldWords('', 'path 2')).toBe('segment 2 of the path');
  expect(fieldWords('', 'query page size')).toBe('query page size');
  expect(fieldWords('', 'POST /orders /data/created at')).toBe('data.created at of POST /orders');
});
