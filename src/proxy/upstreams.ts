import type { IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import type { Target } from '../model/target.ts';
import type { ClientRequest, ClientResponse } from './client-side.ts';
import type { Forwarder } from './forward.ts';
import type { HopObserver } from './hop-observer.ts';

/** Forwarders kept for origins that nobody asks at the moment: a browser session talks to fewer hosts at a time. */
const maxIdle = 64;

interface Upstream {
  readonly forwarder: Forwarder;
  active: number;
}

/** One forwarder for each server, made when it is first asked; the longest unused ones are closed again. */
export class Upstreams {
  readonly #createForwarder: (target: Target) => Forwarder;
  /** By URL, in the order of their last use. */
  readonly #open = new Map<string, Upstream>();

  constructor(createForwarder: (target: Target) => Forwarder) {
    this.#createForwarder = createForwarder;
  }

  forward(
    target: Target,
    exchange: { readonly request: ClientRequest; readonly response: ClientResponse; readonly observer: HopObserver },
  ): void {
    const { request, response, observer } = exchange;
    const upstream = this.#use(target);
    const hasLeft = response.isGone;
    if (!hasLeft) response.onClose(() => this.#release(upstream));
    upstream.forwarder.forward(request, response, observer);
    // Nobody will tell again.
    if (hasLeft) this.#release(upstream);
  }

  tunnel(
    target: Target,
    exchange: {
      readonly request: IncomingMessage;
      readonly socket: Socket;
      readonly head: Buffer;
      readonly observer: HopObserver;
    },
  ): void {
    const { request, socket, head, observer } = exchange;
    const upstream = this.#use(target);
    const hasLeft = socket.destroyed;
    if (!hasLeft) socket.once('close', () => this.#release(upstream));
    upstream.forwarder.tunnel(request, socket, head, observer);
    if (hasLeft) this.#release(upstream);
  }

  /** Forwarders that are held, for tests. */
  get size(): number {
    return this.#open.size;
  }

  /** Closes idle connections. Exchanges under way are the listener's to end. */
  close(): void {
    for (const { forwarder } of this.#open.values()) forwarder.close();
    this.#open.clear();
  }

  #use(target: Target): Upstream {
    const upstream = this.#open.get(target.url) ?? { forwarder: this.#createForwarder(target), active: 0 };
    this.#open.delete(target.url);
    this.#open.set(target.url, upstream);
    upstream.active += 1;
    return upstream;
  }

  #release(upstream: Upstream): void {
    upstream.active -= 1;
    for (const [url, { forwarder, active }] of this.#open) {
      if (this.#open.size <= maxIdle) return;
      if (active > 0) continue;
      this.#open.delete(url);
      forwarder.close();
    }
  }
}
