import { expect, test } from 'vitest';
import { byClock, byRenaming, together, unexplained } from '../../src/compare/explanation.ts';

test('a value is explained when each of its parts is', () => {
  expect(together([])).toBeUndefined();
  expect(together([byRenaming, byRenaming])).toBe(byRenaming);
  expect(together([byRenaming, byClock])).toBe(byClock);
  expect(together([byRenaming, unexplained(), unexplained('why')])).toEqual({ severity: 'changed', note: 'why' });
});
