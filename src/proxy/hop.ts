import type http from 'node:http';
import { headerValue } from '../model/headers.ts';
import type { Target } from '../model/target.ts';
import { upstreamPath } from '../model/target.ts';
import { AnswerRelay } from './answer-relay.ts';
import { type ClientRequest, type ClientResponse, hasBody } from './client-side.ts';
import {
  answerHopFailure,
  answerProblem,
  bodyFailureOf,
  type HopFailure,
  hopFailureOf,
  loopFailureOf,
} from './hop-failure.ts';
import type { HopObserver } from './hop-observer.ts';
import { resetCodeOf } from './http2-reset.ts';
import { maxHeaderCount } from './limits.ts';
import { authorityFor, headersForUpstream, withoutProxyCredentials } from './passed-headers.ts';
import { RequestPump } from './request-pump.ts';
import type { CallEvents, OpenCall, UpstreamAnswer, UpstreamCall } from './upstream-call.ts';

/** How requests get to one target. */
export interface HopRoute {
  readonly target: Target;
  readonly openCall: OpenCall;
  /** Connections for switched protocols: none is ever reused. */
  readonly freshAgent: http.Agent;
  /** Whose authority upstream sees in Host. */
  readonly host: 'target' | 'client';
  /** From the end of the request to the response head; none by default. */
  readonly answerTimeoutMs: number | undefined;
  /** For a peer whose turn it is, in the middle of a body. */
  readonly idleTimeoutMs: number;
  /** `stored`: the client gets the last byte of an answer only when the exchange is durable. */
  readonly lastByte: 'at-once' | 'stored';
  /** What the client gets instead of upstream's headers (redirects to us instead of to upstream). */
  readonly mapHeaders: ((headers: string[], request: ClientRequest) => string[]) | undefined;
}

/** Safe to send twice (RFC 9110 §9.2.2). */
const idempotent: ReadonlySet<string> = new Set([
  'GET',
  'HEAD',
  'OPTIONS',
  'TRACE',
  'PUT',
  'DELETE',
  'QUERY',
  'PROPFIND',
]);

/** Passes one plain request on to upstream and the response back, both streaming. Never throws. */
export class Hop {
  readonly #request: ClientRequest;
  readonly #response: ClientResponse;
  readonly #route: HopRoute;
  readonly #observer: HopObserver;
  readonly #hasBody: boolean;
  readonly #events: CallEvents;
  #upstream: UpstreamCall | undefined;
  #pump: RequestPump | undefined;
  #relay: AnswerRelay | undefined;
  /** An interim response came: upstream has seen the request. */
  #hasInterim = false;
  /** The observer has been told the end. */
  #isOver = false;
  /** What went wrong with the connection while the response body was coming. */
  #bodyError: Error | undefined;
  #answerTimer: NodeJS.Timeout | undefined;

  constructor(request: ClientRequest, response: ClientResponse, route: HopRoute, observer: HopObserver) {
    this.#request = request;
    this.#response = response;
    this.#route = route;
    this.#observer = observer;
    this.#hasBody = hasBody(request);
    this.#events = {
      onAnswer: (answer) => this.#onAnswer(answer),
      onInterim: (interim) => this.#onInterim(interim),
      onContinue: () => this.#onContinue(),
      onDrain: () => this.#pump?.upstreamHasRoom(),
      onError: (error, call) => this.#onUpstreamError(error, call),
      onClose: (call) => this.#onUpstreamClose(call),
    };
  }

  start(): void {
    // It may have left while we looked for a recording or began one.
    if (this.#response.isGone) {
      this.#onClientClose();
      return;
    }
    this.#response.onClose(() => this.#onClientClose());
    let hasTurn = false;
    // Pipelined: it waits for its turn, or a read could overtake the write before it.
    this.#response.onTurn(() => {
      hasTurn = true;
      this.#begin();
    });
    if (hasTurn) return;
    this.#request.on('close', () => {
      if (!this.#upstream) this.#onClientClose();
    });
  }

  #begin(): void {
    if (this.#isOver) return;
    const upstream = this.#send('kept');
    if (!upstream) return;
    this.#response.askWhetherThere();
    if (this.#hasBody) this.#pumpRequest(upstream);
    else this.#observer.requestEnd([]);
  }

  #send(connection: 'kept' | 'fresh'): UpstreamCall | undefined {
    const { target, host, openCall } = this.#route;
    const { method, url, rawHeaders, httpVersion: clientVersion } = this.#request;
    const passed = headersForUpstream(rawHeaders, authorityFor(this.#request, host, target));
    const headers = withoutProxyCredentials(url, passed);
    const head = { method, path: upstreamPath(target, url), headers, hasBody: this.#hasBody, clientVersion };
    let upstream: UpstreamCall;
    try {
      upstream = openCall(head, this.#events, connection);
    } catch (thrown) {
      // Characters that Node's parser lets in and its writer does not let out.
      this.#refuse(400, 'bad-request', {
        code: 'protocol',
        message: `the request cannot be passed on: ${(thrown as Error).message}`,
      });
      return undefined;
    }
    this.#upstream = upstream;
    if (!this.#hasBody) {
      upstream.end([]);
      this.#startAnswerTimer();
    }
    return upstream;
  }

  #pumpRequest(upstream: UpstreamCall): void {
    this.#pump = new RequestPump({
      request: this.#request,
      upstream,
      observer: this.#observer,
      isOver: () => this.#isOver,
      onEnd: () => this.#startAnswerTimer(),
      idleTimeoutMs: this.#route.idleTimeoutMs,
      onStall: (peer) => this.#onStalledRequest(peer),
    });
    this.#pump.start();
  }

  #startAnswerTimer(): void {
    const { answerTimeoutMs } = this.#route;
    if (answerTimeoutMs === undefined || this.#relay) return;
    this.#answerTimer = setTimeout(() => {
      const words = `did not answer within ${answerTimeoutMs / 1000} s`;
      this.#fail({ code: 'timeout', message: `upstream ${this.#route.target.origin} ${words}` });
    }, answerTimeoutMs);
  }

  #onContinue(): void {
    if (this.#isOver) return;
    this.#hasInterim = true;
    // Who asks for it gets it on replay as well, before the recording is known.
    const wasAskedFor = headerValue(this.#request.rawHeaders, 'expect') !== undefined;
    if (!wasAskedFor) this.#observer.informational({ status: 100, reason: 'Continue', headers: [] });
    this.#response.sendContinue();
    this.#pump?.mayGoOn();
  }

  #onInterim(interim: Parameters<CallEvents['onInterim']>[0]): void {
    if (this.#isOver) return;
    this.#hasInterim = true;
    this.#observer.informational(interim);
    this.#response.sendInterim(interim);
  }

  #onAnswer(answer: UpstreamAnswer): void {
    clearTimeout(this.#answerTimer);
    this.#pump?.answered();
    if (this.#isOver) return;
    const upstream = `upstream ${this.#route.target.origin}`;
    if (answer.rawHeaders.length > 2 * maxHeaderCount) {
      const words = `sent ${answer.rawHeaders.length / 2} header lines; the limit is ${maxHeaderCount}`;
      this.#fail({ code: 'protocol', message: `${upstream} ${words}` });
      return;
    }
    const relay = new AnswerRelay(answer, {
      request: this.#request,
      response: this.#response,
      observer: this.#observer,
      lastByte: this.#route.lastByte,
      mapHeaders: this.#route.mapHeaders,
      onEnd: () => {
        this.#isOver = true;
        this.#pump?.over();
      },
      idleTimeoutMs: this.#route.idleTimeoutMs,
      onStall: () => this.#onStalledReader(),
    });
    answer.on('error', (error) => this.#onAnswerError(error));
    try {
      relay.start();
      this.#relay = relay;
    } catch (thrown) {
      const words = `sent a response that cannot be passed on: ${(thrown as Error).message}`;
      this.#fail({ code: 'protocol', message: `${upstream} ${words}` });
    }
  }

  // ---- when it does not work out

  #onClientClose(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    clearTimeout(this.#answerTimer);
    this.#relay?.stop();
    // At once: upstream must neither go on working nor take a cut upload for a whole one.
    this.#upstream?.destroy();
    const message = 'the client closed the connection before the answer was complete';
    this.#observer.failed({ code: 'client-aborted', message });
  }

  #onStalledRequest(peer: 'client' | 'upstream'): void {
    if (this.#isOver) {
      this.#response.destroy();
      return;
    }
    const seconds = this.#route.idleTimeoutMs / 1000;
    if (peer === 'upstream') {
      const words = `took nothing of the request body for ${seconds} s`;
      this.#fail({ code: 'timeout', message: `upstream ${this.#route.target.origin} ${words}` });
      return;
    }
    this.#response.endConnection();
    const message = `the client sent nothing of its request body for ${seconds} s`;
    this.#refuse(408, 'request-timeout', { code: 'client-aborted', message });
    this.#upstream?.destroy();
  }

  /** What it leaves unread may also be the rest of a response that has ended for us. */
  #onStalledReader(): void {
    if (!this.#isOver) {
      this.#isOver = true;
      this.#relay?.stop();
      this.#upstream?.destroy();
      const message = `the client read nothing of the response for ${this.#route.idleTimeoutMs / 1000} s`;
      this.#observer.failed({ code: 'client-aborted', message });
    }
    this.#response.destroy();
  }

  #onUpstreamError(error: NodeJS.ErrnoException, upstream: UpstreamCall): void {
    if (this.#relay) {
      // The response decides: a failed upload does not matter once it is whole.
      this.#bodyError ??= error;
      if (this.#relay.isOpenEnded) this.#onAnswerError(error);
      return;
    }
    if (this.#isOver || upstream !== this.#upstream) return;
    if (this.#mayRetry(error, upstream)) {
      this.#send('fresh');
      return;
    }
    const { origin } = this.#route.target;
    const loop = loopFailureOf(error, origin);
    if (loop) this.#refuse(508, 'loop', loop);
    else this.#fail(hopFailureOf(error, origin));
  }

  /** A kept connection that upstream closed while the request was on its way: nobody has seen the request. */
  #mayRetry(error: NodeJS.ErrnoException, upstream: UpstreamCall): boolean {
    if (!upstream.isOnReusedConnection || this.#hasBody || this.#hasInterim) return false;
    return (error.code === 'ECONNRESET' || error.code === 'EPIPE') && idempotent.has(this.#request.method);
  }

  #onUpstreamClose(upstream: UpstreamCall): void {
    this.#pump?.upstreamHasRoom();
    if (this.#relay || this.#isOver || upstream !== this.#upstream) return;
    // Switched protocols unasked, or ended in another way that Node reports neither as a response nor as an error.
    this.#fail({ code: 'protocol', message: `upstream ${this.#route.target.origin} gave no usable answer` });
  }

  #onAnswerError(error: NodeJS.ErrnoException): void {
    if (this.#isOver) return;
    this.#fail(bodyFailureOf(error, this.#bodyError, this.#route.target.origin));
  }

  #refuse(status: number, code: string, failure: HopFailure): void {
    this.#isOver = true;
    this.#pump?.over();
    this.#observer.failed(failure);
    answerProblem(this.#response, status, { code, detail: failure.message });
  }

  #fail(failure: HopFailure): void {
    this.#isOver = true;
    this.#pump?.over();
    clearTimeout(this.#answerTimer);
    // At once: Node goes on to end a body that the end of its connection ends, after a reset too.
    this.#relay?.stop();
    this.#upstream?.destroy();
    const tellClient = (): void => {
      if (this.#relay) this.#relay.cut(resetCodeOf(failure));
      else answerHopFailure(this.#response, failure);
    };
    if (this.#route.lastByte === 'stored') {
      this.#observer.failed(failure, tellClient);
      return;
    }
    this.#observer.failed(failure);
    tellClient();
  }
}
