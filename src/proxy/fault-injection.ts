import { STATUS_CODES } from 'node:http';
import { responseOf } from '../model/exchange.ts';
import type { ClientRequest, ClientResponse } from './client-side.ts';
import type { FaultClock } from './fault-clock.ts';
import type { FaultDecision, Refusal } from './fault-plan.ts';
import { FaultyResponse } from './faulty-response.ts';
import type { Pace } from './pace.ts';
import type { Recording } from './recording-cache.ts';
import type { Upgrade } from './replay-upgrade.ts';

/** A request on its way through a replay, as far as faults touch it. */
export interface Struck {
  readonly request: ClientRequest;
  readonly response: ClientResponse;
  readonly arrivedAtMs: number;
  readonly upgrade?: Upgrade;
}

/** Answers with what goes wrong, once its delay is over. */
export function refuse(
  { clock, delayMs, refusal }: FaultDecision,
  { response, upgrade }: Struck,
  keepOpen: (response: ClientResponse) => void,
): void {
  later(clock, { response, delayMs }, () => {
    if (!refusal || response.isGone) return;
    switch (refusal.kind) {
      case 'status':
        answerStatus(response, refusal);
        break;
      case 'reset':
        response.reset();
        break;
      case 'timeout':
        keepOpen(response);
        // Nobody else reads there, and its end would not be noticed.
        upgrade?.request.socket.resume();
        break;
      default:
        refusal satisfies never;
    }
  });
}

/** Goes on with the answer once its delay is over, on a way back that does to the body what was decided. */
export function inject<T extends Struck>(
  { clock, delayMs, body }: FaultDecision,
  struck: T,
  options: {
    readonly pace: Pace;
    /** Undefined when it is not known what is going to be sent. */
    readonly recording: Recording | undefined;
    readonly go: (struck: T) => void;
  },
): void {
  const { response, request, arrivedAtMs, upgrade } = struck;
  const { pace, recording, go } = options;
  const hasBody = body.length > 0 && request.method !== 'HEAD';
  const bodyBytes = responseOf(recording?.exchange.outcome)?.body.sizeBytes;
  const faulty: T = {
    ...struck,
    ...(hasBody ? { response: new FaultyResponse({ response, faults: body, clock, bodyBytes }) } : {}),
    // The recorded pace begins when the delay is over.
    ...(pace.kind === 'instant' ? {} : { arrivedAtMs: arrivedAtMs + delayMs }),
  };
  later(clock, { response, delayMs }, () => {
    // Its socket is not to be had any more.
    if (!upgrade || !response.isGone) go(faulty);
  });
}

function later(
  clock: FaultClock,
  { response, delayMs }: { readonly response: ClientResponse; readonly delayMs: number },
  run: () => void,
): void {
  if (delayMs === 0) {
    run();
    return;
  }
  let isOver = false;
  const done = (): void => {
    if (isOver) return;
    isOver = true;
    cancel();
    forget();
    run();
  };
  const cancel = clock.after(delayMs, done);
  const forget = response.onClose(done);
}

function answerStatus(response: ClientResponse, refusal: Extract<Refusal, { kind: 'status' }>): void {
  const { status, retryAfterS, fault } = refusal;
  const title = STATUS_CODES[status] ?? 'Fault';
  const body = Buffer.from(`${JSON.stringify({ title, status, detail: `injected on purpose: ${fault}` })}\n`);
  const headers = [
    'Content-Type',
    'application/problem+json',
    'Content-Length',
    String(body.length),
    ...(retryAfterS === undefined ? [] : ['Retry-After', String(retryAfterS)]),
    'x-retake-fault',
    String(status),
  ];
  response.start({ status, reason: title, headers, framing: 'length' });
  response.end(body, []);
}
