import path from 'node:path';
import { AppliedRule } from '../compare/rule-rulings.ts';
import type { FoundDifference, RulingsFor } from '../compare/rulings.ts';
import type { HiddenDifference, HiddenPast, Sample } from '../model/blind-spot.ts';
import { type CompareRuleSet, type CompiledCompareRule, noCompareRules } from '../model/compare-rule-set.ts';
import { type Exchange, responseOf } from '../model/exchange.ts';
import type { Check, FreshOutcome, Run } from '../model/run.ts';
import type { Session } from '../model/session.ts';
import { originForm } from '../model/target.ts';
import { severities } from '../model/verdict.ts';
import type { CassetteReads } from '../store/cassette-reads.ts';
import type { RunStore } from '../store/run-store.ts';
import { talkOf } from './recorded-talk.ts';
import { Renaming } from './renaming.ts';
import { SessionJudge } from './session-judge.ts';

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
  const { rules, mostChecks, runStore } = options;
  const tallies = new Map(rules.rules.map((rule) => [rule, new PastTally()]));
  let of = 0;
  let looked = 0;
  for (const past of rules.rules.length === 0 ? [] : pastChecks(options)) {
    const { method, target } = past.exchange.request;
    const asked = rules.rulesFor({ method, path: originForm(target), server: past.exchange.targetName });
    if (asked.length === 0) continue;
    of += 1;
    if (looked >= mostChecks) continue;
    const fresh = runStore.fresh(past.check.id);
    if (!fresh) continue;
    looked += 1;
    for (const [rule, found] of hiddenIn(options, { ...past, fresh, asked })) tallies.get(rule)!.add(past, found);
  }
  const byRule = new Map([...tallies].map(([rule, tally]) => [rule, tally.past()]));
  return { byRule, checks: { looked, of } };
}

interface PastCheck {
  readonly run: Run;
  readonly check: Check;
  readonly session: Session;
  readonly exchange: Exchange;
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
      const exchange = reader.exchange(session.id, check.position);
      if (exchange?.request.method !== check.method || exchange.request.target !== check.target) continue;
      yield { run, check, session, exchange };
    }
  }
}

/** A finding of its run, or what its run left to a rule. */
function isTold({ severity, rule }: Pick<Check['differences'][number], 'severity' | 'rule'>): boolean {
  return severity !== 'equivalent' || /^(?:config rule|rule|calibration) \d+$/.test(rule ?? '');
}

interface JudgedAgain extends PastCheck {
  readonly fresh: FreshOutcome;
  readonly asked: readonly CompiledCompareRule[];
}

/** Which differences of a past check each rule hides. */
function hiddenIn(
  { reader, runStore }: HiddenPastOptions,
  { run, check, session, exchange, fresh, asked }: JudgedAgain,
): ReadonlyMap<CompiledCompareRule, readonly FoundDifference[]> {
  const hidden = new Map<CompiledCompareRule, FoundDifference[]>(asked.map((rule) => [rule, []]));
  const told = new Set(check.differences.filter(isTold).map(nameOf));
  const listening: RulingsFor = (values) => {
    const applied = asked.map((rule) => ({ rule, on: new AppliedRule(rule, values) }));
    return {
      decide: (found) => {
        if (!told.has(nameOf(found))) return undefined;
        for (const { rule, on } of applied) if (on.decide(found)?.rule !== undefined) hidden.get(rule)!.push(found);
        return undefined;
      },
      arrayAt: () => undefined,
      conclude: (differences) => differences,
    };
  };
  const renaming = new Renaming();
  for (const [recorded, value, ...kinds] of fresh.renames) renaming.establish(recorded, value, { kinds });
  const facts = responseOf(fresh.outcome)?.body;
  const body = facts && facts.sizeBytes > 0 ? runStore.body(facts.sha256) : Buffer.alloc(0);
  const judge = new SessionJudge({
    reader,
    session,
    renaming,
    compareRules: noCompareRules,
    rulings: () => [listening],
  });
  const { startedAt } = fresh;
  const messages = fresh.talk && talkOf(runStore, fresh.talk);
  judge.tryOut(
    exchange,
    { outcome: fresh.outcome, body, slots: [], ...(messages && { messages }) },
    {
      runStartedAt: run.startedAt,
      startedAt,
      endedAt: startedAt + check.durationMs,
      baselineVersion: check.baselineVersion,
    },
  );
  return hidden;
}

/** Paths that two differences would share are marked in the list of a check. */
function nameOf({ part, path: place, kind }: Pick<FoundDifference, 'part' | 'path' | 'kind'>): string {
  return `${kind} ${part}:${place.replace(/ \((?:added|moved)\)$/, '')}`;
}

/** What one rule hides, counted. */
class PastTally {
  readonly #bySeverity = { broken: 0, changed: 0, added: 0 };
  readonly #runs = new Set<number>();
  readonly #samples: HiddenDifference[] = [];
  #asked = 0;
  #checks = 0;

  add({ run, check }: PastCheck, found: readonly FoundDifference[]): void {
    this.#asked += 1;
    if (found.length === 0) return;
    this.#checks += 1;
    this.#runs.add(run.id);
    const listed = new Map(check.differences.map((difference) => [nameOf(difference), difference]));
    for (const { severity, ...difference } of found) {
      if (severity === 'equivalent') continue;
      this.#bySeverity[severity] += 1;
      const { part, path: place, kind, before, after } = listed.get(nameOf(difference))!;
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
