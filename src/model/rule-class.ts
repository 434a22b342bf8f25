import { didYouMean, RuleProblem } from './rule-problem.ts';
import type { VolatileClass } from './volatile-tokens.ts';

/** What `type … as` of a match rule and `expect … as` of a compare rule take. */
export type RuleClass = VolatileClass | 'any';

const classes: Readonly<Record<RuleClass, true>> = {
  uuid: true,
  ulid: true,
  ksuid: true,
  snowflake: true,
  objectid: true,
  nanoid: true,
  jwt: true,
  timestamp: true,
  digest: true,
  trace: true,
  signature: true,
  any: true,
};

/** Those with a form of their own. */
export const volatileClasses = (Object.keys(classes) as RuleClass[]).filter((word) => word !== 'any');

/** The class behind `as`. Throws RuleProblem of the member `as`. */
export function parseRuleClass(text: string | undefined, verb: 'type' | 'expect'): RuleClass {
  const known = Object.keys(classes) as RuleClass[];
  const hint = `classes are ${known.join(', ')}`;
  if (text === undefined || text === '') {
    throw new RuleProblem(`${verb} needs a class: … as uuid`, { member: 'as', hint });
  }
  const found = known.find((word) => word === text);
  if (found) return found;
  throw new RuleProblem(`${JSON.stringify(text)} is no class${didYouMean(text, known)}`, { member: 'as', hint });
}
