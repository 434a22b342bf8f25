import type { RuleScope } from './match-rule.ts';
import { RuleProblem } from './rule-problem.ts';
import { scopeExamples } from './rule-scope.ts';
import { parseServerScope } from './server-scope.ts';

/** The members of a rule out of JSON or a configuration; those that are undefined are not there. Throws RuleProblem. */
export function ruleMembers(from: unknown, hint: string): ReadonlyMap<string, unknown> {
  if (typeof from !== 'object' || from === null || Array.isArray(from)) {
    throw new RuleProblem(`a rule is an object, not ${kindOf(from)}`, { hint });
  }
  return new Map(Object.entries(from).filter(([, value]) => value !== undefined));
}

/** The scope that stands in the member `in`. Throws RuleProblem. */
export function scopeMember(members: ReadonlyMap<string, unknown>, hint: string): RuleScope {
  if (!members.has('in')) {
    throw new RuleProblem('the rule says not which requests it is about', { hint: `add in: 'GET /path', or in: '*'` });
  }
  return ruleScope(textMember(members, 'in', hint));
}

/** Throws RuleProblem of the member `in`. */
export function ruleScope(text: string): RuleScope {
  const parsed = parseServerScope(text);
  if (parsed.kind === 'scope') return parsed.scope;
  throw new RuleProblem(parsed.problem, {
    member: 'in',
    hint: `a scope is METHOD /path: ${scopeExamples}; a server stands before the path: GET //api.test/orders`,
  });
}

/** Throws RuleProblem for what is no text. */
export function textMember(members: ReadonlyMap<string, unknown>, member: string, hint: string): string {
  const value = members.get(member);
  if (typeof value === 'string') return value;
  throw new RuleProblem(`it is ${kindOf(value)}, not a text`, { member, hint });
}

/** What a value is, for complaints: `a list`. */
export function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (value === undefined) return 'nothing';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
