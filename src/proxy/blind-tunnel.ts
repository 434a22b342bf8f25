import type { Socket } from 'node:net';
import { problemOf } from '../base/errors.ts';
import type { Target } from '../model/target.ts';
import { hopFailureOf, statusOfFailure } from './hop-failure.ts';
import { refuse } from './refused-request.ts';
import { connectUpstream, type IsOwnAddress } from './upstream-connection.ts';
import { loopErrno } from './hop-failure.ts';
import { fitsHost, upstreamSettings, type UpstreamSettings } from './upstream-settings.ts';

/**
 * Why a connection is passed on without being looked into. `asked`: its host is to be left alone. `not-http`: the client
 * says something that is neither TLS nor HTTP. `server-first`: the server speaks before the client does.
 */
export type TunnelReason = 'asked' | 'not-http' | 'server-first';

export interface BlindTunnelOptions {
  /** Globs for `host` or `host:port` that are never intercepted. */
  readonly hosts: readonly string[];
  readonly settings?: UpstreamSettings;
  readonly isOwnAddress: IsOwnAddress;
  readonly onTunnel: (host: string, reason: TunnelReason) => void;
}

/** A client that has said nothing for a while. */
export interface QuietClient {
  /** Aborts when it speaks or leaves. */
  readonly signal: AbortSignal;
  /** Takes the connection over; not after the signal. */
  readonly take: () => Socket;
}

/** Connections to real servers whose bytes pass by unseen. */
export class BlindTunnels {
  readonly #options: BlindTunnelOptions;

  constructor(options: BlindTunnelOptions) {
    this.#options = options;
  }

  /** Is this server to be left alone? */
  isAsked(target: Target): boolean {
    return this.#options.hosts.some((glob) => fitsHost(glob, target));
  }

  /** For a host that is left alone: the client hears of success only when there is a connection. */
  async open(target: Target, client: Socket): Promise<void> {
    client.on('error', () => client.destroy());
    const hasLeft = new AbortController();
    client.once('close', () => hasLeft.abort());
    let server: Socket;
    try {
      server = await this.#connect(target, hasLeft.signal);
    } catch (thrown) {
      if ((thrown as NodeJS.ErrnoException).code === loopErrno) {
        refuse(client, 508, { code: 'loop', detail: `${target.name} leads back to this proxy` });
      } else {
        const { code, message } = hopFailureOf(thrown, target.name);
        refuse(client, statusOfFailure(code), { code, detail: message });
      }
      return;
    }
    client.write('HTTP/1.1 200 Connection established\r\n\r\n');
    this.#join(client, server, { host: target.name, reason: 'asked' });
  }

  /** The client has been told to go on, and then spoke no language of ours. */
  async passOn(target: Target, client: Socket): Promise<void> {
    client.on('error', () => client.destroy());
    try {
      this.#join(client, await this.#connect(target), { host: target.name, reason: 'not-http' });
    } catch (thrown) {
      // Nothing that we could say would be understood.
      client.destroy(new Error(problemOf(thrown)));
    }
  }

  /** Finds out whether the server wants to speak first; if so, the two are connected. */
  async listenToServer(target: Target, { signal, take }: QuietClient): Promise<void> {
    let server: Socket;
    try {
      server = await this.#connect(target, signal);
    } catch {
      // Whatever it is, the client will be told when it asks for something.
      return;
    }
    const giveUp = (): void => void server.destroy();
    server.on('error', giveUp);
    signal.addEventListener('abort', giveUp);
    if (signal.aborted) giveUp();
    server.once('readable', () => {
      const greeting = server.read() as Buffer | null;
      if (greeting === null) return;
      if (beginsHttp2(greeting)) {
        giveUp();
        return;
      }
      server.unshift(greeting);
      signal.removeEventListener('abort', giveUp);
      this.#join(take(), server, { host: target.name, reason: 'server-first' });
    });
  }

  #connect({ hostname, port }: Target, signal?: AbortSignal): Promise<Socket> {
    const { settings = upstreamSettings(), isOwnAddress } = this.#options;
    // Bare TCP: if there is TLS inside, it is between the two.
    return connectUpstream({ protocol: 'http:', hostname, port }, settings, {
      isOwnAddress,
      allowHalfOpen: true,
      ...(signal ? { signal } : {}),
    });
  }

  #join(client: Socket, server: Socket, { host, reason }: { host: string; reason: TunnelReason }): void {
    this.#options.onTunnel(host, reason);
    for (const [from, to] of [
      [client, server],
      [server, client],
    ] as const) {
      from.on('error', () => from.destroy());
      from.once('close', () => to.destroySoon());
      if (from.destroyed) to.destroy();
      from.pipe(to);
    }
  }
}

/** Some servers of HTTP/2 in clear text send their settings before they are asked (RFC 9113 §3.4, §6.5). */
function beginsHttp2(greeting: Buffer): boolean {
  const isSettings = greeting.length >= 9 && greeting[3] === 4 && greeting.readUInt32BE(5) === 0;
  return isSettings && greeting.readUIntBE(0, 3) % 6 === 0;
}
