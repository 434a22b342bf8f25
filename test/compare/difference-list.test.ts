import { expect, test } from 'vitest';
import { noValues } from '../../src/compare/body-format.ts';
import { clip, clipPair, DifferenceList } from '../../src/compare/difference-list.ts';
import { allRulings } from '../../src/compare/rulings.ts';

test('no two differences share a path', () => {
  const list = new DifferenceList('body');
  list.add({ path: '/1', kind: 'added', severity: 'added', after: 'x' });
  list.add({ path: '/1', kind: 'removed', severity: 'broken', before: 'y' });
  list.add({ path: '/1', kind: 'moved', severity: 'added' });
  expect(list.list().map(({ path }) => path)).toEqual(['/1 (added)', '/1', '/1 (moved)']);
});

test('each severity has its own limit, and what exceeds it is counted', () => {
  const list = new DifferenceList('body');
  for (let i = 0; i < 2500; i++) list.add({ path: `/${i}`, pattern: '/*', kind: 'changed', severity: 'equivalent' });
  list.add({ path: '/last', kind: 'removed', severity: 'broken' });
  const differences = list.list();
  expect(differences).toHaveLength(2002);
  expect(differences.at(-2)).toMatchObject({ path: '/last', severity: 'broken' });
  expect(differences.at(-1)).toMatchObject({
    severity: 'equivalent',
    after: '500 more equivalent differences are not listed',
  });
});

test('what could not make the verdict worse any more is only counted, and said where', () => {
  const list = new DifferenceList(
    'body',
    allRulings([], () => noValues),
  );
  for (let i = 0; i < 20_000; i++) list.add({ path: `/${i}`, pattern: '/*', kind: 'changed', severity: 'changed' });
  expect([
    list.passes('broken', ['a', 1]),
    list.passes('changed', ['a', 1, 'b']),
    list.passes('added', ['a', 2]),
  ]).toEqual([false, true, true]);
  expect(list.list().at(-1)).toMatchObject({
    path: '/a (too different)',
    severity: 'changed',
    after: 'too different to list: 2 more differences, which were not looked at one by one',
  });
});

test('texts are clipped to what a list can show', () => {
  expect(clip('short')).toBe('short');
  expect(clip('x'.repeat(300))).toHaveLength(240);
  const [before, after] = clipPair(`${'x'.repeat(300)}1`, `${'x'.repeat(300)}2`);
  expect([before.at(-1), after.at(-1)]).toEqual(['1', '2']);
  expect(before.startsWith('…')).toBe(true);
});
