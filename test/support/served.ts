import { onTestFinished } from 'vitest';
import {
  emptyBody,
  type Exchange,
  type FailureOutcome,
  type Outcome,
  type ResponseFacts,
  type StreamMark,
} from '../../src/model/exchange.ts';
import { openListener } from '../../src/proxy/listener.ts';
import type { Pace } from '../../src/proxy/pace.ts';
import type { Recording } from '../../src/proxy/recording-cache.ts';
import { serve, type ServeEnd } from '../../src/proxy/serve.ts';
import { newExchange, responseOutcome } from './cassette.ts';
import { connectRaw, type RawClient } from './raw-client.ts';

export interface Served {
  readonly client: RawClient;
  /** How serving ended, once it has. */
  readonly ended: Promise<ServeEnd>;
}

interface Given {
  readonly outcome: Outcome;
  readonly body?: string | Buffer;
  /** Read in these pieces instead of being held. */
  readonly pieces?: Iterable<Buffer>;
  readonly marks?: readonly StreamMark[];
  readonly firstByteMs?: number;
  readonly durationMs?: number;
  readonly pace?: Pace;
  readonly request?: string;
}

/** A server that answers the first request with one recording, and a client that has asked. */
export async function served(given: Given): Promise<Served> {
  const body = given.pieces ? undefined : Buffer.from(given.body ?? '');
  const exchange: Exchange = {
    id: 1,
    ...newExchange(1, { outcome: sized(given.outcome, body?.length ?? 0), durationMs: given.durationMs ?? 5 }),
    firstByteMs: given.firstByteMs ?? 4,
  };
  const recording: Recording = { exchange, body, marks: given.marks ?? [], events: [] };
  const { promise, resolve } = Promise.withResolvers<ServeEnd>();
  const listener = await openListener({
    name: 'default',
    host: '127.0.0.1',
    port: 0,
    onRequest: (_request, response) => {
      const end = serve({
        recording,
        bodyOf: () => given.pieces ?? (body!.length > 0 ? [body!] : []),
        response,
        pace: given.pace ?? { kind: 'instant' },
        arrivedAtMs: performance.now(),
      });
      void Promise.resolve(end).then(resolve);
    },
  });
  onTestFinished(() => listener.stop(0));
  const client = await connectRaw(listener.address.port);
  onTestFinished(() => client.close());
  await client.write(given.request ?? 'GET / HTTP/1.1\r\nHost: a\r\n\r\n');
  return { client, ended: promise };
}

function sized(outcome: Outcome, sizeBytes: number): Outcome {
  const body = { ...emptyBody, sizeBytes, fullSizeBytes: sizeBytes };
  if (outcome.kind === 'response') return { ...outcome, body };
  return outcome.response ? { ...outcome, response: { ...outcome.response, body } } : outcome;
}

export const response = (facts: Partial<ResponseFacts>): Outcome => responseOutcome({ headers: [], ...facts });

export function failure(code: FailureOutcome['code'], partial?: Partial<ResponseFacts>): FailureOutcome {
  const outcome = response(partial ?? {});
  if (outcome.kind !== 'response') throw new Error('not a response');
  return { kind: 'failure', code, message: `upstream failed: ${code}`, ...(partial ? { response: outcome } : {}) };
}
