import { hash } from 'node:crypto';
import type { MatchRule, RulePlace, RuleScope } from './match-rule.ts';
import { parseRuleClass, type RuleClass } from './rule-class.ts';
import { ruleMembers, ruleScope, scopeMember, textMember } from './rule-members.ts';
import { formatRulePlace, parseRulePlace } from './rule-place.ts';
import { didYouMean, RuleProblem } from './rule-problem.ts';
import { formatServerScope, variableOf } from './server-scope.ts';

/** A match rule as people write it in JSON and in the configuration. */
export type MatchRuleObject = {
  /** `GET /orders/{id}`; `*`: every request. */
  readonly in: string;
} & (
  | { readonly ignore: string }
  | { readonly match: string }
  | { readonly type: string; readonly as: RuleClass }
  | { readonly treat: 'read' | 'write' }
);

const actions = ['ignore', 'type', 'match', 'treat'] as const;
type Action = (typeof actions)[number];

const exampleHint = `write a rule such as { in: 'GET /search', ignore: 'query nonce' }, or one with type and as, match, or treat`;
const lineHint =
  'write SCOPE: ACTION, such as GET /search: ignore query nonce · POST /orders: type json $.id as uuid · *: match header accept-language · POST /search: treat as read';

/** A rule out of JSON or a configuration. Throws RuleProblem. */
export function parseMatchRule(from: unknown): MatchRule {
  const members = ruleMembers(from, exampleHint);
  for (const key of members.keys()) {
    if (key === 'in' || key === 'as' || isAction(key)) continue;
    if (key === 'expect') throw aboutAnswers();
    const known = ['in', 'as', ...actions];
    throw new RuleProblem(`${quote(key)} is unknown${didYouMean(key, known)}`, { hint: exampleHint });
  }
  const given = actions.filter((action) => members.has(action));
  const action = given[0];
  if (action === undefined) throw new RuleProblem('the rule says not what to do', { hint: exampleHint });
  if (given.length > 1) {
    throw new RuleProblem(`${given.join(' and ')} stand in one rule`, { hint: 'make a rule of each' });
  }
  const scope = scopeMember(members, exampleHint);
  if (members.has('as') && action !== 'type') {
    throw new RuleProblem(`as belongs to type, not to ${action}`, { member: 'as', hint: exampleHint });
  }
  return ruleOf({
    scope,
    action,
    value: textMember(members, action, exampleHint),
    as: members.has('as') ? textMember(members, 'as', exampleHint) : undefined,
  });
}

/** `GET /search: ignore query nonce`. Throws RuleProblem. */
export function parseMatchRuleLine(text: string): MatchRule {
  // A path may hold colons, but nothing in a scope has one before a space.
  const found = /^\s*(.*?):\s+(\S+)\s*(.*?)\s*$/s.exec(text);
  if (!found) throw new RuleProblem(`${quote(text)} is no rule`, { hint: lineHint });
  const [, before = '', word = '', rest = ''] = found;
  if (word === 'expect') throw aboutAnswers();
  if (!isAction(word)) {
    throw new RuleProblem(`${quote(word)} is no action${didYouMean(word, [...actions, 'expect'])}`, { hint: lineHint });
  }
  const scope = ruleScope(before);
  switch (word) {
    case 'ignore':
    case 'match':
      return ruleOf({ scope, action: word, value: rest, as: undefined });
    case 'type': {
      const [, place = rest, as] = /^(.*)\sas\s+(\S+)$/s.exec(rest) ?? [];
      return ruleOf({ scope, action: word, value: place, as });
    }
    case 'treat':
      return ruleOf({ scope, action: word, value: rest.replace(/^as\s+/, ''), as: undefined });
    default:
      return word satisfies never;
  }
}

export function formatMatchRule(rule: MatchRule): MatchRuleObject {
  const scope = { in: formatServerScope(rule.scope) };
  switch (rule.action) {
    case 'ignore':
      return { ...scope, ignore: formatRulePlace(rule.place) };
    case 'match':
      return { ...scope, match: formatRulePlace(rule.place) };
    case 'type':
      return { ...scope, type: formatRulePlace(rule.place), as: rule.as };
    case 'treat':
      return { ...scope, treat: rule.as };
    default:
      return rule satisfies never;
  }
}

/** The one spelling of a rule on one line. */
export function formatMatchRuleLine(rule: MatchRule): string {
  return `${formatServerScope(rule.scope)}: ${formatRuleAction(rule)}`;
}

/** The line without its scope: `ignore query nonce`. */
export function formatRuleAction(rule: MatchRule): string {
  switch (rule.action) {
    case 'ignore':
    case 'match':
      return `${rule.action} ${formatRulePlace(rule.place)}`;
    case 'type':
      return `type ${formatRulePlace(rule.place)} as ${rule.as}`;
    case 'treat':
      return `treat as ${rule.as}`;
    default:
      return rule satisfies never;
  }
}

/** SHA-256, hex, of rules in their order: equal for rules that mean the same, however they were written. */
export function rulesHash(rules: readonly MatchRule[]): string {
  return hash('sha256', rules.map((rule) => `${formatMatchRuleLine(rule)}\n`).join(''), 'hex');
}

interface RuleParts {
  readonly scope: RuleScope;
  readonly action: Action;
  /** The place, or `read` and `write`. */
  readonly value: string;
  readonly as: string | undefined;
}

function ruleOf({ scope, action, value, as }: RuleParts): MatchRule {
  switch (action) {
    case 'ignore':
    case 'match':
      return { scope, action, place: placeIn(scope, action, value) };
    case 'type': {
      const place = placeIn(scope, action, value);
      if (place.kind !== 'json' && !('name' in place)) {
        throw new RuleProblem(`${place.kind} is a whole part, and a type is for one value`, {
          member: 'type',
          hint: 'name the value, such as query NAME or json $.id, or ignore the whole part',
        });
      }
      return { scope, action, place, as: parseRuleClass(as, 'type') };
    }
    case 'treat':
      if (value === 'read' || value === 'write') return { scope, action, as: value };
      throw new RuleProblem(`${quote(value)} is neither read nor write`, {
        member: 'treat',
        hint: `write treat as read or treat as write`,
      });
    default:
      return action satisfies never;
  }
}

function placeIn(scope: RuleScope, member: Action, text: string): RulePlace {
  let place: RulePlace;
  try {
    place = parseRulePlace(text);
  } catch (thrown) {
    if (!(thrown instanceof RuleProblem)) throw thrown;
    throw new RuleProblem(thrown.message, { member, hint: thrown.hint });
  }
  if (place.kind !== 'segment') return place;
  const names = (scope.path ?? []).map(variableOf).filter((name) => name !== undefined);
  if (names.includes(place.name)) return place;
  throw new RuleProblem(`path ${place.name} is no segment of the scope${didYouMean(place.name, names)}`, {
    member,
    hint: `name the segment in the scope: GET /orders/{${place.name}}: ${member} path ${place.name}`,
  });
}

/** Only where match rules alone are read: `retake rules` takes both. */
function aboutAnswers(): RuleProblem {
  return new RuleProblem('expect is about answers: it makes a rule for comparing, not one for matching', {
    hint: 'in the configuration, rules for comparing stand under compare',
  });
}

function isAction(text: string): text is Action {
  return (actions as readonly string[]).includes(text);
}

const quote = (text: string): string => JSON.stringify(text);
