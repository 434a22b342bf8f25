import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { ConnectionClosed, type RawMessage } from './byte-reader.ts';
import { connectRaw, type RawClient } from './raw-client.ts';
import { type RawUpstream, startRawUpstream, type UpstreamConnection } from './raw-upstream.ts';

export const fin = { end: 'FIN' } as const;
export const rst = { end: 'RST' } as const;

/**
 * What one side of an exchange does next: bytes (text is Latin-1); the same one byte at a time; waiting until a side has
 * received a text; waiting for the request body, for an upstream that has read only the head; FIN; RST.
 */
export type Step =
  | string
  | Buffer
  | { readonly slowly: string }
  | { readonly clientHas: string }
  | { readonly upstreamHas: string }
  | { readonly body: number }
  | typeof fin
  | typeof rst;

/** One or several requests on one connection and what upstream makes of them. */
export interface OddExchange {
  readonly title: string;
  readonly client: readonly Step[];
  /** Upstream's answer to each request in turn. */
  readonly upstream: readonly (readonly Step[])[];
  /** When upstream begins to answer; the whole request unless told. */
  readonly answersAt?: 'head';
  /** Why it is not replayed. */
  readonly notReplayed?: string;
}

/** What a client saw of one answer. */
export interface SeenAnswer {
  readonly startLine: string;
  readonly interim: readonly string[];
  readonly headers: readonly string[];
  readonly framing: RawMessage['framing'];
  readonly body: string;
  readonly trailers: readonly string[];
  readonly isWhole: boolean;
}

export interface ClientView {
  readonly answers: readonly (SeenAnswer | 'none')[];
  /** What became of the connection. `in use`: another request on it was answered. */
  readonly end: 'closed' | 'reset' | 'in use' | 'silent' | 'extra bytes';
}

/** What upstream saw of one request. */
export interface SeenRequest {
  readonly startLine: string;
  readonly headers: readonly string[];
  readonly framing: RawMessage['framing'];
  readonly body: string;
  readonly trailers: readonly string[];
  readonly isWhole: boolean;
}

export interface Sight {
  readonly client: ClientView;
  readonly upstream: readonly SeenRequest[];
}

const probe = 'GET /probe HTTP/1.1\r\nHost: odd.test\r\n\r\n';
const unexpected = 'HTTP/1.1 500 Unexpected\r\nContent-Length: 0\r\n\r\n';
const probeAnswer = 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nprobe';

/** Long enough for a busy machine, since nothing should ever get there. */
const patienceMs = 8000;

/** The one exchange that runs, as both of its sides share it. */
interface Run {
  readonly exchange: OddExchange;
  readonly requests: SeenRequest[];
  readonly clientReceived: Received;
  readonly upstreamReceived: Received;
}

/** Text that has come in, and who waits for more of it. */
class Received {
  #text = '';
  #wake: (() => void)[] = [];

  add(bytes: Buffer): void {
    // Only recent text is ever waited for.
    this.#text = (this.#text + bytes.toString('latin1')).slice(-100_000);
    for (const wake of this.#wake.splice(0)) wake();
  }

  async until(text: string): Promise<void> {
    while (!this.#text.includes(text)) await new Promise<void>((resolve) => this.#wake.push(resolve));
  }
}

/** A scripted upstream, and raw clients that go there directly or through a proxy. One exchange at a time. */
export class OddStage {
  #run: Run | undefined;
  #upstream: RawUpstream | undefined;

  async open(): Promise<void> {
    this.#upstream = await startRawUpstream((connection) => this.#serve(connection));
  }

  get url(): string {
    return this.#upstream!.url;
  }

  get port(): number {
    return this.#upstream!.port;
  }

  /** What a script threw. */
  get problems(): readonly unknown[] {
    return this.#upstream!.problems;
  }

  async close(): Promise<void> {
    await this.#upstream!.close();
  }

  /** Plays an exchange; its client connects to `port`. */
  async play(exchange: OddExchange, port: number): Promise<Sight> {
    const run: Run = {
      exchange,
      requests: [],
      clientReceived: new Received(),
      upstreamReceived: new Received(),
    };
    this.#run = run;
    const raw = await connectRaw(port);
    raw.socket.on('data', (chunk: Buffer) => run.clientReceived.add(chunk));
    try {
      const view = await new Client(raw, run, port !== this.port).view();
      return { client: view, upstream: run.requests };
    } finally {
      raw.close();
    }
  }

  async #serve(connection: UpstreamConnection): Promise<void> {
    connection.socket.on('data', (chunk: Buffer) => this.#run?.upstreamReceived.add(chunk));
    for (;;) {
      const early = this.#run?.exchange.answersAt === 'head';
      let request: RawMessage;
      if (early) {
        const head = await connection.read.requestHead();
        request = { ...head, body: Buffer.alloc(0), trailers: [], framing: 'none', complete: true, informational: [] };
      } else request = await connection.read.request();
      const run = this.#run!;
      if (request.startLine === 'GET /probe HTTP/1.1') {
        await connection.write(probeAnswer);
        continue;
      }
      const seen = seenRequest(request);
      // A proxy may try an idempotent request again when a kept connection turns out to be dead (RFC 9110 §9.2.2).
      const isAgain = JSON.stringify(run.requests.at(-1)) === JSON.stringify(seen);
      if (!isAgain) run.requests.push(seen);
      const steps = run.exchange.upstream[run.requests.length - 1] ?? [unexpected];
      for (const step of steps) {
        if (typeof step === 'object' && 'end' in step) {
          if (step.end === 'RST') connection.reset();
          else connection.end();
          // Reads on, so that what is still coming does not turn an end into a reset.
          await connection.read.rest();
          return;
        }
        if (typeof step === 'object' && 'body' in step) await connection.read.bytes(step.body);
        else await play(step, connection, run);
      }
      if (asksToClose(seen)) return;
    }
  }
}

async function play(
  step: Exclude<Step, typeof fin | typeof rst | { readonly body: number }>,
  side: Pick<RawClient, 'write'>,
  run: Run,
): Promise<void> {
  if (typeof step === 'string' || Buffer.isBuffer(step)) await side.write(step);
  else if ('clientHas' in step) await run.clientReceived.until(step.clientHas);
  else if ('upstreamHas' in step) await run.upstreamReceived.until(step.upstreamHas);
  else for (const byte of Buffer.from(step.slowly, 'latin1')) await side.write(Buffer.from([byte]));
}

class Client {
  readonly #raw: RawClient;
  readonly #run: Run;
  readonly #isProxied: boolean;
  #hasEnded = false;

  constructor(raw: RawClient, run: Run, isProxied: boolean) {
    this.#raw = raw;
    this.#run = run;
    this.#isProxied = isProxied;
  }

  async view(): Promise<ClientView> {
    const timeout = new AbortController();
    const silence = once(AbortSignal.any([timeout.signal, AbortSignal.timeout(patienceMs)]), 'abort');
    const answers: (SeenAnswer | 'none')[] = [];
    const sent = this.#send();
    const talk = async (): Promise<ClientView['end']> => {
      for (const method of methodsOf(this.#run.exchange)) {
        const answer = await this.#answer(method);
        answers.push(answer);
        if (answer === 'none' || !answer.isWhole || answer.framing === 'close') break;
      }
      await sent;
      return this.#endOf(answers.at(-1)!);
    };
    const end = await Promise.race([talk(), silence.then(() => 'silent' as const)]);
    timeout.abort();
    return { answers, end };
  }

  async #send(): Promise<void> {
    for (const step of this.#run.exchange.client) {
      if (typeof step === 'object' && 'end' in step) {
        this.#hasEnded = true;
        if (step.end === 'RST') this.#raw.reset();
        else this.#raw.end();
      } else if (typeof step !== 'object' || !('body' in step)) await play(step, this.#raw, this.#run);
    }
  }

  async #answer(method: string): Promise<SeenAnswer | 'none'> {
    try {
      return seenAnswer(await this.#raw.read.response(method));
    } catch (thrown) {
      if (thrown instanceof ConnectionClosed) return 'none';
      throw thrown;
    }
  }

  async #endOf(last: SeenAnswer | 'none'): Promise<ClientView['end']> {
    const { read } = this.#raw;
    if (this.#isProxied && !this.#hasEnded && last !== 'none' && isPersistent(last)) {
      await this.#raw.write(probe);
      const answer = await this.#answer('GET');
      return answer !== 'none' && answer.body === 'probe' && answer.isWhole ? 'in use' : 'closed';
    }
    // Directly it is upstream's business whether the connection goes on.
    if (!this.#isProxied && last !== 'none' && isPersistent(last)) return 'in use';
    const rest = await read.rest();
    if (rest.length > 0) return 'extra bytes';
    return read.error ? 'reset' : 'closed';
  }
}

/** May the client send another request after this answer (RFC 9112 §9.3)? */
function isPersistent({ startLine, headers, framing, isWhole }: SeenAnswer): boolean {
  if (!isWhole || framing === 'close') return false;
  const connection = headers.filter((line) => /^connection:/i.test(line)).join(',');
  return startLine.startsWith('HTTP/1.0') ? /keep-alive/i.test(connection) : !/close/i.test(connection);
}

export function asksToClose({ startLine, headers }: Pick<SeenRequest, 'startLine' | 'headers'>): boolean {
  const connection = headers.filter((line) => /^connection:/i.test(line)).join(',');
  return startLine.endsWith('1.0') ? !/keep-alive/i.test(connection) : /close/i.test(connection);
}

/** All that the client sends. */
export function textOf({ client }: OddExchange): string {
  const pieces = client.map((step) => {
    if (typeof step === 'string') return step;
    if (Buffer.isBuffer(step)) return step.toString('latin1');
    return 'slowly' in step ? step.slowly : '';
  });
  return pieces.join('');
}

function methodsOf(exchange: OddExchange): string[] {
  const lines = textOf(exchange).matchAll(/([A-Z-]+) \S+ HTTP\/1\.[01]\r\n/g);
  // One for each answer: what looks like a request may stand in a body.
  return Array.from(lines, (match) => match[1]!).slice(0, exchange.upstream.length);
}

function lines(pairs: RawMessage['headers']): string[] {
  return pairs.map(([name, value]) => `${name}: ${value}`);
}

/** Long bodies by their hash, so that a deviation stays readable. */
function shown(body: Buffer): string {
  if (body.length <= 200) return body.toString('latin1');
  return `${body.length} bytes, sha256 ${createHash('sha256').update(body).digest('hex').slice(0, 16)}`;
}

function seenAnswer(message: RawMessage): SeenAnswer {
  return {
    startLine: message.startLine,
    interim: message.informational.map((one) => [one.startLine, ...lines(one.headers)].join('\n')),
    headers: lines(message.headers),
    framing: message.framing,
    body: shown(message.body),
    trailers: lines(message.trailers),
    isWhole: message.complete,
  };
}

function seenRequest(message: RawMessage): SeenRequest {
  return {
    startLine: message.startLine,
    headers: lines(message.headers),
    framing: message.framing,
    body: shown(message.body),
    trailers: lines(message.trailers),
    isWhole: message.complete,
  };
}
