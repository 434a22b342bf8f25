import { type BlindSpotBudget, hiddenShare } from '../model/blind-spot.ts';
import type { CompareRuleSet } from '../model/compare-rule-set.ts';
import type { Check } from '../model/run.ts';
import type { Session } from '../model/session.ts';
import type { CassetteReads } from '../store/cassette-reads.ts';
import { addBaseline } from './blind-spots.ts';
import { FieldTally } from './field-tally.ts';
import { keptBodyBytes } from './response-collector.ts';

export interface BudgetedRun {
  readonly reader: CassetteReads;
  readonly session: Session;
  readonly rules: CompareRuleSet;
  readonly checks: readonly Check[];
  readonly most: number;
}

/** Counts the fields of all baselines that the checks of a run were judged against. Nothing is sampled: CI decides by it. */
export function blindSpotBudget({ reader, session, rules, checks, most }: BudgetedRun): BlindSpotBudget {
  const tally = new FieldTally(rules);
  for (const { position, baselineVersion } of checks) {
    const exchange = reader.exchange(session.id, position);
    const baseline = exchange && reader.baselines(exchange.id).find(({ version }) => version === baselineVersion);
    // Larger bodies are compared by their hash.
    if (baseline) addBaseline({ reader, exchange, baseline, tally, mostBytes: keptBodyBytes });
  }
  const counts = tally.together();
  const { fields } = counts;
  const shares = tally
    .rules()
    .map(({ rule, inScope }) => ({ name: rule.name, share: hiddenShare({ ...inScope, fields }) }))
    .filter(({ share }) => share > 0)
    .toSorted((a, b) => b.share - a.share);
  return { most, share: hiddenShare(counts), counts, rules: shares };
}
