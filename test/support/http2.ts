import { once } from 'node:events';
import http2, {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  type IncomingHttpHeaders,
  type Http2ServerRequest,
  type Http2ServerResponse,
  type IncomingHttpStatusHeader,
  type ServerHttp2Session,
  type ServerHttp2Stream,
} from 'node:http2';
import type { AddressInfo, Socket } from 'node:net';
import { onTestFinished } from 'vitest';

/** One answer over HTTP/2, as far as it came. */
export interface Http2Message {
  readonly status: number;
  /** Without pseudo headers. */
  readonly headers: readonly string[];
  readonly interim: readonly (readonly [status: number, headers: readonly string[]])[];
  readonly body: Buffer;
  readonly trailers: readonly string[];
  /** The head was all there was. */
  readonly endedWithHead: boolean;
  /** 0 for a clean end. */
  readonly rstCode: number;
}

type Head = IncomingHttpHeaders & IncomingHttpStatusHeader;
const plain = (raw: readonly string[] = []): string[] => {
  const headers: string[] = [];
  for (let i = 0; i < raw.length; i += 2) if (!raw[i]!.startsWith(':')) headers.push(raw[i]!, raw[i + 1]!);
  return headers;
};

/** Reads what comes on a stream, to its end or its reset. */
export async function readHttp2(stream: ClientHttp2Stream): Promise<Http2Message> {
  const interim: [number, string[]][] = [];
  const chunks: Buffer[] = [];
  let [status, endedWithHead] = [0, false];
  let [headers, trailers]: string[][] = [[], []];
  stream.on('headers', (head: Head, _flags: number, raw?: string[]) => interim.push([head[':status']!, plain(raw)]));
  stream.on('response', (head: Head, flags: number, raw?: string[]) => {
    status = head[':status']!;
    headers = plain(raw);
    endedWithHead = (flags & http2.constants.NGHTTP2_FLAG_END_STREAM) !== 0;
  });
  stream.on('trailers', (_head: unknown, _flags: number, raw?: string[]) => {
    trailers = plain(raw);
  });
  stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  stream.on('error', () => {});
  await new Promise((resolve) => stream.once('close', resolve));
  const { rstCode } = stream;
  return {
    status,
    headers: headers!,
    interim,
    body: Buffer.concat(chunks),
    trailers: trailers!,
    endedWithHead,
    rstCode,
  };
}

export interface Asked {
  readonly method?: string;
  readonly path?: string;
  /** Raw, flat. */
  readonly headers?: readonly string[];
  readonly body?: string | Buffer;
  readonly trailers?: Record<string, string>;
}

export function sendHttp2(session: ClientHttp2Session, asked: Asked = {}): ClientHttp2Stream {
  const { method = asked.body === undefined ? 'GET' : 'POST', path = '/', headers = [], body, trailers } = asked;
  const stream = session.request([':method', method, ':path', path, ...headers], {
    endStream: body === undefined,
    waitForTrailers: trailers !== undefined,
  });
  stream.on('error', () => {});
  if (trailers) stream.on('wantTrailers', () => stream.sendTrailers(trailers));
  if (body !== undefined) stream.end(body);
  return stream;
}

export function askHttp2(session: ClientHttp2Session, asked?: Asked): Promise<Http2Message> {
  return readHttp2(sendHttp2(session, asked));
}

/** A session for the rest of the running test. */
export function openHttp2(url: string, options: http2.SecureClientSessionOptions = {}): ClientHttp2Session {
  const session = http2.connect(url, { strictSingleValueFields: false, ...options } as typeof options);
  session.on('error', () => {});
  onTestFinished(() => session.destroy());
  return session;
}

export interface Http2Upstream {
  readonly url: string;
  readonly port: number;
  /** Those open now. */
  readonly sessions: ReadonlySet<ServerHttp2Session>;
  readonly sessionCount: () => number;
  readonly close: () => Promise<void>;
}

export type OnStream = (
  stream: ServerHttp2Stream,
  request: { readonly headers: IncomingHttpHeaders; readonly raw: readonly string[]; readonly flags: number },
) => void;

/** A server that speaks HTTP/2 only, for the rest of the running test: Node's own, in clear text unless there is a key. */
export async function startHttp2Upstream(
  onStream: OnStream,
  { onConnection, ...options }: http2.SecureServerOptions & { readonly onConnection?: (socket: Socket) => void } = {},
): Promise<Http2Upstream> {
  const isSecure = options.key !== undefined;
  const loose = { strictSingleValueFields: false, ...options } as http2.SecureServerOptions;
  const server = isSecure ? http2.createSecureServer(loose) : http2.createServer(loose as http2.ServerOptions);
  if (onConnection) server.on('connection', onConnection);
  const sessions = new Set<ServerHttp2Session>();
  let count = 0;
  server.on('session', (session: ServerHttp2Session) => {
    count += 1;
    sessions.add(session);
    session.once('close', () => sessions.delete(session));
    session.on('error', () => {});
  });
  server.on('stream', (stream: ServerHttp2Stream, headers: IncomingHttpHeaders, flags: number, raw: string[]) => {
    stream.on('error', () => {});
    onStream(stream, { headers, raw: plain(raw), flags });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  if (options.allowHTTP1) {
    server.on('request', (request: Http2ServerRequest, response: Http2ServerResponse) => {
      if (request.httpVersionMajor === 1) response.end('h1');
    });
  }
  const close = async (): Promise<void> => {
    for (const session of sessions) session.destroy();
    if (server.listening) await new Promise((resolve) => server.close(resolve));
  };
  onTestFinished(close);
  const { port } = server.address() as AddressInfo;
  return { url: `http${isSecure ? 's' : ''}://127.0.0.1:${port}`, port, sessions, sessionCount: () => count, close };
}

/** Everything a request brought, once it has ended. */
export function collect(
  stream: ServerHttp2Stream,
): Promise<{ readonly body: string; readonly trailers: readonly string[] }> {
  const chunks: Buffer[] = [];
  let trailers: readonly string[] = [];
  stream.on('trailers', (_head: unknown, _flags: number, raw?: string[]) => {
    trailers = plain(raw);
  });
  stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  return new Promise((resolve) => {
    stream.on('end', () => resolve({ body: Buffer.concat(chunks).toString('latin1'), trailers }));
  });
}
