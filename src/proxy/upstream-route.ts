import type { IncomingMessage } from 'node:http';
import { Readable } from 'node:stream';
import { type AppError, toAppError } from '../base/errors.ts';
import type { ClientRequest } from './client-side.ts';
import { createForwarder, type Forwarder } from './forward.ts';
import { blindObserver, type HopObserver } from './hop-observer.ts';
import type { MissAnswer } from './ledger.ts';
import type { OwnAddresses } from './own-addresses.ts';
import { withoutProxyCredentials } from './passed-headers.ts';
import type { Recorder, RecorderResult } from './recorder.ts';
import type { MissedRequest, MissRoute } from './missed-request.ts';
import type { UpstreamSettings } from './upstream-settings.ts';
import { Upstreams } from './upstreams.ts';
import type { Target } from '../model/target.ts';

export interface UpstreamRouteOptions {
  /** The real servers behind reverse listeners, by name, in the order of the session that is recorded. */
  readonly targets: readonly Target[];
  readonly own: OwnAddresses;
  /** How they are reached; directly and verified by default. */
  readonly settings?: UpstreamSettings;
  /** Begins a session for what upstream answers; called at the first miss, so that without one the cassette stays as it is. */
  readonly startRecorder?: () => Promise<Recorder>;
}

/** What became of the misses that were passed on. */
export interface RouteResult {
  readonly recording?: RecorderResult;
  /** Why upstream's answers could not be recorded. */
  readonly problem?: AppError;
}

/** Passes misses on to the real server, through the recorder if they are to be kept. */
export class UpstreamRoute implements MissRoute {
  /** `error`: nobody is asked for now. */
  answer: MissAnswer;
  /** What may be switched to: without a recorder nothing is recorded. */
  readonly answers: readonly MissAnswer[];
  readonly #recorded: readonly Target[];
  /** For servers that stand for recorded ones: they get their own name as Host. */
  readonly #upstreams: Upstreams;
  /** For those a client named itself. */
  readonly #asked: Upstreams;
  readonly #startRecorder: (() => Promise<Recorder>) | undefined;
  #recorder: Promise<Recorder | undefined> | undefined;
  #problem: AppError | undefined;

  constructor({ targets, own, settings, startRecorder }: UpstreamRouteOptions) {
    this.answer = startRecorder ? 'record' : 'forward';
    this.answers = startRecorder ? ['error', 'forward', 'record'] : ['error', 'forward'];
    this.#startRecorder = startRecorder;
    const isOwnAddress = (address: string, port: number): boolean => own.has(address, port);
    const create = (target: Target, host: 'target' | 'client'): Forwarder =>
      createForwarder({ target, host, isOwnAddress, ...(settings ? { settings } : {}) });
    this.#recorded = targets;
    this.#upstreams = new Upstreams((target) => create(target, 'target'));
    this.#asked = new Upstreams((target) => create(target, 'client'));
  }

  readonly pass = (missed: MissedRequest): void => {
    const { targetName, origin } = missed;
    const targetIndex = (recorder: Recorder): number =>
      origin
        ? recorder.indexOf({ name: origin.name, url: origin.url })
        : this.#recorded.findIndex(({ name }) => name === targetName);
    const request = missed.upgrade ? withoutCredentials(missed.upgrade.request) : unread(missed);
    if (!this.#startRecorder || this.answer !== 'record') {
      this.#forward(missed, request, blindObserver);
      return;
    }
    this.#recorder ??= this.#start(this.#startRecorder);
    void this.#recorder.then((recorder) => {
      const observer = recorder?.open(request, { targetIndex: targetIndex(recorder) });
      this.#forward(missed, request, observer ?? blindObserver);
    });
  };

  /** The listeners have stopped: nothing comes any more. */
  async stop(): Promise<RouteResult> {
    this.#upstreams.close();
    this.#asked.close();
    const recorder = await this.#recorder;
    return {
      ...(recorder ? { recording: await recorder.stop() } : {}),
      ...(this.#problem ? { problem: this.#problem } : {}),
    };
  }

  #forward(missed: MissedRequest, request: ClientRequest, observer: HopObserver): void {
    const { targetName, origin, response, upgrade } = missed;
    const upstreams = origin ? this.#asked : this.#upstreams;
    const target = origin ?? this.#recorded.find(({ name }) => name === targetName)!;
    if (upgrade) {
      const { head } = upgrade;
      upstreams.tunnel(target, { request: upgrade.request, socket: upgrade.takeSocket(), head, observer });
    } else upstreams.forward(target, { request, response, observer });
  }

  /** The client gets upstream's answer even if it cannot be kept. */
  async #start(startRecorder: () => Promise<Recorder>): Promise<Recorder | undefined> {
    try {
      return await startRecorder();
    } catch (thrown) {
      this.#problem = toAppError(thrown);
      return undefined;
    }
  }
}

function withoutCredentials<R extends IncomingMessage>(request: R): R {
  request.rawHeaders = [...withoutProxyCredentials(request.url ?? '/', request.rawHeaders)];
  return request;
}

/** The request as if it had not been read yet. */
function unread({ request, body, trailers, call }: MissedRequest): ClientRequest {
  const { method, url, httpVersion, rawHeaders } = request;
  if (call) return call.rewound([...rawHeaders]);
  const again = Readable.from(body ? [body] : [], { objectMode: false });
  return Object.assign(again, {
    method,
    url,
    httpVersion,
    rawHeaders: withoutProxyCredentials(url, rawHeaders),
    rawTrailers: trailers,
    endsWithHead: body === undefined,
  });
}
