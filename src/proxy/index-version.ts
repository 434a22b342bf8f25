import { keyVersion } from '../match/request-key.ts';
import { rulesHash } from '../model/match-rule-grammar.ts';
import type { MatchRuleSet } from '../model/match-rule-set.ts';

/** Raised whenever the same session under the same rules would give another index. */
const learnerVersion = 8;

/** Names the index of a session: made under the same version, it is the same. */
export function indexVersion(rules: MatchRuleSet): string {
  const hash = rulesHash(rules.rules.map(({ rule }) => rule)).slice(0, 16);
  return `${learnerVersion}.${keyVersion} ${hash}`;
}
