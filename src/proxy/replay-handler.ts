import type { Target } from '../model/target.ts';
import { problemOf } from '../base/errors.ts';
import type { WhyServed } from '../model/why-served.ts';
import type { AnswerChange } from './answer-body.ts';
import { AnswerChanger, type ChangedAnswer } from './answer-changes.ts';
import { ShiftedTimes, type TimeOptions } from './answer-time.ts';
import type { ExhaustedPolicy, Sequence } from '../match/choose.ts';
import type { AskedRequest, Whereabouts } from './asked-request.ts';
import { type ClientRequest, type ClientResponse, hasBody } from './client-side.ts';
import { inject, refuse } from './fault-injection.ts';
import type { FaultPlan } from './fault-plan.ts';
import type { UpgradeRequest } from './forward-listener.ts';
import { isGrpcCall } from './grpc-first-message.ts';
import { ranIntoDeadline } from './grpc-miss.ts';
import { GrpcRequest } from './grpc-request.ts';
import { answerProblem } from './hop-failure.ts';
import { maxLanes } from './lane-book.ts';
import { LaneKeeper, type LaneRule } from './lane-keeper.ts';
import { LeadBack } from './lead-back.ts';
import type { Ledger, UnusedRecording } from './ledger.ts';
import type { ReplaySetup } from './miss-advice.ts';
import { MissAnswers } from './miss-answers.ts';
import type { MissRoute } from './missed-request.ts';
import type { Pace } from './pace.ts';
import { type CallOptions, playCall, playSwitch } from './play-conversation.ts';
import type { RecordedPlace } from './recorded-origins.ts';
import { relaxationWords } from './relaxation-words.ts';
import type { ReplayEvent } from './replay-event.ts';
import type { ReplayFeed } from './replay-feed.ts';
import { type Hit, type Miss, unreadable } from './replay-found.ts';
import type { IncomingRequest, LayerSource } from './replay-layer.ts';
import { ReplaySource } from './replay-source.ts';
import { isSwitch, openUpgrade } from './replay-upgrade.ts';
import { type ReadBody, readRequestBody } from './request-body.ts';
import { serve, type ServeEnd } from './serve.ts';
import { servedSummary } from './served-summary.ts';
import type { ServingHistory } from './serving-history.ts';
import { unusedRecordings } from './unused-recordings.ts';
import { type ServedHit, type WhyDetail, whyServed } from './why-served.ts';

export interface HandlerOptions {
  /** At least one session, the one to ask first at the front. */
  readonly layers: readonly LayerSource[];
  readonly sequence: Sequence;
  readonly exhausted?: ExhaustedPolicy;
  /** Memory for recordings that are asked again, for each cassette. */
  readonly cacheBytes?: number;
  readonly pace: Pace;
  readonly setup: ReplaySetup;
  /** Nothing relaxed is served: what would match only so is a miss. */
  readonly strict?: true;
  /** Stand-in for a secret under the project's key, where that key is at hand. */
  readonly pseudonym?: (value: string) => string;
  /** `infer` unless told. */
  readonly laneRule?: LaneRule;
  /** Times in answers are those of this run; as recorded without it. */
  readonly time?: TimeOptions;
  readonly missRoute?: MissRoute;
  readonly ledger: Ledger;
  readonly feed: ReplayFeed;
  /** Recorded servers by name, when what points at them is to point at the replay. */
  readonly leadBack?: ReadonlyMap<string, Target>;
  /** Where answers are kept for who asks later. */
  readonly history?: ServingHistory;
  readonly faults: FaultPlan;
  /** Without it nothing is told of single requests. */
  readonly onEvent?: (event: ReplayEvent) => void;
  /** Which requests are told of; putting a hit into words costs a tenth of serving it. All unless told. */
  readonly events?: 'all' | 'misses';
}

/** Answers requests from recorded sessions, writes the ledger, and tells the feed. */
export class ReplayHandler {
  readonly #options: HandlerOptions;
  readonly lanes: LaneKeeper;
  readonly #source: ReplaySource;
  readonly #misses: MissAnswers;
  readonly #answers: AnswerChanger;
  readonly #leadBack: LeadBack;
  readonly #openStreams = new Set<ClientResponse>();

  constructor(options: HandlerOptions) {
    const { layers, sequence, exhausted, cacheBytes, strict, pseudonym, laneRule = 'infer' } = options;
    this.#options = options;
    const times = options.time && new ShiftedTimes(options.time);
    this.#answers = new AnswerChanger(times);
    this.#leadBack = new LeadBack(options.leadBack);
    this.#source = new ReplaySource({
      layers,
      sequence,
      ...(exhausted ? { exhausted } : {}),
      ...(cacheBytes === undefined ? {} : { cacheBytes }),
      ...(strict ? { strict } : {}),
      ...(pseudonym ? { pseudonym } : {}),
      ...(times ? { meant: (request, lanes) => times.meant(request, lanes) } : {}),
    });
    this.#misses = new MissAnswers({ ...options, source: this.#source });
    this.lanes = new LaneKeeper(this.#source, { rule: laneRule, pseudonym });
  }

  answer(request: ClientRequest, response: ClientResponse, where: Whereabouts): void {
    this.#accept({ ...where, request, response, arrivedAtMs: performance.now() });
  }

  /** A request to switch protocols. */
  answerUpgrade({ request, socket, head }: UpgradeRequest, where: Whereabouts): void {
    const upgrade = openUpgrade(request, socket, head);
    const { response } = upgrade;
    this.#accept({ ...where, request: upgrade.request, response, upgrade, arrivedAtMs: performance.now() });
  }

  /** Streams that would stay open until their clients leave are cut. */
  cutOpenStreams(): void {
    for (const response of this.#openStreams) response.cut();
  }

  /** Why a recording was the one that answered. */
  why(hit: ServedHit, lane: string, detail: WhyDetail): WhyServed {
    const { sequence } = this.#options;
    return whyServed(hit, { lane, how: this.#source.lanes.howOf(lane), sequence, detail });
  }

  unused(): IterableIterator<UnusedRecording> {
    return unusedRecordings(this.#source.layers, this.#options.ledger);
  }

  #accept(asked: AskedRequest): void {
    // Pipelined: it waits for its turn, or a read could overtake the write before it.
    asked.response.onTurn(() => this.#begin(asked));
  }

  #begin(asked: AskedRequest): void {
    if (!hasBody(asked.request)) {
      this.#answer(asked, { body: undefined, trailers: [] });
      return;
    }
    if (asked.request.endsWithHead === false && isGrpcCall(asked.request.rawHeaders)) {
      // Its answer may have to begin before it has ended: the first message says which it is.
      const call = new GrpcRequest(asked.request);
      void call.first.then((body) => this.#answer({ ...asked, call }, { body, trailers: [] }));
      return;
    }
    readRequestBody(asked.request, (read) => this.#answer(asked, read));
  }

  #answer(asked: AskedRequest, { body, trailers }: ReadBody): void {
    const { method, rawHeaders } = asked.request;
    const content: Omit<IncomingRequest, keyof RecordedPlace> = {
      method,
      headers: rawHeaders,
      trailers,
      body,
      lane: '',
      ...(asked.upgrade ? { asksSwitch: true } : {}),
    };
    const requests = asked.places.map((place) => ({ ...content, ...place }));
    const placed = this.lanes.place(requests, asked);
    if (!placed) {
      answerProblem(asked.response, 507, tooManyLanes);
      return;
    }
    const { name: lane, parts, isGuess } = placed;
    const { faults, pace } = this.#options;
    const fault = faults.active?.decide({ method, target: asked.places[0]!.target, lane });
    // A server that fails so has not done the work: no recording is used, and a retry finds it.
    if (fault?.refusal) {
      refuse(fault, asked, (response) => this.#keepOpen(response));
      return;
    }
    const { request, found } = this.#source.findFirst(
      requests.map((one) => ({ ...one, lane, ...(parts ? { parts } : {}), ...(isGuess ? { isGuess } : {}) })),
    );
    if (fault) {
      const recording = found.kind === 'hit' ? found.recording : undefined;
      inject(fault, asked, { pace, recording, go: (faulty) => this.#respond(faulty, request, found) });
    } else this.#respond(asked, request, found);
  }

  #respond(asked: AskedRequest, request: IncomingRequest, found: Hit | Miss): void {
    if (found.kind === 'hit') {
      const { call, upgrade } = asked;
      if (call) void playCall(asked, call, this.#conversation(asked, request, found));
      else if (upgrade && isSwitch(found.recording))
        playSwitch(asked, upgrade, this.#conversation(asked, request, found));
      else this.#serve(asked, request, found);
    } else if (asked.call && ranIntoDeadline(request, found)) this.#keepOpen(asked.response);
    else this.#misses.answer(asked, request, found);
  }

  #conversation(asked: AskedRequest, request: IncomingRequest, hit: Hit): CallOptions {
    return {
      request,
      hit,
      pace: this.#options.pace,
      misses: this.#misses,
      onServed: () =>
        this.#onServed(asked, { request, hit, end: { kind: 'served' }, changes: this.#answers.left(hit) }),
      serve: () => this.#serve(asked, request, hit),
      keepOpen: (response) => this.#keepOpen(response),
    };
  }

  #serve(asked: AskedRequest, request: IncomingRequest, found: Hit): void {
    const { layer } = found;
    let changed: ChangedAnswer;
    try {
      changed = this.#answers.change(request, found);
    } catch (thrown) {
      const { position } = found.recording.exchange;
      this.#misses.answer(asked, request, unreadable(layer, { position, problem: problemOf(thrown) }));
      return;
    }
    const { hit, recording, changes } = changed;
    const end = serve({
      recording: this.#leadBack.change(recording, request.targetName, asked),
      bodyOf: (wanted) => layer.cache.bodyOf(wanted),
      response: asked.response,
      pace: this.#options.pace,
      arrivedAtMs: asked.arrivedAtMs,
    });
    if (end instanceof Promise) {
      void end
        .catch((thrown: unknown): ServeEnd => ({ kind: 'unreadable', problem: problemOf(thrown) }))
        .then((ended) => this.#onServed(asked, { request, hit, end: ended, changes }));
    } else this.#onServed(asked, { request, hit, end, changes });
  }

  #onServed(asked: AskedRequest, served: Served): void {
    const { request, hit, end, changes = [] } = served;
    const { layer, recording, relaxations } = hit;
    const { exchange } = recording;
    if (end.kind === 'unreadable') {
      this.#misses.answer(asked, request, unreadable(layer, { position: exchange.position, problem: end.problem }));
      return;
    }
    if (end.kind === 'open') this.#keepOpen(asked.response);
    const { ledger, feed, history } = this.#options;
    const onEvent = this.#options.events === 'misses' ? undefined : this.#options.onEvent;
    ledger.hit(layer.index, exchange.position, request.lane);
    const kept = { layer, exchange, relaxations, renamed: hit.renamed, changes };
    const answer = history?.hit(request.lane, kept);
    this.#source.lanes.hit(request.lane, layer, { position: exchange.position, method: request.method });
    if (!onEvent && relaxations.length === 0 && !feed.isWatched) return;
    const address = this.#source.addressOf(layer, exchange.position);
    for (const relaxation of relaxations) ledger.relaxed(address, relaxationWords[relaxation], request.lane);
    const summary = servedSummary(hit, asked.arrivedAtMs);
    feed.push(answer === undefined ? summary : { ...summary, answer });
    const { lane } = request;
    const why = (): WhyServed => this.why(kept, lane, 'brief');
    onEvent?.({ kind: 'hit', address, lane, exchange: summary, relaxations, changes, why });
  }

  #keepOpen(response: ClientResponse): void {
    this.#openStreams.add(response);
    response.onClose(() => this.#openStreams.delete(response));
    response.cutWithClient();
  }
}

interface Served {
  readonly request: IncomingRequest;
  readonly hit: Hit;
  readonly end: ServeEnd;
  /** What was not served as recorded. */
  readonly changes?: readonly AnswerChange[];
}

const tooManyLanes = {
  code: 'too-many-lanes',
  detail: `there are ${maxLanes} lanes already: give each test one name, not each request, or start the replay anew`,
};
