import { problemOf } from '../base/errors.ts';
import type { ExhaustedPolicy, Sequence } from '../match/choose.ts';
import type { ExchangeSummary } from '../model/exchange.ts';
import type { InjectedFault } from '../model/fault.ts';
import { type ClientRequest, type ClientResponse, hasBody } from './client-side.ts';
import { inject, refuse } from './fault-injection.ts';
import type { FaultPlan } from './fault-plan.ts';
import type { UpgradeRequest } from './forward-listener.ts';
import { isGrpcCall } from './grpc-first-message.ts';
import { endWithMiss, ranIntoDeadline, wordsOf } from './grpc-miss.ts';
import { playableCall, playGrpc } from './grpc-player.ts';
import { GrpcRequest } from './grpc-request.ts';
import { answerProblem } from './hop-failure.ts';
import { maxLanes } from './lane-book.ts';
import { type LaneFacts, LaneKeeper, type LaneRule } from './lane-keeper.ts';
import type { Ledger, MissAnswer, UnusedRecording } from './ledger.ts';
import type { MissRoute } from './missed-request.ts';
import { closeReason, type MissReport, missProblem, missStatus, reportMiss } from './miss.ts';
import type { ReplaySetup } from './miss-advice.ts';
import type { Pace } from './pace.ts';
import type { RecordedPlace } from './recorded-origins.ts';
import type { ReplayFeed } from './replay-feed.ts';
import { isSwitch, openUpgrade, playRecording, type Upgrade } from './replay-upgrade.ts';
import {
  type Found,
  type Hit,
  type IncomingRequest,
  type LayerSource,
  type Miss,
  type ReplayRelaxation,
  ReplaySource,
  unreadable,
} from './replay-source.ts';
import { type ReadBody, readRequestBody } from './request-body.ts';
import type { ServingHistory } from './serving-history.ts';
import { relaxationWords } from './relaxation-words.ts';
import { servedSummary } from './served-summary.ts';
import { unusedRecordings } from './unused-recordings.ts';
import { serve, type ServeEnd } from './serve.ts';
import type { Target } from '../model/target.ts';

export type ReplayEvent =
  | {
      readonly kind: 'hit';
      readonly address: string;
      readonly lane: string;
      /** The recording, with the time and duration of this answer. */
      readonly exchange: ExchangeSummary;
      readonly relaxations: readonly ReplayRelaxation[];
    }
  | { readonly kind: 'miss'; readonly report: MissReport; readonly answer: MissAnswer }
  | { readonly kind: 'fault'; readonly injected: InjectedFault };

export interface HandlerOptions {
  /** At least one session, the one to ask first at the front. */
  readonly layers: readonly LayerSource[];
  readonly sequence: Sequence;
  readonly exhausted?: ExhaustedPolicy;
  readonly pace: Pace;
  readonly setup: ReplaySetup;
  /** Nothing relaxed is served: what would match only so is a miss. */
  readonly strict?: true;
  /** Stand-in for a secret under the project's key, where that key is at hand. */
  readonly pseudonym?: (value: string) => string;
  /** `infer` unless told. */
  readonly laneRule?: LaneRule;
  readonly missRoute?: MissRoute;
  readonly ledger: Ledger;
  readonly feed: ReplayFeed;
  /** Where answers are kept for who asks later. */
  readonly history?: ServingHistory;
  readonly faults: FaultPlan;
  /** Without it nothing is told of single requests. */
  readonly onEvent?: (event: ReplayEvent) => void;
  /** Which requests are told of; putting a hit into words costs a tenth of serving it. All unless told. */
  readonly events?: 'all' | 'misses';
}

/** Where recordings of a request may stand. */
export interface Whereabouts extends LaneFacts {
  /** At least one, the likeliest first. */
  readonly places: readonly RecordedPlace[];
  /** The server that the client asked a forward proxy for. */
  readonly origin?: Target;
}

/** Answers requests from recorded sessions, writes the ledger, and tells the feed. */
export class ReplayHandler {
  readonly #options: HandlerOptions;
  readonly lanes: LaneKeeper;
  readonly #source: ReplaySource;
  readonly #openStreams = new Set<ClientResponse>();

  constructor(options: HandlerOptions) {
    const { layers, sequence, exhausted, strict, pseudonym, laneRule = 'infer' } = options;
    this.#options = options;
    this.#source = new ReplaySource({
      layers,
      sequence,
      ...(exhausted ? { exhausted } : {}),
      ...(strict ? { strict } : {}),
      ...(pseudonym ? { pseudonym } : {}),
    });
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

  unused(): IterableIterator<UnusedRecording> {
    return unusedRecordings(this.#source.layers, this.#options.ledger);
  }

  #accept(asked: Asked): void {
    // Pipelined: it waits for its turn, or a read could overtake the write before it.
    asked.response.onTurn(() => this.#begin(asked));
  }

  #begin(asked: Asked): void {
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

  #answer(asked: Asked, { body, trailers }: ReadBody): void {
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
      requests.map((one) => ({ ...one, lane, ...(parts ? { parts } : {}) })),
    );
    const told: Found =
      isGuess && found.kind === 'hit' ? { ...found, relaxations: [...found.relaxations, 'guessed-lane'] } : found;
    if (fault) {
      const recording = told.kind === 'hit' ? told.recording : undefined;
      inject(fault, asked, { pace, recording, go: (faulty) => this.#respond(faulty, request, told) });
    } else this.#respond(asked, request, told);
  }

  #respond(asked: Asked, request: IncomingRequest, found: Hit | Miss): void {
    if (found.kind === 'hit') {
      if (asked.call) void this.#playCall(asked.call, asked, { request, hit: found });
      else if (asked.upgrade && isSwitch(found.recording))
        this.#play(asked, request, { ...found, upgrade: asked.upgrade });
      else this.#serve(asked, request, found);
    } else if (asked.call && ranIntoDeadline(request, found)) this.#keepOpen(asked.response);
    else this.#miss(asked, request, found);
  }

  #serve(asked: Asked, request: IncomingRequest, hit: Hit): void {
    const { layer, recording } = hit;
    const end = serve({
      recording,
      bodyOf: (wanted) => layer.cache.bodyOf(wanted),
      response: asked.response,
      pace: this.#options.pace,
      arrivedAtMs: asked.arrivedAtMs,
    });
    if (end instanceof Promise) {
      void end
        .catch((thrown: unknown): ServeEnd => ({ kind: 'unreadable', problem: problemOf(thrown) }))
        .then((ended) => this.#onServed(asked, { request, hit, end: ended }));
    } else this.#onServed(asked, { request, hit, end });
  }

  #onServed(asked: Asked, served: { request: IncomingRequest; hit: Hit; end: ServeEnd }): void {
    const { request, hit, end } = served;
    const { layer, recording, relaxations } = hit;
    const { exchange } = recording;
    if (end.kind === 'unreadable') {
      this.#miss(asked, request, unreadable(layer, { position: exchange.position, problem: end.problem }));
      return;
    }
    if (end.kind === 'open') this.#keepOpen(asked.response);
    const { ledger, feed, history } = this.#options;
    const onEvent = this.#options.events === 'misses' ? undefined : this.#options.onEvent;
    ledger.hit(layer.index, exchange.position, request.lane);
    history?.hit(request.lane, hit);
    this.#source.lanes.hit(request.lane, layer, { position: exchange.position, method: request.method });
    if (!onEvent && relaxations.length === 0 && !feed.isWatched) return;
    const address = this.#source.addressOf(layer, exchange.position);
    for (const relaxation of relaxations) ledger.relaxed(address, relaxationWords[relaxation], request.lane);
    const summary = servedSummary(hit, asked.arrivedAtMs);
    feed.push(summary);
    onEvent?.({ kind: 'hit', address, lane: request.lane, exchange: summary, relaxations });
  }

  /** The switch is a hit; what departs from the recording later is a miss of its own. */
  #play(asked: Asked, request: IncomingRequest, { upgrade, ...hit }: Hit & { readonly upgrade: Upgrade }): void {
    const { layer, recording } = hit;
    const { position } = recording.exchange;
    this.#onServed(asked, { request, hit, end: { kind: 'served' } });
    playRecording({
      upgrade,
      recording,
      cache: layer.cache,
      pace: this.#options.pace,
      arrivedAtMs: asked.arrivedAtMs,
      onDeparture: (departure) => {
        const choice = { kind: 'miss', code: 'conversation', position, departure } as const;
        return closeReason(this.#tellMiss(request, { kind: 'miss', layer, choice }), departure);
      },
      onUnreadable: (problem) => void this.#tellMiss(request, unreadable(layer, { position, problem })),
    });
  }

  async #playCall(
    call: GrpcRequest,
    asked: Asked,
    { request, hit }: { request: IncomingRequest; hit: Hit },
  ): Promise<void> {
    const { layer, recording } = hit;
    const { position } = recording.exchange;
    const { response, arrivedAtMs } = asked;
    let played: ReturnType<typeof playableCall>;
    try {
      played = playableCall(layer, recording);
    } catch (thrown) {
      this.#miss(asked, request, unreadable(layer, { position, problem: problemOf(thrown) }));
      return;
    }
    if (!played) {
      await call.drained();
      this.#serve(asked, request, hit);
      return;
    }
    this.#onServed(asked, { request, hit, end: { kind: 'served' } });
    playGrpc({
      ...played,
      incoming: call,
      response,
      pace: this.#options.pace,
      arrivedAtMs,
      onOpen: () => this.#keepOpen(response),
      onDeparture: (departure) => {
        const choice = { kind: 'miss', code: 'conversation', position, departure } as const;
        return wordsOf(this.#tellMiss(request, { kind: 'miss', layer, choice }));
      },
      onUnreadable: (problem) => void this.#tellMiss(request, unreadable(layer, { position, problem })),
    });
  }

  #keepOpen(response: ClientResponse): void {
    this.#openStreams.add(response);
    response.onClose(() => this.#openStreams.delete(response));
    response.cutWithClient();
  }

  /** Of a conversation that is under way: nobody else can go on with it. */
  #tellMiss(request: IncomingRequest, { layer, choice }: Miss): MissReport {
    const { setup, ledger, onEvent } = this.#options;
    const report = reportMiss({ source: this.#source, request, layer, choice, setup });
    ledger.missed(report, 'error');
    this.#options.history?.missed(report, 'error');
    this.#source.lanes.missed(request.lane);
    onEvent?.({ kind: 'miss', report, answer: 'error' });
    return report;
  }

  #miss(asked: Asked, request: IncomingRequest, miss: Miss): void {
    const { missRoute, setup, ledger, onEvent } = this.#options;
    const { body, trailers, targetName } = request;
    const { upgrade, origin, call } = asked;
    const report = reportMiss({ source: this.#source, request, layer: miss.layer, choice: miss.choice, setup });
    const held = body === undefined || Buffer.isBuffer(body) ? { body } : call && { body: undefined };
    const route = held && !asked.response.isStarted && missRoute?.answer !== 'error' ? missRoute : undefined;
    const answer = route?.answer ?? 'error';
    ledger.missed(report, answer);
    this.#options.history?.missed(report, answer);
    this.#source.lanes.missed(request.lane);
    if (route && held) {
      const { response } = asked;
      const extras = { ...(origin ? { origin } : {}), ...(upgrade ? { upgrade } : {}), ...(call ? { call } : {}) };
      route.pass({ targetName, request: asked.request, response, body: held.body, trailers, ...extras });
    } else if (call) endWithMiss(asked.response, wordsOf(report));
    else answerMiss(asked.response, report);
    onEvent?.({ kind: 'miss', report, answer });
  }
}

/** One request on its way through. */
interface Asked extends Whereabouts {
  readonly request: ClientRequest;
  readonly response: ClientResponse;
  readonly arrivedAtMs: number;
  readonly upgrade?: Upgrade;
  readonly call?: GrpcRequest;
}

const tooManyLanes = {
  code: 'too-many-lanes',
  detail: `there are ${maxLanes} lanes already: give each test one name, not each request, or start the replay anew`,
};

function answerMiss(response: ClientResponse, report: MissReport): void {
  if (response.isStarted || response.isGone) return;
  const { headers, body } = missProblem(report);
  response.start({ status: missStatus, reason: 'Bad Gateway', headers, framing: 'length' });
  response.end(body, []);
}
