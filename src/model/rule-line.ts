import type { CompareRule } from './compare-rule.ts';
import { formatCompareRule, formatCompareRuleLine, parseCompareRuleLine } from './compare-rule-grammar.ts';
import type { MatchRule } from './match-rule.ts';
import { formatMatchRule, formatMatchRuleLine, parseMatchRuleLine } from './match-rule-grammar.ts';

/** A rule of either kind: which requests a recording answers, or what is right about an answer. */
export type AnyRule =
  | { readonly kind: 'match'; readonly rule: MatchRule }
  | { readonly kind: 'compare'; readonly rule: CompareRule };

/** A rule on one line; the verb `expect` makes it one for comparing. Throws RuleProblem. */
export function parseRuleLine(text: string): AnyRule {
  // A path may hold colons, but nothing in a scope has one before a space.
  return /:\s+(\S+)/.exec(text)?.[1] === 'expect'
    ? { kind: 'compare', rule: parseCompareRuleLine(text) }
    : { kind: 'match', rule: parseMatchRuleLine(text) };
}

/** The one spelling of a rule on one line. */
export function formatRuleLine(any: AnyRule): string {
  return any.kind === 'match' ? formatMatchRuleLine(any.rule) : formatCompareRuleLine(any.rule);
}

/** As an object, for JSON and the configuration. */
export function formatRuleObject(any: AnyRule): object {
  return any.kind === 'match' ? formatMatchRule(any.rule) : formatCompareRule(any.rule);
}
