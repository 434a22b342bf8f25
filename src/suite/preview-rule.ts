import type { BlindSpots, RuleBlindSpot } from '../model/blind-spot.ts';
import { formatCompareRuleLine } from '../model/compare-rule-grammar.ts';
import { namedCompareRules } from '../model/compare-rule-set.ts';
import type { CompareRule } from '../model/compare-rule.ts';
import type { CassetteReads } from '../store/cassette-reads.ts';
import type { RunStore } from '../store/run-store.ts';
import { blindSpots, previewLimits } from './blind-spots.ts';

export interface PreviewRuleOptions {
  readonly reader: CassetteReads;
  /** Past runs; undefined where there are none. */
  readonly runStore: RunStore | undefined;
  /** Rules of the project. */
  readonly config: readonly CompareRule[];
  readonly rule: CompareRule;
}

export interface RulePreview {
  /** What the rules of project and cassette hide with this one. */
  readonly spots: BlindSpots;
  /** Of these: what this one hides. */
  readonly own: RuleBlindSpot;
}

/** What a rule would hide before it is kept, or hides when it is. CASSETTE_CORRUPT. */
export function previewRule({ reader, runStore, config, rule }: PreviewRuleOptions): RulePreview {
  const known = namedCompareRules(config, reader.compareRules());
  const line = formatCompareRuleLine(rule);
  const at = known.findIndex((one) => formatCompareRuleLine(one.rule) === line);
  const rules = at === -1 ? [...known, { name: 'the rule', rule }] : known;
  const spots = blindSpots({ reader, runStore, rules, limits: previewLimits });
  return { spots, own: spots.rules[at === -1 ? known.length : at]! };
}
