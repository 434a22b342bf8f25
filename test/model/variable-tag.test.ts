import { expect, test } from 'vitest';
import { isVariableTag, variableTag } from '../../src/model/variable-tag.ts';

test('a variable is told from what else is noted with a session', () => {
  expect(variableTag('user id')).toBe('variable:user id');
  expect(isVariableTag(variableTag('on-miss'))).toBe(true);
  expect(isVariableTag('on-miss')).toBe(false);
});
