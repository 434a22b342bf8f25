import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readAlike } from '../compare/body-formats.ts';
import { contentOf } from '../compare/content.ts';
import { ruleRulings } from '../compare/rule-rulings.ts';
import type { RulingsFor } from '../compare/rulings.ts';
import { compileCompareRules, namedCompareRules } from '../model/compare-rule-set.ts';
import { type Exchange, isComplete } from '../model/exchange.ts';
import type { JsonValue } from '../model/json-value.ts';
import type { Baseline, Check, FreshOutcome } from '../model/run.ts';
import { decodeTalk } from '../model/talk.ts';
import { originForm } from '../model/target.ts';
import { RunStore } from '../store/run-store.ts';
import { type BaselineSource, cassetteBaselines, storedBody } from './baseline-source.ts';
import { type FirstAnswer, noisyPlaces, type NoisyPlace, type RepeatedAnswer } from './noise.ts';
import { runSuite, type RunSuiteOptions } from './run-suite.ts';

export interface CalibrateOptions extends Omit<RunSuiteOptions, 'runStore' | 'judging' | 'bail' | 'failOn' | 'grep'> {
  /** How often everything is sent: at least 2. */
  readonly repeats: number;
}

/** What one build answered to the same requests, time after time. */
export interface Calibration {
  /** How often everything was sent. */
  readonly repeats: number;
  /** Exchanges that were answered in the first run. */
  readonly exchanges: number;
  /** Each answer of a later run, with what it was compared with. */
  readonly answers: readonly RepeatedAnswer[];
  readonly noise: readonly NoisyPlace[];
  /** Requests of later runs that had no answer to compare, or none to compare it with. */
  readonly unanswered: number;
  readonly interrupted: boolean;
}

/**
 * Sends a session several times to one build and finds out in what its answers differ. The first run stands for the
 * baseline of the others: what is recorded, and whether the build is right, plays no part, so that nothing can be learned
 * from a build that is being judged. Rules of earlier calibrations are left out. Keeps nothing; errors as `runSuite`.
 */
export async function calibrate({ repeats, ...options }: CalibrateOptions): Promise<Calibration> {
  const { reader, session, signal } = options;
  const isAborted = (): boolean => signal?.aborted ?? false;
  const folder = mkdtempSync(path.join(tmpdir(), 'retake-calibrate-'));
  const runStore = RunStore.open(folder);
  try {
    const stored = reader.compareRules().filter(({ evidence }) => evidence === undefined);
    const compareRules = compileCompareRules(namedCompareRules(options.compareRules ?? [], stored));
    const rulings = ({ request: { method, target }, targetName }: Exchange): readonly RulingsFor[] => [
      ruleRulings(compareRules.rulesFor({ method, path: originForm(target), server: targetName })),
    ];
    const judging = { rulings, baselines: cassetteBaselines(reader) };
    const { checks: firstChecks } = await runSuite({ ...options, runStore, judging });
    const firsts = new Map(firstChecks.flatMap((check) => firstAnswer(runStore, check)));
    const baselines = firstRunBaselines(runStore, firsts, judging.baselines);
    const answers: RepeatedAnswer[] = [];
    let unanswered = 0;
    for (let run = 2; run <= repeats && !isAborted(); run++) {
      const { checks } = await runSuite({ ...options, runStore, judging: { rulings, baselines } });
      for (const check of checks) {
        const first = firsts.get(check.position);
        if (!first || !hasAnswer(check)) {
          unanswered += 1;
          continue;
        }
        const server = reader.exchange(session.id, check.position)!.targetName;
        answers.push({ check, server, first: first.answer });
      }
    }
    const servers = session.targets.length > 1 ? 'several' : 'one';
    return {
      repeats,
      exchanges: firsts.size,
      answers,
      // While the bodies of the first run can still be read.
      noise: noisyPlaces(answers, servers),
      unanswered,
      interrupted: isAborted(),
    };
  } finally {
    runStore.close();
    rmSync(folder, { recursive: true, force: true });
  }
}

interface First {
  readonly fresh: FreshOutcome;
  readonly answer: FirstAnswer;
}

function hasAnswer({ verdict }: Check): boolean {
  return verdict !== 'missing' && verdict !== 'failed' && verdict !== 'unexpected';
}

function firstAnswer(runStore: RunStore, check: Check): [position: number, First][] {
  const fresh = hasAnswer(check) ? runStore.fresh(check.id) : undefined;
  if (!fresh || !isComplete(fresh.outcome)) return [];
  const { headers, trailers } = fresh.outcome;
  let value: { readonly read: JsonValue | undefined } | undefined;
  const read = (): JsonValue | undefined => {
    const content = contentOf(headers, storedBody(runStore, fresh));
    return readAlike(content, content)?.values.baseline;
  };
  const answer: FirstAnswer = { headers, trailers, value: () => (value ??= { read: read() }).read };
  return [[check.position, { fresh, answer }]];
}

/** The answers of the first run, as if they had been accepted. */
function firstRunBaselines(
  runStore: RunStore,
  firsts: ReadonlyMap<number, First>,
  otherwise: BaselineSource,
): BaselineSource {
  const ours = new Map<number, Baseline>();
  for (const [position, { fresh }] of firsts) {
    ours.set(position, { ...fresh, version: 1, capturedAt: fresh.startedAt });
  }
  const all = new Set(ours.values());
  return {
    of: (exchange) => ours.get(exchange.position) ?? otherwise.of(exchange),
    body: (baseline) => (all.has(baseline) ? storedBody(runStore, baseline) : otherwise.body(baseline)),
    talk: (exchange, baseline) => {
      if (!all.has(baseline)) return otherwise.talk(exchange, baseline);
      if (!baseline.talk) return undefined;
      return baseline.talk.sizeBytes === 0 ? [] : decodeTalk(runStore.body(baseline.talk.sha256));
    },
  };
}
