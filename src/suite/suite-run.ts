import { isLeftStream } from '../compare/open-stream.ts';
import { liveValue } from '../correlate/live-value.ts';
import { formatAddress } from '../model/address.ts';
import { type Exchange, type Outcome, type ResponseFacts, responseOf } from '../model/exchange.ts';
import type { PlaceMessage } from '../model/place-access.ts';
import type { ValueFlow } from '../model/flow.ts';
import { headerValue } from '../model/headers.ts';
import type { Target } from '../model/target.ts';
import type { Check, Rename, Run } from '../model/run.ts';
import type { NewCheck } from '../store/run-store.ts';
import { type BaselineSource, cassetteBaselines } from './baseline-source.ts';
import { type FreshResponse, freshResponse } from './fresh-response.ts';
import { causesOf } from './first-divergence.ts';
import { FlowKinds } from './flow-kinds.ts';
import { RequestTemplates } from './request-templates.ts';
import { compareRulesOf, SessionJudge, siteOf } from './session-judge.ts';
import type { LiveValues } from './live-values.ts';
import { outgoingRequest } from './outgoing-request.ts';
import type { Plan, Step } from './plan.ts';
import { recordedTalk } from './recorded-talk.ts';
import { Renaming } from './renaming.ts';
import { placeWords } from './sighting.ts';
import type { Sent } from './send.ts';
import { StepSender } from './step-sender.ts';
import type { SkippedExchange } from './suite-result.ts';
import {
  type PreparedRun,
  type SuiteRunOptions,
  defaultConcurrency,
  defaultTimeoutMs,
  prepareRun,
} from './prepare-run.ts';
import { checkReachable } from './suite-target.ts';
import { issuedInTalk } from './talk-values.ts';
import type { Timeline } from './timeline.ts';

/** What became of one request: an answer or a failure, or no request at all because its chain broke. */
export type Attempt =
  | { readonly kind: 'sent'; readonly exchange: Exchange; readonly sent: Sent; readonly sentTarget: string }
  | { readonly kind: 'missing'; readonly note: string };

/** Values come from complete responses, and from streams that were left. */
function issuingResponse(outcome: Outcome): ResponseFacts | undefined {
  return outcome.kind === 'response' || isLeftStream(outcome) ? responseOf(outcome) : undefined;
}

/**
 * One execution of a session against a server: what was asked, what came back, and what that means. Steps are sent in
 * any order their values allow, and judged in recorded order, so that one renaming grows the same way every time.
 */
export class SuiteRun {
  readonly #options: SuiteRunOptions;
  readonly #live: LiveValues;
  readonly #kinds: FlowKinds;
  readonly #renaming: Renaming;
  readonly #judge: SessionJudge;
  readonly #baselines: BaselineSource;
  readonly #templates: RequestTemplates;
  #checks: Check[] = [];
  readonly #sender: StepSender;
  readonly #stopped = new AbortController();
  readonly #arrivals = new Map<number, Promise<string>>();
  readonly #steps: ReadonlyMap<number, Step>;
  readonly #recordedSlots: ReadonlyMap<number, ReadonlyMap<string, string>>;
  readonly plan: Plan;
  readonly runId: number;
  readonly startedAt: number;

  private constructor(options: SuiteRunOptions, prepared: PreparedRun) {
    this.#options = options;
    this.plan = prepared.plan;
    this.#live = prepared.live;
    this.#recordedSlots = prepared.responseSlots;
    this.#steps = new Map(prepared.plan.steps.map((step) => [step.position, step]));
    this.#kinds = new FlowKinds(prepared.plan.steps);
    this.#renaming = new Renaming(this.#kinds.known());
    for (const [recorded, fresh] of prepared.renames) this.#renaming.give(recorded, fresh);
    const { reader, session } = options;
    for (const { name, url } of session.targets) this.#serve(url, options.targets.get(name));
    const compareRules = compareRulesOf(reader, options.compareRules ?? []);
    this.#baselines = options.judging?.baselines ?? cassetteBaselines(reader);
    this.#templates = new RequestTemplates(reader, session);
    this.#judge = new SessionJudge({
      reader,
      session,
      cassette: options.cassette,
      renaming: this.#renaming,
      compareRules,
      templates: this.#templates,
      baselines: this.#baselines,
      ...(options.judging && { rulings: options.judging.rulings }),
    });
    const { targets, connections, signal, concurrency = defaultConcurrency, timeoutMs = defaultTimeoutMs } = options;
    this.#sender = new StepSender({
      reader,
      targets,
      ...(connections ? { connections } : {}),
      concurrency,
      timeoutMs,
      signal: AbortSignal.any([this.#stopped.signal, ...(signal ? [signal] : [])]),
    });
    this.startedAt = Date.now();
    this.runId = options.runStore.beginRun({
      cassettePath: options.reader.path,
      cassette: options.cassette,
      session: options.session.name,
      target: [...options.targets.values()].map(({ url }) => url).join(', '),
      startedAt: this.startedAt,
      toolVersion: options.toolVersion,
      ...(options.gitCommit === undefined ? {} : { gitCommit: options.gitCommit }),
    });
  }

  /**
   * Plans the run and checks everything that can be checked before the first request, then begins it in the run store.
   * Throws USAGE (nothing to judge), WRITES_NEED_CONSENT, SECRET_NEEDED, TARGET_UNREACHABLE.
   */
  static async begin(options: SuiteRunOptions): Promise<SuiteRun> {
    const prepared = prepareRun(options);
    for (const name of new Set(prepared.plan.steps.map((step) => step.targetName))) {
      await checkReachable(options.targets.get(name)!, options.connections);
    }
    return new SuiteRun(options, prepared);
  }

  get skipped(): SkippedExchange[] {
    return this.plan.skipped.map(({ position, ...rest }) => ({ address: this.#address(position), ...rest }));
  }

  /**
   * Sends one step as soon as the values it needs have arrived. Steps before it must have been sent already. With a
   * timeline, streams and conversations go on beside the other steps as they did in the recording.
   */
  async send(step: Step, timeline?: Timeline): Promise<Attempt> {
    const { promise, resolve } = Promise.withResolvers<string>();
    this.#arrivals.set(step.position, promise);
    await Promise.all(step.flows.flatMap(({ from }) => this.#arrivals.get(from) ?? []));
    const missing = this.#live.missing(step);
    if (missing) {
      resolve('was not sent either');
      return { kind: 'missing', note: await this.#missingNote(missing) };
    }
    const { reader, session } = this.#options;
    const exchange = reader.exchange(session.id, step.position)!;
    const request = outgoingRequest(reader, exchange, (recorded) => this.#live.carryInto(step, recorded));
    const learn = (response: PlaceMessage): void => {
      this.#live.learn(step.position, response);
      if (this.#live.hasIssued(step.position)) resolve('did not give it');
    };
    const values = this.#live.known();
    const sent = await this.#sender.send({
      step,
      exchange,
      request,
      values,
      ...(timeline && { timeline }),
      onContent: learn,
    });
    const { outcome } = sent;
    const response = issuingResponse(outcome);
    if (response) this.#live.learn(step.position, { headers: response.headers, body: sent.body });
    resolve(outcome.kind === 'response' ? `answered ${outcome.status} without it` : `failed (${outcome.code})`);
    return { kind: 'sent', exchange, sent, sentTarget: request.target };
  }

  /**
   * Takes a response into the run's renaming, and judges and stores it if that is the step's purpose. To be called in
   * recorded order.
   */
  settle(step: Step, attempt: Attempt): Check | undefined {
    if (attempt.kind === 'missing') {
      if (step.purpose === 'supporting') return undefined;
      return this.#store(step, {
        verdict: 'missing',
        note: attempt.note,
        durationMs: 0,
        differences: [],
        baselineVersion: this.#baselineVersion(step),
      });
    }
    const { session } = this.#options;
    const { exchange, sent, sentTarget } = attempt;
    const fresh = freshResponse(sent, session.redacted ? this.#options.redactor : undefined);
    this.#rename(exchange, fresh);
    this.#renameTalk(exchange, fresh);
    if (step.purpose === 'supporting') return undefined;
    const { startedAt, endedAt } = sent;
    const times = { runStartedAt: this.startedAt, startedAt, endedAt, sentTarget };
    const { renames, ...judgement } = this.#judge.judge(exchange, fresh, times);
    const kept = { fresh, startedAt: sent.startedAt, renames: [...this.#renaming.pairs(), ...renames] };
    return this.#store(step, { ...judgement, durationMs: sent.durationMs }, kept);
  }

  /** What was judged so far, in recorded order; with causes once the run is finished. */
  get checks(): readonly Check[] {
    return this.#checks;
  }

  /** Ends the run in the store, with what follows from what, and closes its connections. */
  finish(verdict: NonNullable<Run['verdict']>): Run {
    this.close();
    this.#trace();
    this.#options.runStore.finishRun(this.runId, verdict);
    return this.#options.runStore.run(this.runId)!;
  }

  /** Gives up what is still under way. */
  close(): void {
    this.#stopped.abort();
    this.#sender.close();
  }

  #trace(): void {
    const causes = causesOf(this.#checks, this.#live.flows);
    this.#checks = this.#checks.map((check) => {
      const cause = causes.get(check.position);
      return cause === undefined ? check : { ...check, cause: this.#address(cause) };
    });
    const found = this.#checks.flatMap(({ id, cause }) => (cause === undefined ? [] : [[id, cause] as const]));
    this.#options.runStore.setCauses(new Map(found));
  }

  #address(position: number): string {
    return formatAddress({ cassette: this.#options.cassette, session: this.#options.session.name, position });
  }

  async #missingNote({ from, fromPlace }: ValueFlow): Promise<string> {
    const producer = this.#steps.get(from);
    const source = producer ? `${producer.method} ${producer.target}` : 'an exchange';
    const cause = (await this.#arrivals.get(from)) ?? 'cannot be sent';
    return `not sent: it needs ${fromPlace} of ${source} (${this.#address(from)}), which ${cause}`;
  }

  #baselineVersion(step: Step): number {
    const { reader, session } = this.#options;
    const exchange = reader.exchange(session.id, step.position)!;
    return this.#baselines.of(exchange).version;
  }

  /** What was renamed: values that flow, and secrets issued at the same place of the same response. */
  #rename(exchange: Exchange, fresh: FreshResponse): void {
    const response = issuingResponse(fresh.outcome);
    if (!response) return;
    const { position, startedAt, durationMs = 0 } = exchange;
    const times = { capturedAt: startedAt, endedAt: startedAt + durationMs };
    const site = siteOf(exchange, { address: this.#address(position), ...times });
    const host = headerValue(exchange.request.headers, 'host');
    if (host !== undefined) this.#serve(`http://${host}`, this.#options.targets.get(exchange.targetName));
    const message = { headers: response.headers, body: fresh.body };
    for (const flow of this.#live.flowsFrom(position)) {
      const value = liveValue(flow, message);
      if (value !== undefined) {
        const at = { site, place: placeWords(flow.fromPlace) };
        this.#renaming.establish(flow.value, value, { at, kinds: this.#kinds.of(flow) });
      }
    }
    const recorded = this.#recordedSlots.get(position);
    for (const slot of recorded ? fresh.slots : []) {
      const pseudonym = recorded?.get(slot.place);
      if (pseudonym !== undefined) {
        this.#renaming.establish(pseudonym, slot.pseudonym, { at: { site, place: placeWords(slot.place) } });
      }
    }
  }

  /** Links to the recorded server become links to the one under test. */
  #serve(recorded: string, target: Target | undefined): void {
    const known = URL.parse(recorded);
    if (!known || !target) return;
    this.#renaming.serve(known.href.replace(/\/$/, ''), target.url);
    this.#renaming.serve(known.host, target.authority);
  }

  /** What the server issued in a conversation, and the client said again. */
  #renameTalk(exchange: Exchange, { messages }: FreshResponse): void {
    if (!messages) return;
    const recorded = recordedTalk(this.#options.reader, exchange.id);
    for (const [value, live] of issuedInTalk(recorded, messages)) this.#renaming.establish(value, live);
  }

  #store(
    step: Step,
    result: Pick<NewCheck, 'verdict' | 'note' | 'durationMs' | 'differences' | 'baselineVersion'>,
    answer?: { readonly fresh: FreshResponse; readonly startedAt: number; readonly renames: readonly Rename[] },
  ): Check {
    const { runStore, reader, session } = this.#options;
    const check: NewCheck = {
      address: this.#address(step.position),
      position: step.position,
      method: step.method,
      target: step.target,
      template: this.#templates.of(reader.exchange(session.id, step.position)!),
      ...result,
    };
    const kept = answer && {
      fresh: { outcome: answer.fresh.outcome, startedAt: answer.startedAt, renames: answer.renames },
      body: answer.fresh.body,
      ...(answer.fresh.messages && { messages: answer.fresh.messages }),
    };
    const stored: Check = { id: runStore.addCheck(this.runId, check, kept), runId: this.runId, ...check };
    this.#checks.push(stored);
    return stored;
  }
}
