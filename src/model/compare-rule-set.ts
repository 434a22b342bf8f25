import { formatExpectation } from './compare-rule-grammar.ts';
import type { CompareMatcher, CompareRule, StoredCompareRule } from './compare-rule.ts';
import { compileJsonPath, type JsonPath } from './json-path.ts';
import { compileLinearPattern, type LinearPattern } from './linear-pattern.ts';
import type { ScopedRequest } from './match-rule-set.ts';
import { RuleProblem } from './rule-problem.ts';
import { isInScope, pathSegments } from './rule-scope.ts';
import { isOfServer } from './server-scope.ts';

/** A compare rule under the name by which people are told of it. */
export interface NamedCompareRule {
  /** `rule 7`, `config rule 2`, `calibration 3`. */
  readonly name: string;
  readonly rule: CompareRule;
}

/** A compare rule, ready to be applied. */
export interface CompiledCompareRule extends NamedCompareRule {
  /** What it expects: `json $.total within 5%`. */
  readonly words: string;
  /** Of `json JSONPATH`. */
  readonly jsonPath?: JsonPath;
  /** Of `matching /…/`. */
  readonly pattern?: LinearPattern;
}

/** Rules, ready to be asked for those that are about the answer to a request, in their order. Made once. */
export interface CompareRuleSet {
  readonly rules: readonly CompiledCompareRule[];
  readonly rulesFor: (request: ScopedRequest) => readonly CompiledCompareRule[];
}

/** For all who have no rules. */
export const noCompareRules: CompareRuleSet = { rules: [], rulesFor: () => [] };

/** The rules in force, in their order: the configuration's, then the cassette's. */
export function namedCompareRules(
  config: readonly CompareRule[],
  stored: readonly StoredCompareRule[],
): NamedCompareRule[] {
  return [
    ...config.map((rule, i) => ({ name: `config rule ${i + 1}`, rule })),
    ...stored.map(({ id, rule, evidence }) => ({ name: `${evidence ? 'calibration' : 'rule'} ${id}`, rule })),
  ];
}

/** Throws RuleProblem for a rule that was not parsed and holds no JSONPath or pattern where one should be. */
export function compileCompareRules(rules: readonly NamedCompareRule[]): CompareRuleSet {
  if (rules.length === 0) return noCompareRules;
  const compiled = rules.map(compileRule);
  const rulesFor = ({ method, path, server }: ScopedRequest): readonly CompiledCompareRule[] => {
    const segments = pathSegments(path);
    return compiled.filter(({ rule: { scope } }) => isOfServer(scope, server) && isInScope(scope, method, segments));
  };
  return { rules: compiled, rulesFor };
}

function compileRule({ name, rule }: NamedCompareRule): CompiledCompareRule {
  return { name, rule, words: formatExpectation(rule), ...pathOf(rule), ...patternOf(rule.matcher) };
}

function pathOf({ place }: CompareRule): { readonly jsonPath?: JsonPath } {
  if (place.kind !== 'json') return {};
  const jsonPath = compileJsonPath(place.path);
  if (jsonPath.ok) return { jsonPath };
  throw new RuleProblem(`JSONPath ${place.path}: ${jsonPath.problem}`, { hint: 'write a JSONPath (RFC 9535)' });
}

function patternOf(matcher: CompareMatcher): { readonly pattern?: LinearPattern } {
  if (matcher.kind !== 'regex') return {};
  const pattern = compileLinearPattern(matcher.pattern, matcher.flags);
  if (pattern.ok) return { pattern };
  throw new RuleProblem(`/${matcher.pattern}/: ${pattern.problem}`, { hint: 'write an expression of RE2' });
}
