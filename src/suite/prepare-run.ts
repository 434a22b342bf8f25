import { AppError } from '../base/errors.ts';
import type { CompareRule } from '../model/compare-rule.ts';
import { isLoopback } from '../model/loopback.ts';
import type { Session } from '../model/session.ts';
import type { Target } from '../model/target.ts';
import type { Redactor } from '../redact/redactor.ts';
import type { CassetteReads } from '../store/cassette-reads.ts';
import type { RunStore } from '../store/run-store.ts';
import type { Connections } from './connections.ts';
import { LiveValues } from './live-values.ts';
import { type NeededSecret, collectSecrets, neededSecrets } from './needed-secrets.ts';
import { type Plan, planSteps } from './plan.ts';
import type { SessionJudgeOptions } from './session-judge.ts';
import type { FailOn } from './suite-result.ts';

/** A check gets as long as its recording took, plus this, unless told otherwise. */
export const defaultTimeoutMs = 30_000;
/** Reads of one epoch sent at once, unless told otherwise. */
export const defaultConcurrency = 4;

export interface SuiteRunOptions {
  readonly reader: CassetteReads;
  /** Short name of the cassette, for addresses. */
  readonly cassette: string;
  readonly session: Session;
  /** By recorded target name. */
  readonly targets: ReadonlyMap<string, Target>;
  /** Plain and verified by default. */
  readonly connections?: Connections;
  readonly runStore: RunStore;
  /** With the project's key. Not used for sessions recorded with --no-redact. */
  readonly redactor: Redactor;
  /** Value of a `RETAKE_SECRET_…` variable. */
  readonly secret: (variable: string) => string | undefined;
  /** May requests that change data go to a target that is not on this machine? */
  readonly writes: 'allowed' | 'refused';
  readonly toolVersion: string;
  readonly gitCommit?: string;
  /** Judge only requests whose `METHOD target` it finds. */
  readonly grep?: RegExp;
  readonly failOn?: FailOn;
  /** Rules of the project for comparing, before those of the cassette. */
  readonly compareRules?: readonly CompareRule[];
  /** To be judged against something else than the cassette, by something else than what is known of it. */
  readonly judging?: Pick<Required<SessionJudgeOptions>, 'baselines' | 'rulings'>;
  readonly concurrency?: number;
  readonly timeoutMs?: number;
  readonly signal?: AbortSignal;
}

export interface PreparedRun {
  readonly plan: Plan;
  readonly live: LiveValues;
  /** Renamings known before the first response: recorded secret → the one given for this run, as pseudonyms. */
  readonly renames: readonly (readonly [recorded: string, fresh: string])[];
  /** Pseudonyms of recorded responses by position and place. */
  readonly responseSlots: ReadonlyMap<number, ReadonlyMap<string, string>>;
}

/**
 * Plans a run and checks everything that can be checked without the network. Throws USAGE (nothing to judge),
 * WRITES_NEED_CONSENT, SECRET_NEEDED.
 */
export function prepareRun(options: SuiteRunOptions): PreparedRun {
  const { reader, session, redactor } = options;
  const flows = reader.flows(session.id);
  const slots = reader.redactedSlots(session.id);
  const plan = planSteps({
    exchanges: reader.exchanges(session.id),
    flows,
    events: (exchange) => reader.streamEvents(exchange.id),
    ...(options.grep === undefined ? {} : { grep: options.grep }),
  });
  if (!plan.steps.some((step) => step.purpose === 'judged')) throw nothingToJudge(options, plan);
  refuseUnwantedWrites(plan, options);

  const sent = new Map(plan.steps.map((step) => [step.position, step]));
  const needed = neededSecrets(slots, flows)
    .map((secret): NeededSecret => ({ ...secret, uses: secret.uses.filter((use) => sent.has(use.position)) }))
    .filter((secret) => secret.uses.length > 0);
  const values = collectSecrets({
    needed,
    value: options.secret,
    describe: (position) => `${sent.get(position)!.method} ${sent.get(position)!.target}`,
  });
  const secrets = needed.map(({ pseudonym, uses }) => ({ pseudonym, uses, value: values.get(pseudonym)! }));
  for (const { value } of secrets) redactor.remember(value);
  const responseSlots = Map.groupBy(
    slots.filter((slot) => slot.side === 'response'),
    (slot) => slot.position,
  );
  return {
    plan,
    live: new LiveValues({ flows, secrets }),
    renames: secrets.map(({ pseudonym, value }) => [pseudonym, redactor.pseudonym(value)] as const),
    responseSlots: new Map(
      [...responseSlots].map(([position, found]) => [
        position,
        new Map(found.map(({ place, pseudonym }) => [place, pseudonym])),
      ]),
    ),
  };
}

function nothingToJudge({ cassette, session, grep }: SuiteRunOptions, plan: Plan): AppError {
  if (grep !== undefined) {
    return new AppError('USAGE', {
      problem: `no request of ${cassette}:${session.name} matches --grep ${grep.source}`,
      hint: `it is matched against "METHOD /path"; list them: retake show ${cassette}`,
    });
  }
  const reason = plan.skipped[0]?.reason ?? 'it is empty';
  return new AppError('USAGE', {
    problem: `session ${session.name} of ${cassette} has nothing to judge: ${reason}`,
    hint: 'record it again, or choose another --session',
  });
}

function refuseUnwantedWrites(plan: Plan, { targets, writes }: SuiteRunOptions): void {
  if (writes === 'allowed') return;
  const unsafe = plan.steps.filter((step) => step.effect === 'write' && !isLoopback(targets.get(step.targetName)!));
  if (unsafe.length === 0) return;
  const target = targets.get(unsafe[0]!.targetName)!.url;
  throw new AppError('WRITES_NEED_CONSENT', { count: unsafe.length, target });
}
