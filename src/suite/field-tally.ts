import { changeOf, comparedFields, type ComparedField } from '../compare/compared-fields.ts';
import type { Comparable } from '../compare/compare-outcomes.ts';
import { AppliedRule } from '../compare/rule-rulings.ts';
import type { FieldCounts } from '../model/blind-spot.ts';
import type { CompiledCompareRule, CompareRuleSet } from '../model/compare-rule-set.ts';
import type { ScopedRequest } from '../model/match-rule-set.ts';

class Counter {
  fields = 0;
  ignored = 0;
  loosened = 0;

  add(hidden: 'ignored' | 'loosened' | undefined): void {
    this.fields += 1;
    if (hidden !== undefined) this[hidden] += 1;
  }

  counts(): FieldCounts {
    const { fields, ignored, loosened } = this;
    return { fields, ignored, loosened };
  }
}

interface RuleTally {
  readonly counter: Counter;
  answers: number;
  touched: number;
}

export interface TalliedRule {
  readonly rule: CompiledCompareRule;
  /** Answers that it is about. */
  readonly answers: number;
  /** Of these: have what it speaks of. */
  readonly touched: number;
  /** In the answers that it is about. */
  readonly inScope: FieldCounts;
}

/**
 * Counts the fields of answers that rules hide: by one rule alone in the answers it is about, and by all together in all
 * answers. A rule hides a field when it would explain a change of it to another value that fits.
 */
export class FieldTally {
  readonly #set: CompareRuleSet;
  readonly #together = new Counter();
  readonly #byRule = new Map<CompiledCompareRule, RuleTally>();

  constructor(set: CompareRuleSet) {
    this.#set = set;
    for (const rule of set.rules) this.#byRule.set(rule, { counter: new Counter(), answers: 0, touched: 0 });
  }

  add(request: ScopedRequest, answer: Pick<Comparable, 'outcome' | 'body' | 'messages'>): void {
    const { values, visit } = comparedFields(answer);
    const asked = this.#set.rulesFor(request).map((rule) => ({
      rule,
      tally: this.#byRule.get(rule)!,
      applied: new AppliedRule(rule, values),
    }));
    const touched = new Set<RuleTally>();
    for (const { tally } of asked) tally.answers += 1;
    visit((field: ComparedField) => {
      const change = changeOf(field);
      let worst: 'ignored' | 'loosened' | undefined;
      for (const { rule, tally, applied } of asked) {
        if (!touched.has(tally) && applied.isAbout(change)) touched.add(tally);
        const hides = applied.decide(change)?.rule !== undefined;
        const hidden = hides ? (rule.rule.matcher.kind === 'ignore' ? 'ignored' : 'loosened') : undefined;
        tally.counter.add(hidden);
        if (worst !== 'ignored') worst = hidden ?? worst;
      }
      this.#together.add(worst);
    });
    for (const tally of touched) tally.touched += 1;
  }

  together(): FieldCounts {
    return this.#together.counts();
  }

  /** In the order of the rules. */
  rules(): readonly TalliedRule[] {
    return [...this.#byRule].map(([rule, { counter, answers, touched }]) => ({
      rule,
      answers,
      touched,
      inScope: counter.counts(),
    }));
  }
}
