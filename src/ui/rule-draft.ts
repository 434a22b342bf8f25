import { formatCompareRuleLine } from '../model/compare-rule-grammar.ts';
import { namedCompareRules } from '../model/compare-rule-set.ts';
import { type AnyRule, formatRuleLine, parseRuleLine } from '../model/rule-line.ts';
import { RuleProblem } from '../model/rule-problem.ts';
import type { CassetteReads } from '../store/cassette-reads.ts';
import type { RunStore } from '../store/run-store.ts';
import { previewRule, type RulePreview } from '../suite/preview-rule.ts';
import type { ConfigRules } from './ui-options.ts';

/** A rule that somebody is about to keep, read and looked at. */
export type RuleDraft =
  | { readonly kind: 'none' }
  /** It cannot be read. */
  | { readonly kind: 'problem'; readonly given: string; readonly message: string; readonly hint: string }
  | {
      readonly kind: 'rule';
      readonly rule: AnyRule;
      /** Its one spelling. */
      readonly line: string;
      /** What the same rule is called, where there is one already. */
      readonly known: string | undefined;
      /** What a rule for comparing would hide. */
      readonly preview: RulePreview | undefined;
    };

export interface DraftOptions {
  readonly reader: CassetteReads;
  /** Past runs; undefined where there are none. */
  readonly runStore: RunStore | undefined;
  readonly config: ConfigRules;
  readonly given: string;
}

/** Reads a line and, if it is a rule for comparing, finds out what it would hide. CASSETTE_CORRUPT. */
export function draftRule({ reader, runStore, config, given }: DraftOptions): RuleDraft {
  if (given.trim() === '') return { kind: 'none' };
  try {
    const rule = parseRuleLine(given);
    const known = knownAs(reader, config, rule);
    const preview =
      rule.kind === 'compare' ? previewRule({ reader, runStore, config: config.compare, rule: rule.rule }) : undefined;
    return { kind: 'rule', rule, line: formatRuleLine(rule), known, preview };
  } catch (thrown) {
    if (!(thrown instanceof RuleProblem)) throw thrown;
    const { member, message, hint } = thrown;
    return { kind: 'problem', given, message: member === undefined ? message : `${member}: ${message}`, hint };
  }
}

/** Past differences of a rule that would break clients. */
export function hidesBroken(draft: RuleDraft): number {
  return draft.kind === 'rule' ? (draft.preview?.own.past.bySeverity.broken ?? 0) : 0;
}

function knownAs(reader: CassetteReads, config: ConfigRules, any: AnyRule): string | undefined {
  const line = formatRuleLine(any);
  if (any.kind === 'compare') {
    const all = namedCompareRules(config.compare, reader.compareRules());
    return all.find(({ rule }) => formatCompareRuleLine(rule) === line)?.name;
  }
  const isSame = (rule: typeof any.rule): boolean => formatRuleLine({ kind: 'match', rule }) === line;
  const stored = reader.matchRules().find(({ rule }) => isSame(rule));
  if (stored) return `rule ${stored.id}`;
  return config.match.some(isSame) ? 'a rule of the configuration' : undefined;
}
