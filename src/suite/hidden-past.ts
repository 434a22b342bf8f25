import path from 'node:path';
import { AppliedRule } from '../compare/rule-rulings.ts';
import type { FoundDifference } from '../compare/rulings.ts';
import type { HiddenDifference, HiddenPast, Sample } from '../model/blind-spot.ts';
import type { CompareRuleSet, CompiledCompareRule } from '../model/compare-rule-set.ts';
import { originForm } from '../model/target.ts';
import { severities } from '../model/verdict.ts';
import type { CassetteReads } from '../store/cassette-reads.ts';
import type { RunStore } from '../store/run-store.ts';
import { foundName, isTold, judgeAgain, type PastCheck, pastCheck } from './judge-again.ts';

export interface HiddenPastOptions {
  readonly reader: CassetteReads;
  readonly runStore: RunStore;
  readonly rules: CompareRuleSet;
  /** Checks judged again at most, the newest runs first. */
  readonly mostChecks: number;
}

/** Samples kept of each rule. */
const mostSamples = 5;

/** Runs looked into at most: a project that tests every hour, for two weeks. */
const mostRuns = 400;

/**
 * What rules have hidden, or would have hidden, in past runs: the fresh responses that were kept are judged once more,
 * each against the baseline of its time, and every rule is asked about every difference. Only differences count that the
 * run told of, or that it left to a rule.
 */
export function hiddenPast(options: HiddenPastOptions): {
  readonly byRule: ReadonlyMap<CompiledCompareRule, HiddenPast>;
  /** Of the differing checks that rules are about. */
  readonly checks: Sample;
} {
  const { rules, mostChecks } = options;
  const tallies = new Map(rules.rules.map((rule) => [rule, new PastTally()]));
  let of = 0;
  let looked = 0;
  for (const past of rules.rules.length === 0 ? [] : pastChecks(options)) {
    const { method, target } = past.exchange.request;
    const asked = rules.rulesFor({ method, path: originForm(target), server: past.exchange.targetName });
    if (asked.length === 0) continue;
    of += 1;
    if (looked >= mostChecks) continue;
    const hidden = hiddenIn(options, past, asked);
    if (!hidden) continue;
    looked += 1;
    for (const [rule, found] of hidden) tallies.get(rule)!.add(past, found);
  }
  const byRule = new Map([...tallies].map(([rule, tally]) => [rule, tally.past()]));
  return { byRule, checks: { looked, of } };
}

/** Checks of this cassette that differed, of the newest runs first; not those whose recording is another by now. */
function* pastChecks({ reader, runStore }: HiddenPastOptions): IterableIterator<PastCheck> {
  const sessions = new Map(reader.sessions().map((session) => [session.name, session]));
  const file = path.resolve(reader.path);
  for (const run of runStore.runs(mostRuns)) {
    const session = sessions.get(run.session);
    if (!session || path.resolve(run.cassettePath) !== file) continue;
    for (const check of runStore.checks(run.id)) {
      if (!check.differences.some(isTold)) continue;
      const past = pastCheck(reader, { run, check, session });
      if (past) yield past;
    }
  }
}

/** Which differences of a past check each rule hides; undefined when its response was not kept. */
function hiddenIn(
  { reader, runStore }: HiddenPastOptions,
  past: PastCheck,
  asked: readonly CompiledCompareRule[],
): ReadonlyMap<CompiledCompareRule, readonly FoundDifference[]> | undefined {
  const hidden = new Map<CompiledCompareRule, FoundDifference[]>(asked.map((rule) => [rule, []]));
  const isKept = judgeAgain({
    ...past,
    reader,
    runStore,
    listener: (values) => {
      const applied = asked.map((rule) => ({ rule, on: new AppliedRule(rule, values) }));
      return (found) => {
        for (const { rule, on } of applied) if (on.decide(found)?.rule !== undefined) hidden.get(rule)!.push(found);
      };
    },
  });
  return isKept ? hidden : undefined;
}

/** What one rule hides, counted. */
class PastTally {
  readonly #bySeverity = { broken: 0, changed: 0, added: 0 };
  readonly #runs = new Map<number, { differences: number; broken: number }>();
  readonly #samples: HiddenDifference[] = [];
  #asked = 0;
  #checks = 0;

  add({ run, check }: PastCheck, found: readonly FoundDifference[]): void {
    this.#asked += 1;
    if (found.length === 0) return;
    this.#checks += 1;
    const listed = new Map(check.differences.map((difference) => [foundName(difference), difference]));
    for (const { severity, ...difference } of found) {
      if (severity === 'equivalent') continue;
      this.#bySeverity[severity] += 1;
      const inRun = this.#runs.get(run.id) ?? { differences: 0, broken: 0 };
      inRun.differences += 1;
      if (severity === 'broken') inRun.broken += 1;
      this.#runs.set(run.id, inRun);
      const { part, path: place, kind, before, after } = listed.get(foundName(difference))!;
      this.#keep({
        run: run.id,
        address: check.address,
        method: check.method,
        target: check.target,
        severity,
        difference: {
          part,
          path: place,
          kind,
          ...(before === undefined ? {} : { before }),
          ...(after === undefined ? {} : { after }),
        },
      });
    }
  }

  past(): HiddenPast {
    const { broken, changed, added } = this.#bySeverity;
    return {
      asked: this.#asked,
      differences: broken + changed + added,
      bySeverity: { broken, changed, added },
      checks: this.#checks,
      runs: this.#runs.size,
      perRun: Array.from(this.#runs, ([run, counts]) => ({ run, ...counts })),
      samples: this.#samples,
    };
  }

  /** Behind those that are as bad or worse. */
  #keep(sample: HiddenDifference): void {
    const rank = (severity: HiddenDifference['severity']): number => severities.indexOf(severity);
    const behind = this.#samples.findIndex(({ severity }) => rank(severity) > rank(sample.severity));
    if (behind === -1) this.#samples.push(sample);
    else this.#samples.splice(behind, 0, sample);
    if (this.#samples.length > mostSamples) this.#samples.pop();
  }
}
