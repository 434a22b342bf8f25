import type { CompareRuleSet } from '../../model/compare-rule-set.ts';
import { type Exchange, responseOf } from '../../model/exchange.ts';
import { formatAddress } from '../../model/address.ts';
import type { ValueFlow } from '../../model/flow.ts';
import type { Baseline } from '../../model/run.ts';
import type { Session } from '../../model/session.ts';
import type { CassetteReads } from '../../store/cassette-reads.ts';
import { type BaselineSource, cassetteBaselines } from '../baseline-source.ts';
import { FlowKinds } from '../flow-kinds.ts';
import type { FreshResponse } from '../fresh-response.ts';
import type { Step } from '../plan.ts';
import { Renaming } from '../renaming.ts';
import { keptBodyBytes } from '../response-collector.ts';
import { type FreshTimes, type JudgedResponse, SessionJudge, siteOf } from '../session-judge.ts';
import { placeWords } from '../sighting.ts';
import { issuedInTalk } from '../talk-values.ts';
import type { Answer } from './answer.ts';

export interface UnchangedRunOptions {
  readonly reader: CassetteReads;
  readonly session: Session;
  readonly cassette: string;
  readonly steps: readonly Step[];
  readonly flows: readonly ValueFlow[];
  /** Undefined: nobody asks what the verdicts are. */
  readonly compareRules: CompareRuleSet | undefined;
}

/** What a server gives that answers as the newest baselines do. */
export interface UnchangedAnswer extends Answer {
  readonly exchange: Exchange;
  readonly baseline: Baseline;
}

/**
 * A run against a server that answers as the newest baselines do, at the same times: every value stands for itself.
 * Wrong answers are tried in it as a real run would judge them.
 */
export class UnchangedRun {
  readonly #options: UnchangedRunOptions;
  readonly #renaming: Renaming;
  readonly #judge: SessionJudge;
  readonly #baselines: BaselineSource;
  readonly #kinds: FlowKinds;
  readonly #flowsFrom: ReadonlyMap<number, readonly ValueFlow[]>;

  constructor(options: UnchangedRunOptions) {
    const { reader, session, cassette, steps, flows, compareRules } = options;
    this.#options = options;
    this.#kinds = new FlowKinds(steps);
    this.#flowsFrom = Map.groupBy(flows, ({ from }) => from);
    this.#renaming = new Renaming(this.#kinds.known());
    for (const { url } of session.targets) this.#renaming.serve(url, url);
    this.#baselines = ownBaselines(reader);
    this.#judge = new SessionJudge({
      reader,
      session,
      cassette,
      renaming: this.#renaming,
      baselines: this.#baselines,
      ...(compareRules ? { compareRules } : { rulings: () => [] }),
    });
  }

  /** Undefined where the baseline is no response. CASSETTE_CORRUPT. */
  answer(position: number): UnchangedAnswer | undefined {
    const { reader, session } = this.#options;
    const exchange = reader.exchange(session.id, position)!;
    const baseline = this.#baselines.of(exchange);
    const facts = responseOf(baseline.outcome);
    if (!facts) return undefined;
    const messages = this.#baselines.talk(exchange, baseline);
    const body = facts.body.sizeBytes <= keptBodyBytes ? this.#baselines.body(baseline) : undefined;
    return { exchange, baseline, outcome: baseline.outcome, facts, body, ...(messages && { messages }) };
  }

  /** What flows from the answer into later requests is known: no server understands a value it has not given. */
  begin({ exchange, baseline, messages }: UnchangedAnswer): void {
    const { cassette, session } = this.#options;
    const { position } = exchange;
    const address = formatAddress({ cassette, session: session.name, position });
    const site = siteOf(exchange, { address, capturedAt: baseline.capturedAt });
    for (const flow of this.#flowsFrom.get(position) ?? []) {
      const at = { site, place: placeWords(flow.fromPlace) };
      this.#renaming.establish(flow.value, flow.value, { at, kinds: this.#kinds.of(flow) });
    }
    for (const [value] of messages ? issuedInTalk(messages, messages) : []) this.#renaming.establish(value, value);
  }

  /** Judges what might have come instead. */
  tryOut(answer: UnchangedAnswer, fresh: FreshResponse): JudgedResponse {
    return this.#judge.tryOut(answer.exchange, fresh, this.#times(answer));
  }

  /** Judges what came. */
  judge(answer: UnchangedAnswer, fresh: FreshResponse): JudgedResponse {
    return this.#judge.judge(answer.exchange, fresh, this.#times(answer));
  }

  /** Where a value was seen first in this run, by position. */
  firstSeen(value: string): number | undefined {
    return this.#renaming.firstSeen(value)?.site.position;
  }

  #times({ exchange: { startedAt, durationMs = 0 }, baseline: { capturedAt } }: UnchangedAnswer): FreshTimes {
    return {
      runStartedAt: capturedAt - (startedAt - this.#options.session.startedAt),
      startedAt: capturedAt,
      endedAt: capturedAt + durationMs,
    };
  }
}

/**
 * The newest baselines as they are: what is in an accepted one is not the recording's under another name, but its own.
 * The last one is at hand, since it is asked for again and again.
 */
function ownBaselines(reader: CassetteReads): BaselineSource {
  const stored = cassetteBaselines(reader);
  let last: { readonly id: number; readonly baseline: Baseline; body?: Buffer } | undefined;
  return {
    of: (exchange) => {
      if (last?.id !== exchange.id) last = { id: exchange.id, baseline: { ...stored.of(exchange), renames: [] } };
      return last.baseline;
    },
    body: (baseline) => {
      if (last?.baseline !== baseline) return stored.body(baseline);
      return (last.body ??= stored.body(baseline));
    },
    talk: (exchange, baseline) => stored.talk(exchange, baseline),
  };
}
