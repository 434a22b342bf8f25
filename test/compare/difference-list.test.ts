import { expect, test } from 'vitest';
import { clip, clipPair, DifferenceList } from '../../src/compare/difference-list.ts';

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

test('texts are clipped to what a list can show', () => {
  expect(clip('short')).toBe('short');
  expect(clip('x'.repeat(300))).toHaveLength(240);
  const [before, after] = clipPair(`${'x'.repeat(300)}1`, `${'x'.repeat(300)}2`);
  expect([before.at(-1), after.at(-1)]).toEqual(['1', '2']);
  expect(before.startsWith('…')).toBe(true);
});
