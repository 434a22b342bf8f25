import http2, { type ClientHttp2Session } from 'node:http2';
import type { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import type { Target } from '../model/target.ts';
import type { ConnectionState, SessionPlace } from './http2-call.ts';
import { notSent } from './http2-reset.ts';
import { maxHeaderCount, maxHeadBytes } from './limits.ts';

/** Room for one answer's body on its way in, and for all of them together. */
const streamWindowBytes = 1024 * 1024;
const connectionWindowBytes = 16 * 1024 * 1024;
/** Until upstream says how many it takes, this many; RFC 9113 §6.5.2 recommends no less. */
const assumedStreams = 100;
/** As long as idle HTTP/1.1 connections are kept. */
const idleMs = 55_000;
/** A server that speaks HTTP/2 sends its settings at once (RFC 9113 §3.4); one that does not may say nothing for ever. */
const settingsMs = 3000;
/** Of JavaScript's share in a session, in MB: bodies that clients are slow to take. */
const sessionMemoryMb = 64;

/** `code` of the error for a server that speaks something else. */
export const notHttp2Errno = 'H2_NOT_SPOKEN';

export interface Http2PoolOptions {
  readonly target: Target;
  /** What to offer inside TLS. */
  readonly alpn: readonly string[];
  /** A connection ready for its first byte. */
  readonly connect: (alpn: readonly string[]) => Promise<Socket>;
}

interface Held {
  readonly session: ClientHttp2Session;
  readonly state: { -readonly [K in keyof ConnectionState]: ConnectionState[K] };
  active: number;
  isUsed: boolean;
}

/** The HTTP/2 sessions with one upstream: one as long as it has room for another stream, then more. */
export class Http2Pool {
  readonly #options: Http2PoolOptions;
  readonly #held = new Set<Held>();
  #opening: Promise<ClientHttp2Session> | undefined;
  /** The server has shown that it speaks HTTP/2: from then on nothing waits for its settings. */
  #isKnown = false;
  #isClosed = false;

  constructor(options: Http2PoolOptions) {
    this.#options = options;
  }

  /** A place on a session that is open already. */
  take(): SessionPlace | undefined {
    for (const held of this.#held) if (hasRoom(held)) return this.#placeOn(held);
    return undefined;
  }

  /**
   * A place, on a new session if need be. Rejects as `connect` does, with `notHttp2Errno`, or as for a request that was not
   * sent when upstream, or `close`, ends the new session at once.
   */
  async acquire(): Promise<SessionPlace> {
    for (;;) {
      const place = this.take();
      if (place) return place;
      this.#opening ??= this.#open().finally(() => {
        this.#opening = undefined;
      });
      const session = await this.#opening;
      if (session.closed || session.destroyed) throw notSent(undefined);
    }
  }

  /** Lets what is under way finish. */
  close(): void {
    this.#isClosed = true;
    for (const { session } of this.#held) session.close();
  }

  async #open(): Promise<ClientHttp2Session> {
    const { target, alpn, connect } = this.#options;
    const socket = await connect(alpn);
    if (socket instanceof TLSSocket && socket.alpnProtocol !== 'h2') {
      socket.destroy();
      throw notHttp2(`it chose ${socket.alpnProtocol || 'no protocol'} of ${alpn.join(', ')}`);
    }
    const session = http2.connect(target.origin, {
      createConnection: () => socket,
      maxHeaderListPairs: maxHeaderCount,
      maxSendHeaderBlockLength: maxHeadBytes,
      maxSessionMemory: sessionMemoryMb,
      // What upstream sends twice is passed on twice.
      strictSingleValueFields: false,
      settings: { enablePush: false, initialWindowSize: streamWindowBytes, maxHeaderListSize: maxHeadBytes },
    } as http2.ClientSessionOptions);
    const held: Held = {
      session,
      state: { isClosed: false, lastStreamId: Number.POSITIVE_INFINITY },
      active: 0,
      isUsed: false,
    };
    socket.once('close', () => {
      held.state.isClosed = true;
    });
    session.on('goaway', (_code: number, lastStreamId: number) => {
      held.state.lastStreamId = lastStreamId;
    });
    session.once('close', () => this.#held.delete(held));
    await settled(session, this.#isKnown ? 'connect' : 'remoteSettings');
    this.#isKnown = true;
    session.setLocalWindowSize(connectionWindowBytes);
    session.setTimeout(idleMs, () => {
      if (held.active === 0) session.close();
    });
    if (this.#isClosed) session.close();
    if (!session.closed && !session.destroyed) this.#held.add(held);
    return session;
  }

  #placeOn(held: Held): SessionPlace {
    const isReused = held.isUsed;
    held.isUsed = true;
    held.active += 1;
    let isReleased = false;
    return {
      session: held.session,
      isReused,
      scheme: this.#options.target.protocol === 'https:' ? 'https' : 'http',
      connection: held.state,
      release: () => {
        if (!isReleased) held.active -= 1;
        isReleased = true;
      },
    };
  }
}

function hasRoom({ session, active }: Held): boolean {
  if (session.closed || session.destroyed) return false;
  const { maxConcurrentStreams = assumedStreams } = session.remoteSettings;
  // With a limit of 0 a call waits in the session for better times.
  return active < Math.max(maxConcurrentStreams, 1);
}

/** Resolves when the session is of use; afterwards its errors are its streams' errors. */
function settled(session: ClientHttp2Session, event: 'connect' | 'remoteSettings'): Promise<void> {
  return new Promise((resolve, reject) => {
    const fail = (problem: string): void => {
      clearTimeout(timer);
      reject(notHttp2(problem));
      session.destroy();
    };
    const timer = setTimeout(() => fail('it sent no settings'), settingsMs);
    session.on('error', (error) => fail(error.message));
    session.once('close', () => fail('it closed the connection'));
    session.once(event, () => {
      clearTimeout(timer);
      resolve();
    });
  });
}

function notHttp2(problem: string): NodeJS.ErrnoException {
  return Object.assign(new Error(problem), { code: notHttp2Errno });
}
