import { expect, test } from 'vitest';
import { parseMatchRuleLine } from '../../src/model/match-rule-grammar.ts';
import { compileMatchRules, noMatchRules } from '../../src/model/match-rule-set.ts';
import { indexVersion } from '../../src/proxy/index-version.ts';

test('the version of an index follows its rules', () => {
  const one = compileMatchRules([parseMatchRuleLine('GET /a: ignore query n')]);
  const same = compileMatchRules([parseMatchRuleLine('GET  /a:  ignore query n')]);
  expect(indexVersion(one)).toBe(indexVersion(same));
  expect(indexVersion(one)).not.toBe(indexVersion(noMatchRules));
});
