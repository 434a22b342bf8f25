import { expect, test } from 'vitest';
import { type Difference, isFailing, type Severity, worstVerdict } from '../../src/model/verdict.ts';

const difference = (severity: Severity): Difference => ({
  part: 'body',
  path: '/a',
  pattern: '/a',
  kind: 'changed',
  severity,
});

test('a verdict is the worst difference, or same', () => {
  expect(worstVerdict([])).toBe('same');
  expect(worstVerdict([difference('equivalent'), difference('added')])).toBe('added');
  expect(worstVerdict([difference('changed'), difference('broken'), difference('added')])).toBe('broken');
});

test('an addition fails only when asked for, an equivalent response never, everything unexplained always', () => {
  expect(isFailing('added', false)).toBe(false);
  expect(isFailing('added', true)).toBe(true);
  expect(isFailing('equivalent', true)).toBe(false);
  for (const verdict of ['changed', 'broken', 'missing', 'unexpected', 'failed'] as const) {
    expect(isFailing(verdict, false)).toBe(true);
  }
});
