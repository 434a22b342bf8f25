import type { AskedRequest } from './asked-request.ts';
import type { ClientResponse } from './client-side.ts';
import { endWithMiss, wordsOf } from './grpc-miss.ts';
import type { Ledger, MissAnswer } from './ledger.ts';
import { type MissReport, reportMiss } from './miss.ts';
import { missProblem, missStatus } from './miss-text.ts';
import type { ReplaySetup } from './miss-advice.ts';
import type { MissRoute } from './missed-request.ts';
import type { ReplayFeed } from './replay-feed.ts';
import type { ReplayEvent } from './replay-event.ts';
import type { Miss } from './replay-found.ts';
import type { IncomingRequest } from './replay-layer.ts';
import type { ReplaySource } from './replay-source.ts';
import type { ServingHistory } from './serving-history.ts';

export interface MissAnswersOptions {
  readonly source: ReplaySource;
  readonly setup: ReplaySetup;
  readonly missRoute?: MissRoute;
  readonly ledger: Ledger;
  readonly history?: ServingHistory;
  readonly feed: ReplayFeed;
  readonly onEvent?: (event: ReplayEvent) => void;
}

/** Explains misses, writes them down, and answers them. */
export class MissAnswers {
  readonly #options: MissAnswersOptions;

  constructor(options: MissAnswersOptions) {
    this.#options = options;
  }

  /** Of a conversation that is under way: nobody else can go on with it. */
  tell(request: IncomingRequest, miss: Miss): MissReport {
    const report = this.#note(request, miss, 'error');
    this.#options.onEvent?.({ kind: 'miss', report, answer: 'error' });
    return report;
  }

  answer(asked: AskedRequest, request: IncomingRequest, miss: Miss): void {
    const { missRoute, onEvent } = this.#options;
    const { body, trailers, targetName } = request;
    const { upgrade, origin, call, response } = asked;
    const held = body === undefined || Buffer.isBuffer(body) ? { body } : call && { body: undefined };
    const route = held && !response.isStarted && missRoute?.answer !== 'error' ? missRoute : undefined;
    const answer = route?.answer ?? 'error';
    const report = this.#note(request, miss, answer);
    if (route && held) {
      const extras = { ...(origin ? { origin } : {}), ...(upgrade ? { upgrade } : {}), ...(call ? { call } : {}) };
      route.pass({ targetName, request: asked.request, response, body: held.body, trailers, ...extras });
    } else if (call) endWithMiss(response, wordsOf(report));
    else answerMiss(response, report);
    onEvent?.({ kind: 'miss', report, answer });
  }

  #note(request: IncomingRequest, { layer, choice }: Miss, answer: MissAnswer): MissReport {
    const { source, setup, ledger, history } = this.#options;
    const report = reportMiss({ source, request, layer, choice, setup });
    ledger.missed(report, answer);
    history?.missed(report, answer);
    this.#options.feed.touch();
    source.lanes.missed(request.lane);
    return report;
  }
}

function answerMiss(response: ClientResponse, report: MissReport): void {
  if (response.isStarted || response.isGone) return;
  const { headers, body } = missProblem(report);
  response.start({ status: missStatus, reason: 'Bad Gateway', headers, framing: 'length' });
  response.end(body, []);
}
