import { once } from 'node:events';
import http2 from 'node:http2';
import net, { type Socket } from 'node:net';
import tls from 'node:tls';
import { fromPairs, headerValue, type RawHeaders, toPairs, withoutHopByHop } from '../model/headers.ts';
import { type Target, upstreamPath } from '../model/target.ts';
import type { Connections } from './connections.ts';
import { ItemWatch } from './item-watch.ts';
import { ResponseCollector, type ResponseHead } from './response-collector.ts';
import type { SendLimits, Sent } from './send.ts';
import { InterruptedError, LeftError, ResetError, TimeoutError, TruncatedError } from './send-errors.ts';
import type { OutgoingRequest } from './wire-request.ts';

export interface GrpcOptions {
  readonly target: Target;
  readonly connections?: Connections;
  readonly request: OutgoingRequest;
  /** `open`: the recorded client never ended its side, and the call may end when it does. */
  readonly requestEnd: 'ended' | 'open';
  readonly limits: SendLimits;
}

const { NGHTTP2_CANCEL, NGHTTP2_FLAG_END_STREAM, NGHTTP2_NO_ERROR } = http2.constants;

/**
 * Makes a recorded call over HTTP/2 (over TLS if the target has it, else with prior knowledge) on a connection of its
 * own: all recorded messages of the client at once, everything the server says until it ends. Never throws for what
 * happens on the network.
 */
export async function sendGrpc(options: GrpcOptions): Promise<Sent> {
  const startedAt = Date.now();
  const start = performance.now();
  const collector = new ResponseCollector();
  const problem = await call(options, collector).catch((thrown: Error) => thrown);
  return { startedAt, endedAt: Date.now(), durationMs: performance.now() - start, ...collector.result(problem) };
}

/** Resolves with undefined when a complete response is in the collector, else with what went wrong. */
async function call(options: GrpcOptions, collector: ResponseCollector): Promise<Error | undefined> {
  const { target, limits } = options;
  const { promise, resolve } = Promise.withResolvers<Error | undefined>();
  const opened: { socket?: Socket; session?: http2.ClientHttp2Session } = {};
  const timeout = (): void => resolve(new TimeoutError(limits.timeoutMs));
  const timer = limits.watch?.leave ? undefined : setTimeout(timeout, limits.timeoutMs);
  const onAbort = (): void => resolve(new InterruptedError());
  const watch =
    limits.watch && new ItemWatch(limits.watch, () => (collector.hasHead ? resolve(new LeftError()) : timeout()));
  limits.signal?.addEventListener('abort', onAbort);
  if (limits.signal?.aborted) onAbort();
  const talk = async (): Promise<void> => {
    opened.socket = await connect(options);
    const session = http2.connect(target.origin, { createConnection: () => opened.socket! });
    opened.session = session;
    session.on('error', resolve);
    exchange(session, options, { collector, watch, resolve });
  };
  talk().catch(resolve);
  return promise.finally(() => {
    clearTimeout(timer);
    watch?.end();
    limits.signal?.removeEventListener('abort', onAbort);
    opened.session?.destroy(undefined, NGHTTP2_CANCEL);
    opened.socket?.destroy();
  });
}

interface Exchanging {
  readonly collector: ResponseCollector;
  readonly watch: ItemWatch | undefined;
  readonly resolve: (problem: Error | undefined) => void;
}

function exchange(
  session: http2.ClientHttp2Session,
  options: GrpcOptions,
  { collector, watch, resolve }: Exchanging,
): void {
  const { request, requestEnd } = options;
  const stream = session.request(headOf(options), { endStream: false, waitForTrailers: request.trailers.length > 0 });
  const head: { -readonly [K in keyof ResponseHead]: ResponseHead[K] } = {
    statusCode: 0,
    statusMessage: '',
    httpVersion: '2.0',
    rawHeaders: [],
    rawTrailers: [],
  };
  let hasEnded = false;
  stream.on('headers', ({ ':status': status = 0 }, _flags, raw?: string[]) => {
    collector.addInformational({ statusCode: status, statusMessage: '', rawHeaders: withoutPseudo(raw ?? []) });
  });
  stream.on('response', ({ ':status': status }, flags, raw?: string[]) => {
    head.statusCode = status ?? 0;
    head.rawHeaders = withoutPseudo(raw ?? []);
    const isAll = (flags & NGHTTP2_FLAG_END_STREAM) !== 0;
    collector.begin(head, request.method, isAll ? 'none' : 'chunked');
    watch?.begin(head.rawHeaders);
  });
  stream.on('data', (chunk: Buffer) => {
    collector.addChunk(chunk);
    watch?.see(chunk);
  });
  stream.on('trailers', (_headers, _flags, raw?: string[]) => {
    head.rawTrailers = withoutPseudo(raw ?? []);
  });
  stream.on('end', () => (hasEnded = true));
  stream.on('error', () => {});
  stream.on('close', () => {
    const { rstCode } = stream;
    if (rstCode !== NGHTTP2_NO_ERROR) resolve(new ResetError(`the stream was reset (code ${rstCode})`));
    else resolve(hasEnded && collector.hasHead ? undefined : new TruncatedError());
  });
  stream.on('wantTrailers', () => stream.sendTrailers(Object.fromEntries(toPairs(request.trailers))));
  const write = async (): Promise<void> => {
    for (const chunk of request.body.chunks()) {
      if (stream.destroyed || stream.closed) return;
      if (!stream.write(chunk)) await Promise.race([once(stream, 'drain'), once(stream, 'close')]);
    }
    if (requestEnd === 'ended') stream.end();
  };
  write().catch(resolve);
}

/** One connection that speaks HTTP/2. */
async function connect({ target, connections, limits }: GrpcOptions): Promise<Socket> {
  const alpn = ['h2'];
  const socket = connections ? await connections.connect(target, { alpn }) : await connectPlain(target, limits.signal);
  // Over TLS the server says so; without it, prior knowledge is the way of gRPC.
  if (target.protocol === 'https:' && (socket as tls.TLSSocket).alpnProtocol !== 'h2') {
    socket.destroy();
    throw new Error('the server does not speak HTTP/2, which gRPC needs');
  }
  return socket;
}

async function connectPlain({ protocol, hostname, port }: Target, signal?: AbortSignal): Promise<Socket> {
  const isSecure = protocol === 'https:';
  const servername = net.isIP(hostname) === 0 ? hostname : '';
  const socket = isSecure
    ? tls.connect({ host: hostname, port, servername, ALPNProtocols: ['h2'] })
    : net.connect({ host: hostname, port });
  try {
    await once(socket, isSecure ? 'secureConnect' : 'connect', signal ? { signal } : {});
    return socket;
  } catch (thrown) {
    socket.destroy();
    throw thrown;
  }
}

/** The recorded head for the target; what belongs to a connection of HTTP/1.x or to the body's length stays behind. */
function headOf({ target, request }: GrpcOptions): string[] {
  const { headers, method } = request;
  const kept = toPairs(withoutHopByHop(headers)).map(([name, value]) => [name.toLowerCase(), value] as const);
  const sent = kept.filter(([name]) => name !== 'host' && name !== 'content-length' && name !== 'expect');
  const scheme = target.protocol === 'https:' ? 'https' : 'http';
  const path = upstreamPath(target, request.target);
  const pseudo = [':method', method, ':scheme', scheme, ':path', path, ':authority', target.authority];
  return [...pseudo, ...fromPairs(sent), ...(headerValue(headers, 'te') === undefined ? [] : ['te', 'trailers'])];
}

function withoutPseudo(raw: RawHeaders): string[] {
  return fromPairs(toPairs(raw).filter(([name]) => !name.startsWith(':')));
}
