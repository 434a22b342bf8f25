import { expect, test } from 'vitest';
import { reviewGroups } from '../../src/review/review-groups.ts';
import { groupWords } from '../../src/ui/group-words.ts';
import { check, difference } from '../support/suite-result.ts';

const wordsOf = (...checks: Parameters<typeof reviewGroups>) => reviewGroups(...checks).map(groupWords);

test('a cluster is told by its place, its kind, how often it is, and of what requests', () => {
  const type = difference({ kind: 'type', severity: 'broken', part: 'header', path: 'etag', pattern: 'etag' });
  const prices = [0, 1].map((i) => difference({ path: `/items/${i}/price`, pattern: '/items/*/price' }));
  expect(wordsOf([check({ verdict: 'broken', differences: [type, ...prices] })])).toEqual([
    { place: 'header etag', facts: 'other type · 1 check', scope: 'GET /items/{id}' },
    { place: '/items/*/price', facts: 'changed · 2 changes in 1 check', scope: 'GET /items/{id}' },
  ]);
});

test('checks without an answer are told by what happened instead', () => {
  const cause = 'shop:session-1/0';
  expect(wordsOf([check({ verdict: 'failed' }), check({ position: 1, verdict: 'missing', cause })])).toEqual([
    { place: 'no answer to compare', facts: 'failed · 1 check' },
    { place: 'not sent', facts: 'missing · 1 check · follows from others' },
  ]);
});

test('recorded text is escaped', () => {
  const hostile = difference({ path: '/\u202e', pattern: '/\u202e' });
  const [words] = wordsOf([check({ verdict: 'changed', template: '/\u001b', differences: [hostile] })]);
  expect(JSON.stringify(words)).not.toMatch(/[\u202e\u001b]/);
});
