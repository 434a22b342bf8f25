import type { Socket } from 'node:net';

/** One HTTP/1.1 message as it was on the wire, body de-chunked. */
export interface RawMessage {
  /** The request or status line. */
  readonly startLine: string;
  /** In order, case kept, Latin-1. */
  readonly headers: readonly (readonly [name: string, value: string])[];
  readonly body: Buffer;
  readonly trailers: readonly (readonly [name: string, value: string])[];
  readonly framing: 'none' | 'length' | 'chunked' | 'close';
  /** False when the connection ended before the message did. */
  readonly complete: boolean;
  /** 1xx responses before it. */
  readonly informational: readonly { readonly startLine: string; readonly headers: RawMessage['headers'] }[];
}

export class ConnectionClosed extends Error {}

/** Pulls bytes, lines and whole messages off a socket. Knows nothing of Node's HTTP parser on purpose. */
export class ByteReader {
  readonly #socket: Socket;
  #pending: Buffer = Buffer.alloc(0);
  #ended = false;
  #error: NodeJS.ErrnoException | undefined;
  #wake: (() => void) | undefined;

  constructor(socket: Socket) {
    this.#socket = socket;
    socket.on('data', (chunk: Buffer) => {
      this.#pending = this.#pending.length === 0 ? chunk : Buffer.concat([this.#pending, chunk]);
      socket.pause();
      this.#signal();
    });
    socket.on('end', () => this.#finish());
    socket.on('close', () => this.#finish());
    socket.on('error', (error) => {
      this.#error = error;
      this.#finish();
    });
    socket.pause();
  }

  /** How the connection broke, if it did not end in peace. */
  get error(): NodeJS.ErrnoException | undefined {
    return this.#error;
  }

  /** True once the peer has ended its side and everything it sent was taken. */
  get exhausted(): boolean {
    return this.#ended && this.#pending.length === 0;
  }

  /** The next bytes, at most `limit`; undefined when the peer ended. */
  async some(limit = Number.POSITIVE_INFINITY): Promise<Buffer | undefined> {
    while (this.#pending.length === 0) {
      if (!(await this.#more())) return undefined;
    }
    return this.#take(Math.min(limit, this.#pending.length));
  }

  /** Everything until the peer ends. */
  async rest(): Promise<Buffer> {
    const pieces: Buffer[] = [];
    for (let piece = await this.some(); piece; piece = await this.some()) pieces.push(piece);
    return Buffer.concat(pieces);
  }

  /** Text up to and including a separator, as Latin-1. Throws ConnectionClosed when the peer ended before it. */
  async until(separator: string): Promise<string> {
    for (;;) {
      const at = this.#pending.indexOf(separator, 0, 'latin1');
      if (at >= 0) return this.#take(at + separator.length).toString('latin1');
      if (!(await this.#more())) throw new ConnectionClosed(`ended before ${JSON.stringify(separator)}`);
    }
  }

  /** A request. Throws ConnectionClosed when none came. */
  async request(): Promise<RawMessage> {
    return this.#body(await this.requestHead(), [], false);
  }

  /** Only the head of a request; the body stays unread. */
  async requestHead(): Promise<Pick<RawMessage, 'startLine' | 'headers'>> {
    // Empty lines before a request are skipped (RFC 9112 §2.2).
    let line = await this.until('\r\n');
    while (line === '\r\n') line = await this.until('\r\n');
    let text = line;
    while (line !== '\r\n') {
      line = await this.until('\r\n');
      text += line;
    }
    return parseHead(text);
  }

  /** A response to a request of this method, 1xx collected before it. */
  async response(method = 'GET'): Promise<RawMessage> {
    const informational: Head[] = [];
    for (;;) {
      const head = parseHead(await this.until('\r\n\r\n'));
      const status = Number(head.startLine.split(' ')[1]);
      if (status < 200 && status !== 101) {
        informational.push(head);
        continue;
      }
      const isConnected = method === 'CONNECT' && status < 300;
      const bodyless = method === 'HEAD' || isConnected || status === 204 || status === 304 || status === 101;
      if (bodyless) return { ...head, ...emptyBody, informational, complete: true };
      return this.#body(head, informational, true);
    }
  }

  async #body(head: Head, informational: Head[], untilClose: boolean): Promise<RawMessage> {
    const length = valueOf(head.headers, 'content-length');
    if (/chunked/i.test(valuesOf(head.headers, 'transfer-encoding').join())) {
      return { ...head, informational, framing: 'chunked', ...(await this.#chunkedBody()) };
    }
    if (length !== undefined) {
      const body = await this.bytes(Number(length));
      const complete = body.length === Number(length);
      return { ...head, informational, body, trailers: [], framing: 'length', complete };
    }
    if (!untilClose) return { ...head, ...emptyBody, informational, complete: true };
    const body = await this.rest();
    return { ...head, informational, body, trailers: [], framing: 'close', complete: this.#error === undefined };
  }

  async #chunkedBody(): Promise<Pick<RawMessage, 'body' | 'trailers' | 'complete'>> {
    const pieces: Buffer[] = [];
    try {
      for (;;) {
        const size = Number.parseInt(await this.until('\r\n'), 16);
        if (size === 0) break;
        const piece = await this.bytes(size);
        pieces.push(piece);
        if (piece.length < size) return { body: Buffer.concat(pieces), trailers: [], complete: false };
        await this.until('\r\n');
      }
      const trailers: [string, string][] = [];
      for (let line = await this.until('\r\n'); line !== '\r\n'; line = await this.until('\r\n')) {
        trailers.push(parseField(line.slice(0, -2)));
      }
      return { body: Buffer.concat(pieces), trailers, complete: true };
    } catch (thrown) {
      if (!(thrown instanceof ConnectionClosed)) throw thrown;
      return { body: Buffer.concat(pieces), trailers: [], complete: false };
    }
  }

  /** So many bytes; fewer when the connection ends before. */
  async bytes(length: number): Promise<Buffer> {
    const pieces: Buffer[] = [];
    for (let left = length; left > 0;) {
      const piece = await this.some(left);
      if (!piece) break;
      pieces.push(piece);
      left -= piece.length;
    }
    return Buffer.concat(pieces);
  }

  #take(length: number): Buffer {
    const taken = this.#pending.subarray(0, length);
    this.#pending = this.#pending.subarray(length);
    return taken;
  }

  async #more(): Promise<boolean> {
    if (this.#ended) return false;
    await new Promise<void>((resolve) => {
      this.#wake = resolve;
      this.#socket.resume();
    });
    return true;
  }

  #finish(): void {
    this.#ended = true;
    this.#signal();
  }

  #signal(): void {
    this.#wake?.();
    this.#wake = undefined;
  }
}

type Head = Pick<RawMessage, 'startLine' | 'headers'>;

const emptyBody = { body: Buffer.alloc(0), trailers: [], framing: 'none' } as const;

function parseHead(text: string): Head {
  const [startLine = '', ...lines] = text.slice(0, -4).split('\r\n');
  return { startLine, headers: lines.map(parseField) };
}

function parseField(line: string): [string, string] {
  const colon = line.indexOf(':');
  return [line.slice(0, colon), line.slice(colon + 1).replace(/^[ \t]+|[ \t]+$/g, '')];
}

/** All values of a header, in order, name compared without case. */
export function valuesOf(headers: RawMessage['headers'], name: string): string[] {
  return headers.filter(([candidate]) => candidate.toLowerCase() === name).map(([, value]) => value);
}

/** The first value of a header. */
export function valueOf(headers: RawMessage['headers'], name: string): string | undefined {
  return valuesOf(headers, name)[0];
}
