import type { Socket } from 'node:net';
import { type SecureContext, TLSSocket } from 'node:tls';
import type { QuietClient } from './blind-tunnel.ts';
import type { Arrival } from './client-side.ts';

/** A connection that has not said what it wants by then is closed (the time a request head may take, too). */
const silenceMs = 60_000;
/** A TLS handshake takes a few round trips. */
const handshakeMs = 20_000;

/** Clients of nearly every protocol speak within a round trip; a server that speaks first is given this head start. */
const quietMs = 500;
/** Who closes sooner after the handshake, without a word, did not like what it saw. */
const soonMs = 5000;

const tlsHandshake = 0x16;
/** What every HTTP/2 connection begins with (RFC 9113 §3.4). */
const http2Preface = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');

/** A client that opened TLS did not go through with it. */
export interface RefusedHandshake {
  /** The name it asked for. */
  readonly host: string;
  /** Why, if that is known. Clients that check certificates after the handshake just leave. */
  readonly error: NodeJS.ErrnoException | undefined;
}

export interface FrontDoorOptions {
  readonly onHttp1: (socket: Socket, arrival: Arrival) => void;
  readonly onHttp2: (socket: Socket, arrival: Arrival) => void;
  /** What is neither TLS nor HTTP, behind a CONNECT; without it, it is given to `onHttp1` to be refused. */
  readonly onOther?: (socket: Socket, connectedTo: string) => void;
  /** The client behind a CONNECT has been silent for half a second: perhaps the server is to speak first. */
  readonly onQuiet?: (client: QuietClient, connectedTo: string) => void;
  /** The certificate to show for a host; without it TLS is not spoken. */
  readonly secureContextFor?: (host: string) => Promise<SecureContext>;
  readonly onRefusedHandshake?: (refused: RefusedHandshake) => void;
}

/** Finds out what each new connection speaks: TLS, HTTP/2 in clear text, or HTTP/1.x, all on one port. */
export class FrontDoor {
  readonly #options: FrontDoorOptions;

  constructor(options: FrontDoorOptions) {
    this.#options = options;
  }

  /** `host`: the name to be shown a certificate for, should the client speak TLS without naming one. */
  admit(socket: Socket, { arrival, host }: { readonly arrival: Arrival; readonly host: string }): void {
    const giveUp = (): void => void socket.destroy();
    const decided = new AbortController();
    /** Held here while unclear: what is put back into a socket makes it readable again at once. */
    let seen: Buffer | undefined;
    const leave = (): void => {
      socket.off('readable', look);
      socket.off('end', giveUp);
      socket.off('error', giveUp);
      socket.off('timeout', giveUp);
      socket.off('close', leave);
      socket.setTimeout(0);
      clearTimeout(quiet);
      decided.abort();
    };
    const look = (): void => {
      const bytes = socket.read() as Buffer | null;
      if (bytes === null) return;
      seen = seen ? Buffer.concat([seen, bytes]) : bytes;
      const kind = this.#kindOf(seen);
      // Part of the preface: the rest is on its way.
      if (kind === 'unclear') return;
      leave();
      socket.unshift(seen);
      this.#pass(kind, socket, { arrival, host });
    };
    const take = (): Socket => {
      leave();
      if (seen) socket.unshift(seen);
      return socket;
    };
    const { onQuiet } = this.#options;
    const { connectedTo } = arrival;
    const quiet =
      onQuiet && connectedTo !== undefined
        ? setTimeout(() => onQuiet({ signal: decided.signal, take }, connectedTo), quietMs)
        : undefined;
    socket.on('error', giveUp);
    socket.setTimeout(silenceMs, giveUp);
    socket.on('readable', look);
    // Before it was clear what it wants, or after a single byte of it.
    socket.on('end', giveUp);
    socket.once('close', leave);
  }

  #kindOf(bytes: Buffer): 'tls' | 'http2' | 'http1' | 'other' | 'unclear' {
    const { secureContextFor, onOther } = this.#options;
    if (bytes[0] === tlsHandshake && secureContextFor) return 'tls';
    const preface = http2Preface.subarray(0, bytes.length);
    if (bytes.subarray(0, preface.length).equals(preface)) {
      // "P" alone may still become POST.
      return bytes.length >= http2Preface.length ? 'http2' : 'unclear';
    }
    // A request line begins with a method, which is a token of letters in practice (RFC 9110 §9.1).
    return onOther && !/^[A-Za-z][\w-]*( |$)/.test(bytes.toString('latin1', 0, 24)) ? 'other' : 'http1';
  }

  #pass(
    kind: 'tls' | 'http2' | 'http1' | 'other',
    socket: Socket,
    { arrival, host }: { readonly arrival: Arrival; readonly host: string },
  ): void {
    const { onHttp1, onHttp2, onOther } = this.#options;
    switch (kind) {
      case 'tls':
        this.#secure(socket, { arrival, host }).catch(() => socket.destroy());
        return;
      case 'http2':
        onHttp2(socket, arrival);
        return;
      case 'other':
        if (onOther && arrival.connectedTo !== undefined) onOther(socket, arrival.connectedTo);
        else onHttp1(socket, arrival);
        return;
      case 'http1':
        onHttp1(socket, arrival);
        return;
      default:
        kind satisfies never;
    }
  }

  async #secure(
    socket: Socket,
    { arrival, host }: { readonly arrival: Arrival; readonly host: string },
  ): Promise<void> {
    const secureContextFor = this.#options.secureContextFor!;
    // Errors on the raw socket until TLS has it; afterwards they are told there.
    const giveUp = (): void => void socket.destroy();
    socket.on('error', giveUp);
    const secureContext = await secureContextFor(host);
    if (socket.destroyed) return;
    let askedFor = host;
    const secure = new TLSSocket(socket, {
      isServer: true,
      secureContext,
      ALPNProtocols: ['h2', 'http/1.1'],
      SNICallback: (name, done) => {
        askedFor = name;
        void answerName(name, secureContextFor, done);
      },
    });
    const timer = setTimeout(() => secure.destroy(), handshakeMs);
    let refusal: NodeJS.ErrnoException | undefined;
    let secureAtMs = Number.POSITIVE_INFINITY;
    const onError = (error: NodeJS.ErrnoException): void => {
      refusal = error;
      secure.destroy();
    };
    secure.on('error', onError);
    // Sockets of a server stay half open: without a word from the client there is nothing left to wait for.
    secure.once('end', () => {
      if (secure.bytesRead === 0) secure.destroy();
    });
    secure.once('close', () => {
      clearTimeout(timer);
      // Bytes inside TLS: with one of them the client has accepted the certificate.
      if (secure.bytesRead > 0 || performance.now() - secureAtMs > soonMs) return;
      this.#options.onRefusedHandshake?.({ host: askedFor, error: refusal });
    });
    secure.once('secure', () => {
      clearTimeout(timer);
      secureAtMs = performance.now();
      secure.off('error', onError);
      // Only Node's own TLS server says so, and HTTP/2 waits for it.
      (secure as { secureConnecting?: boolean }).secureConnecting = false;
      const { onHttp1, onHttp2 } = this.#options;
      const inside: Arrival = { ...arrival, scheme: 'https' };
      if (secure.alpnProtocol === 'h2') onHttp2(secure, inside);
      else onHttp1(secure, inside);
    });
  }
}

async function answerName(
  name: string,
  secureContextFor: (host: string) => Promise<SecureContext>,
  done: (error: Error | null, context?: SecureContext) => void,
): Promise<void> {
  let context: SecureContext;
  try {
    context = await secureContextFor(name);
  } catch (thrown) {
    done(thrown as Error);
    return;
  }
  done(null, context);
}
