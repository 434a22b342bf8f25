import type { ComparedValues, FoundDifference, RulingsFor } from '../compare/rulings.ts';
import { noCompareRules } from '../model/compare-rule-set.ts';
import { type Exchange, responseOf } from '../model/exchange.ts';
import type { Check, Run } from '../model/run.ts';
import type { Session } from '../model/session.ts';
import type { CassetteReads } from '../store/cassette-reads.ts';
import type { RunStore } from '../store/run-store.ts';
import { talkOf } from './recorded-talk.ts';
import { Renaming } from './renaming.ts';
import { SessionJudge } from './session-judge.ts';

/** A check of a run, with what was recorded. */
export interface PastCheck {
  readonly run: Run;
  readonly check: Check;
  readonly session: Session;
  readonly exchange: Exchange;
}

/** Undefined where another exchange stands at its place by now. `session`: that of the run, in the cassette. */
export function pastCheck(
  reader: CassetteReads,
  { run, check, session }: Omit<PastCheck, 'exchange'>,
): PastCheck | undefined {
  const exchange = reader.exchange(session.id, check.position);
  if (exchange?.request.method !== check.method || exchange.request.target !== check.target) return undefined;
  return { run, check, session, exchange };
}

export interface JudgeAgainOptions extends PastCheck {
  readonly reader: CassetteReads;
  readonly runStore: RunStore;
  /** Called with the documents of the check; what it gives is told of every difference. Keys are valid only then. */
  readonly listener: (values: () => ComparedValues) => (found: FoundDifference) => void;
}

/**
 * Judges the fresh response of a past check once more, against the baseline of its time and without any rule. Told are
 * only differences that the run told of, or that it left to a rule. False when the response was not kept.
 */
export function judgeAgain(options: JudgeAgainOptions): boolean {
  const { reader, runStore, run, check, session, exchange, listener } = options;
  const fresh = runStore.fresh(check.id);
  if (!fresh) return false;
  const told = new Set(check.differences.filter(isTold).map(foundName));
  const listening: RulingsFor = (values) => {
    const listen = listener(values);
    return {
      decide: (found) => {
        if (told.has(foundName(found))) listen(found);
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
  return true;
}

/** A finding of its run, or what its run left to a rule. */
export function isTold({ severity, rule }: Pick<Check['differences'][number], 'severity' | 'rule'>): boolean {
  return severity !== 'equivalent' || /^(?:config rule|rule|calibration) \d+$/.test(rule ?? '');
}

/** What differences are known by, while they are found and in the list of a check, where paths that two share are marked. */
export function foundName({ part, path, kind }: Pick<FoundDifference, 'part' | 'path' | 'kind'>): string {
  return `${kind} ${part}:${path.replace(/ \((?:added|moved)\)$/, '')}`;
}
