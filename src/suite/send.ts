import http from 'node:http';
import https from 'node:https';
import { type Outcome, isWrite } from '../model/exchange.ts';
import { type Target, upstreamPath } from '../model/target.ts';
import type { Connections } from './connections.ts';
import type { TalkMessage } from '../model/talk.ts';
import { ItemWatch, type WatchOptions } from './item-watch.ts';
import { ResponseCollector } from './response-collector.ts';
import { InterruptedError, LeftError, TimeoutError, TruncatedError } from './send-errors.ts';
import { type OutgoingRequest, headersForWire, writeBody } from './wire-request.ts';

/** What came back, as it was on the wire. */
export interface Sent {
  /** Milliseconds since the epoch. */
  readonly startedAt: number;
  readonly endedAt: number;
  readonly durationMs: number;
  readonly outcome: Outcome;
  /** The bytes of the response body; undefined when they were more than `keptBodyBytes`. */
  readonly body: Buffer | undefined;
  /** What both sides said after a switch to WebSocket. */
  readonly messages?: readonly TalkMessage[];
}

/** As large a response head as the recorder takes. */
const maxHeadBytes = 256 * 1024;

export interface SenderOptions {
  /** Certificates are verified. */
  readonly target: Target;
  /** Connections kept open for reads. */
  readonly concurrency: number;
  readonly connections?: Connections;
}

export interface SendLimits {
  /** For the whole exchange, from connecting to the last byte of the response; of streams that are left, see `watch`. */
  readonly timeoutMs: number;
  /** Gives up at once; the outcome is then the failure `interrupted`. */
  readonly signal?: AbortSignal;
  /** Of a stream whose items are of interest: its time is its own. */
  readonly watch?: WatchOptions;
}

/**
 * Sends recorded requests to one target with `node:http`: raw headers in recorded order, redirects not followed,
 * nothing decoded. Never throws for what happens on the network: that is a failure outcome.
 */
export class Sender {
  readonly #target: Target;
  readonly #client: typeof http | typeof https;
  readonly #newAgent: (pool: http.AgentOptions) => http.Agent;
  readonly #agent: http.Agent;

  constructor(options: SenderOptions) {
    this.#target = options.target;
    this.#client = options.target.protocol === 'https:' ? https : http;
    const { target, connections, concurrency } = options;
    this.#newAgent = (pool) => connections?.agentFor(target, pool) ?? new this.#client.Agent(pool);
    this.#agent = this.#newAgent({ keepAlive: true, maxSockets: concurrency });
  }

  /** Sends one request and waits for its end. */
  async send(request: OutgoingRequest, limits: SendLimits): Promise<Sent> {
    // A reset on a reused connection cannot be told from the server's answer to this request, and only a read may be
    // repeated without harm: each write gets a connection of its own.
    if (!isWrite(request.method)) {
      const sent = await this.#attempt(request, limits, 'shared');
      if (sent !== 'stale connection') return sent;
    }
    return (await this.#attempt(request, limits, 'own')) as Sent;
  }

  close(): void {
    this.#agent.destroy();
  }

  async #attempt(
    request: OutgoingRequest,
    limits: SendLimits,
    connection: 'own' | 'shared',
  ): Promise<Sent | 'stale connection'> {
    const startedAt = Date.now();
    const start = performance.now();
    const collector = new ResponseCollector();
    // Kept alive in name only: the server sees the same head as on a shared connection.
    const agent = connection === 'own' ? this.#newAgent({ keepAlive: true }) : this.#agent;
    const problem = await this.#exchange(request, limits, agent, collector).catch((thrown: Error) => thrown);
    if (connection === 'own') agent.destroy();
    if (problem instanceof StaleConnectionError) return 'stale connection';
    const endedAt = Date.now();
    return { startedAt, endedAt, durationMs: performance.now() - start, ...collector.result(problem) };
  }

  /** Resolves with undefined when a complete response is in the collector, else with what went wrong. */
  async #exchange(
    request: OutgoingRequest,
    limits: SendLimits,
    agent: http.Agent,
    collector: ResponseCollector,
  ): Promise<Error | undefined> {
    const { promise, resolve } = Promise.withResolvers<Error | undefined>();
    const call = this.#client.request({
      host: this.#target.hostname,
      port: this.#target.port,
      method: request.method,
      path: upstreamPath(this.#target, request.target),
      headers: headersForWire(request, this.#target.authority),
      agent,
      maxHeaderSize: maxHeadBytes,
    });
    // Node would drop headers beyond its count without a word.
    call.maxHeadersCount = 0;
    const timer = limits.watch?.leave
      ? undefined
      : setTimeout(() => call.destroy(new TimeoutError(limits.timeoutMs)), limits.timeoutMs);
    const watch =
      limits.watch &&
      new ItemWatch(limits.watch, () => {
        resolve(collector.hasHead ? new LeftError() : new TimeoutError(limits.timeoutMs));
        call.destroy();
      });
    const onAbort = (): void => void call.destroy(new InterruptedError());
    limits.signal?.addEventListener('abort', onAbort);
    if (limits.signal?.aborted) onAbort();

    // After the head, a failure of the connection is told twice: here with its cause, on the response as "aborted".
    let cause: Error | undefined;
    call.on('error', (problem: NodeJS.ErrnoException) => {
      if (collector.hasHead) cause = problem;
      else resolve(isStale(call, problem) ? new StaleConnectionError() : problem);
    });
    call.on('information', (info) => collector.addInformational(info));
    call.on('response', (response) => {
      collector.begin(response, request.method);
      response.on('data', (chunk: Buffer) => {
        collector.addChunk(chunk);
        watch?.see(chunk);
      });
      response.on('end', () => resolve(undefined));
      response.on('error', (problem) => resolve(cause ?? (isCutOff(problem) ? new TruncatedError() : problem)));
      watch?.begin(response.rawHeaders);
    });
    call.on('upgrade', (response, socket) => {
      collector.begin(response, request.method);
      socket.destroy();
      resolve(undefined);
    });
    writeBody(call, request).catch((problem: Error) => call.destroy(problem));
    return promise.finally(() => {
      clearTimeout(timer);
      watch?.end();
      limits.signal?.removeEventListener('abort', onAbort);
    });
  }
}

class StaleConnectionError extends Error {}

/** The server closed an idle connection just as it was used again: this request was not answered. */
function isStale(call: http.ClientRequest, problem: NodeJS.ErrnoException): boolean {
  return call.reusedSocket && (problem.code === 'ECONNRESET' || problem.code === 'EPIPE');
}

/** Node's word for a connection that ended inside a body; a reset arrives on the request as well. */
function isCutOff(problem: NodeJS.ErrnoException): boolean {
  return problem.code === 'ECONNRESET' && problem.message === 'aborted';
}
