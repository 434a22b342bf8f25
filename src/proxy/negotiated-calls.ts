import type { Socket } from 'node:net';
import type { Target } from '../model/target.ts';
import { openHeldCall, type NextWay } from './held-call.ts';
import { openHttp2Call } from './http2-call.ts';
import { Http2Pool, notHttp2Errno } from './http2-pool.ts';
import { isUnprocessed } from './http2-reset.ts';
import type { CallEvents, OpenCall } from './upstream-call.ts';

export interface NegotiationOptions {
  readonly target: Target;
  /** `auto`: as the client does, if upstream can. */
  readonly http: 'auto' | '1.1' | '2';
  /** The way over HTTP/1.1; inside TLS it offers nothing else. */
  readonly http1: OpenCall;
  /** A connection ready for its first byte. */
  readonly connect: (alpn: readonly string[]) => Promise<Socket>;
  /** Over a proxy that takes plain requests nothing else is tried in clear text. */
  readonly triesClearText: boolean;
}

export interface NegotiatedCalls {
  readonly openCall: OpenCall;
  /** Lets what is under way finish. */
  readonly close: () => void;
}

/** A request that nothing was done with is sent this often at most. */
const maxTries = 3;

/**
 * Calls in the version of HTTP that client and upstream have in common, so that nothing is translated without need: an
 * HTTP/2 client's request goes over HTTP/2 if upstream speaks it, one over HTTP/1.x over HTTP/1.1 unless upstream speaks
 * nothing but HTTP/2. What was found out is remembered (docs/decisions/017).
 */
export function negotiatedCalls(options: NegotiationOptions): NegotiatedCalls {
  const { target, http, http1 } = options;
  if (http === '1.1') return { openCall: http1, close: () => {} };
  const isSecure = target.protocol === 'https:';
  const alpn = http === '2' ? ['h2'] : ['h2', 'http/1.1'];
  const pool = new Http2Pool({ target, alpn, connect: options.connect });
  const learnt: { forHttp1?: '1.1' | '2'; forHttp2?: '1.1' | '2' } = {};

  const overHttp2 = (): OpenCall | Promise<OpenCall> => {
    const place = pool.take();
    if (place) return (head, events) => openHttp2Call(place, head, events);
    return pool.acquire().then((acquired) => (head, events) => openHttp2Call(acquired, head, events));
  };
  const overHttp1 =
    (remember: () => void): OpenCall =>
    (head, events, connection) =>
      http1(head, onceAnswered(events, remember), connection);

  /** For a client that speaks HTTP/2, or where nothing else is wanted. */
  const http2First = (): NextWay => {
    let tries = 0;
    return (failed) => {
      if (failed?.code === notHttp2Errno && http === 'auto') {
        return overHttp1(() => {
          learnt.forHttp2 = '1.1';
        });
      }
      tries += 1;
      return failed && (!isUnprocessed(failed) || tries > maxTries) ? undefined : overHttp2();
    };
  };
  /** For a client that speaks HTTP/1.x to a server that may speak only HTTP/2. */
  const http1First = (): NextWay => {
    const next = http2First();
    let isHttp2 = learnt.forHttp1 === '2';
    return (failed) => {
      if (isHttp2) return next(failed);
      if (!failed) {
        return overHttp1(() => {
          learnt.forHttp1 = '1.1';
        });
      }
      if (!isAlpnRefusal(failed)) return undefined;
      isHttp2 = true;
      learnt.forHttp1 = '2';
      return next();
    };
  };

  const openCall: OpenCall = (head, events, connection) => {
    const fromHttp2 = head.clientVersion === '2.0';
    if (http === 'auto') {
      const settled = fromHttp2 ? learnt.forHttp2 : learnt.forHttp1;
      const isPlain = !isSecure && (!fromHttp2 || !options.triesClearText);
      if (isPlain || settled === '1.1') return http1(head, events, connection);
      if (!fromHttp2) return openHeldCall(http1First(), head, events, connection);
    }
    return openHeldCall(http2First(), head, events, connection);
  };
  return { openCall, close: () => pool.close() };
}

function onceAnswered(events: CallEvents, act: () => void): CallEvents {
  return {
    ...events,
    onAnswer: (answer, call) => {
      act();
      events.onAnswer(answer, call);
    },
  };
}

/** Upstream speaks none of the protocols that we offered (RFC 7301 §3.2). */
function isAlpnRefusal({ code }: NodeJS.ErrnoException): boolean {
  return code?.endsWith('ALERT_NO_APPLICATION_PROTOCOL') === true;
}
