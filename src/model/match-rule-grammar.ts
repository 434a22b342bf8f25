import { hash } from 'node:crypto';
import type { MatchRule, RulePlace, RuleScope } from './match-rule.ts';
import { formatRulePlace, parseRulePlace } from './rule-place.ts';
import { didYouMean, RuleProblem } from './rule-problem.ts';
import { scopeExamples } from './rule-scope.ts';
import { formatServerScope, parseServerScope, variableOf } from './server-scope.ts';
import type { VolatileClass } from './volatile-tokens.ts';

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

/** What `type … as` takes. */
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
const actions = ['ignore', 'type', 'match', 'treat'] as const;
type Action = (typeof actions)[number];

const exampleHint = `write a rule such as { in: 'GET /search', ignore: 'query nonce' }, or one with type and as, match, or treat`;
const lineHint =
  'write SCOPE: ACTION, such as GET /search: ignore query nonce · POST /orders: type json $.id as uuid · *: match header accept-language · POST /search: treat as read';

/** A rule out of JSON or a configuration. Throws RuleProblem. */
export function parseMatchRule(from: unknown): MatchRule {
  if (typeof from !== 'object' || from === null || Array.isArray(from)) {
    throw new RuleProblem(`a rule is an object, not ${kindOf(from)}`, { hint: exampleHint });
  }
  const members = new Map(Object.entries(from).filter(([, value]) => value !== undefined));
  for (const key of members.keys()) {
    if (key === 'in' || key === 'as' || isAction(key)) continue;
    const known = ['in', 'as', ...actions];
    throw new RuleProblem(`${quote(key)} is unknown${didYouMean(key, known)}`, { hint: exampleHint });
  }
  const given = actions.filter((action) => members.has(action));
  const action = given[0];
  if (action === undefined) throw new RuleProblem('the rule says not what to do', { hint: exampleHint });
  if (given.length > 1) {
    throw new RuleProblem(`${given.join(' and ')} stand in one rule`, { hint: 'make a rule of each' });
  }
  if (!members.has('in')) {
    throw new RuleProblem('the rule says not which requests it is about', { hint: `add in: 'GET /path', or in: '*'` });
  }
  if (members.has('as') && action !== 'type') {
    throw new RuleProblem(`as belongs to type, not to ${action}`, { member: 'as', hint: exampleHint });
  }
  return ruleOf({
    scope: scopeOf(textOf(members, 'in')),
    action,
    value: textOf(members, action),
    as: members.has('as') ? textOf(members, 'as') : undefined,
  });
}

/** `GET /search: ignore query nonce`. Throws RuleProblem. */
export function parseMatchRuleLine(text: string): MatchRule {
  // A path may hold colons, but nothing in a scope has one before a space.
  const found = /^\s*(.*?):\s+(\S+)\s*(.*?)\s*$/s.exec(text);
  if (!found) throw new RuleProblem(`${quote(text)} is no rule`, { hint: lineHint });
  const [, before = '', word = '', rest = ''] = found;
  if (!isAction(word)) {
    throw new RuleProblem(`${quote(word)} is no action${didYouMean(word, actions)}`, { hint: lineHint });
  }
  const scope = scopeOf(before);
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
      return { scope, action, place, as: classOf(as) };
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

function scopeOf(text: string): RuleScope {
  const parsed = parseServerScope(text);
  if (parsed.kind === 'scope') return parsed.scope;
  throw new RuleProblem(parsed.problem, {
    member: 'in',
    hint: `a scope is METHOD /path: ${scopeExamples}; a server stands before the path: GET //api.test/orders`,
  });
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

function classOf(text: string | undefined): RuleClass {
  const known = Object.keys(classes) as RuleClass[];
  const hint = `classes are ${known.join(', ')}`;
  if (text === undefined) throw new RuleProblem('type needs a class: … as uuid', { member: 'as', hint });
  const found = known.find((word) => word === text);
  if (found) return found;
  throw new RuleProblem(`${quote(text)} is no class${didYouMean(text, known)}`, { member: 'as', hint });
}

function textOf(members: ReadonlyMap<string, unknown>, member: string): string {
  const value = members.get(member);
  if (typeof value === 'string') return value;
  throw new RuleProblem(`it is ${kindOf(value)}, not a text`, { member, hint: exampleHint });
}

function isAction(text: string): text is Action {
  return (actions as readonly string[]).includes(text);
}

function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (value === undefined) return 'nothing';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}

const quote = (text: string): string => JSON.stringify(text);
