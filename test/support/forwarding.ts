import { onTestFinished } from 'vitest';
import { createForwarder, type ForwarderOptions } from '../../src/proxy/forward.ts';
import type { HopFailure } from '../../src/proxy/hop-failure.ts';
import type { HopObserver, ResponseHead } from '../../src/proxy/hop-observer.ts';
import { type Listener, openListener } from '../../src/proxy/listener.ts';
import { isUpgradable } from '../../src/proxy/passed-headers.ts';
import { upstreamSettings, type UpstreamSettings } from '../../src/proxy/upstream-settings.ts';
import { parseTarget } from '../../src/model/target.ts';
import type { RawMessage } from './byte-reader.ts';
import { connectRaw, type RawClient, sendRaw } from './raw-client.ts';
import { type RawUpstream, startRawUpstream, type UpstreamConnection } from './raw-upstream.ts';

/** One exchange as an observer was told of it. */
export interface Observed {
  requestBytes: number;
  readonly requestTrailers: string[];
  requestEnded: boolean;
  readonly informational: { readonly status: number; readonly headers: readonly string[] }[];
  head: ResponseHead | undefined;
  responseBytes: number;
  /** What passed after a 101. */
  readonly conversation: { readonly request: Buffer[]; readonly response: Buffer[] };
  end:
    | { readonly kind: 'response'; readonly trailers: readonly string[] }
    | (HopFailure & { readonly kind: 'failure' })
    | undefined;
}

/** Writes down what it sees. `ended` resolves with the last call. */
function recordingObserver(): {
  readonly observer: HopObserver;
  readonly seen: Observed;
  readonly ended: Promise<Observed>;
} {
  const { promise, resolve } = Promise.withResolvers<Observed>();
  const seen: Observed = {
    requestBytes: 0,
    requestTrailers: [],
    requestEnded: false,
    informational: [],
    head: undefined,
    responseBytes: 0,
    conversation: { request: [], response: [] },
    end: undefined,
  };
  const finish = (end: Observed['end'], stored?: () => void): void => {
    if (seen.end) throw new Error('the observer was told the end twice');
    seen.end = end;
    resolve(seen);
    stored?.();
  };
  const observer: HopObserver = {
    requestData: (chunk) => {
      seen.requestBytes += chunk.length;
      return true;
    },
    requestEnd: (trailers) => {
      seen.requestEnded = true;
      seen.requestTrailers.push(...trailers);
    },
    informational: ({ status, headers }) => void seen.informational.push({ status, headers }),
    responseHead: (head) => {
      seen.head = head;
    },
    responseData: (chunk) => {
      seen.responseBytes += chunk.length;
      return true;
    },
    responseEnd: (trailers, stored) => finish({ kind: 'response', trailers }, stored),
    failed: (failure, stored) => finish({ kind: 'failure', ...failure }, stored),
    conversationData: (direction, chunk) => {
      seen.conversation[direction].push(chunk);
      return true;
    },
    whenRoom: (resume) => resume(),
  };
  return { observer, seen, ended: promise };
}

export interface Forwarding {
  readonly listener: Listener;
  readonly port: number;
  /** The observers of the exchanges so far, by arrival. */
  readonly exchanges: readonly { readonly seen: Observed; readonly ended: Promise<Observed> }[];
  /** Sends a request on a connection of its own and reads the response. */
  readonly send: (request: string | Buffer) => Promise<RawMessage>;
  readonly connect: () => Promise<RawClient>;
}

type Overrides = Partial<Omit<ForwarderOptions, 'target'>> & { readonly observer?: () => HopObserver };

let engine: UpstreamSettings['engine'] = 'node';

/** What carries plain requests in the tests of this file that do not say. */
export function useEngine(name: UpstreamSettings['engine']): void {
  engine = name;
}

/** Forwards to a URL for the rest of the running test. */
export async function startForwarding(url: string, { observer, ...overrides }: Overrides = {}): Promise<Forwarding> {
  const exchanges: ReturnType<typeof recordingObserver>[] = [];
  const settings = { ...upstreamSettings(), ...overrides.settings, engine };
  const forwarder = createForwarder({ target: parseTarget(url), isOwnAddress: () => false, ...overrides, settings });
  const observe = (): HopObserver => {
    if (observer) return observer();
    const one = recordingObserver();
    exchanges.push(one);
    return one.observer;
  };
  const listener = await openListener({
    name: 'default',
    host: '127.0.0.1',
    port: 0,
    onRequest: (request, response) => forwarder.forward(request, response, observe()),
    onExpectContinue: (request, response) => forwarder.forward(request, response, observe()),
    wantsUpgrade: isUpgradable,
    onUpgrade: (request, socket, head) => forwarder.tunnel(request, socket, head, observe()),
  });
  onTestFinished(async () => {
    await listener.stop(0);
    forwarder.close();
  });
  const { port } = listener.address;
  return {
    listener,
    port,
    exchanges,
    send: (request) => sendRaw(port, request),
    connect: async () => {
      const client = await connectRaw(port);
      onTestFinished(client.close);
      return client;
    },
  };
}

/** A scripted upstream for the rest of the running test. A script that throws fails the test. */
export async function upstreamOf(script: (connection: UpstreamConnection) => Promise<void>): Promise<RawUpstream> {
  const upstream = await startRawUpstream(script);
  onTestFinished(async () => {
    await upstream.close();
    if (upstream.problems.length > 0) throw upstream.problems[0];
  });
  return upstream;
}
