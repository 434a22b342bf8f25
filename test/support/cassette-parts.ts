import { type BodyFacts, emptyBody, type Outcome, type ResponseFacts } from '../../src/model/exchange.ts';
import type { NewSession } from '../../src/model/session.ts';
import type { NewExchange } from '../../src/store/new-exchange.ts';

/** 2025-01-15T10:00:00Z: when everything built here happened. */
export const fixedTime = Date.UTC(2025, 0, 15, 10);

export function newSession(overrides: Partial<NewSession> = {}): NewSession {
  return {
    name: 'session-1',
    startedAt: fixedTime,
    targets: [{ name: 'default', url: 'http://127.0.0.1:3000' }],
    toolVersion: '0.1.0',
    tags: {},
    redacted: true,
    ...overrides,
  };
}

export function responseOutcome(overrides: Partial<ResponseFacts> = {}): Outcome {
  return {
    kind: 'response',
    status: 200,
    reason: 'OK',
    httpVersion: '1.1',
    headers: ['Content-Type', 'application/json', 'Date', 'Wed, 15 Jan 2025 10:00:00 GMT'],
    trailers: [],
    body: emptyBody,
    framing: 'length',
    informational: [],
    ...overrides,
  };
}

/** What a test says about an exchange; everything else is fixed. */
export interface ExchangeParts {
  readonly position?: number;
  readonly epoch?: number;
  readonly targetName?: string;
  readonly startedAt?: number;
  readonly durationMs?: number;
  readonly method?: string;
  readonly target?: string;
  readonly requestHeaders?: readonly string[];
  readonly requestBody?: BodyFacts;
  readonly requestKey?: string;
  readonly slots?: readonly string[];
  readonly outcome?: Outcome;
}

/** A complete exchange, ready to insert: by default GET /orders/7 answered with an empty 200. */
export function newExchange(sessionId: number, parts: ExchangeParts = {}): NewExchange {
  const position = parts.position ?? 0;
  return {
    sessionId,
    position,
    epoch: parts.epoch ?? 0,
    targetName: parts.targetName ?? 'default',
    startedAt: parts.startedAt ?? fixedTime + position * 100,
    firstByteMs: 4,
    durationMs: parts.durationMs ?? 5,
    request: {
      method: parts.method ?? 'GET',
      target: parts.target ?? '/orders/7',
      httpVersion: '1.1',
      headers: parts.requestHeaders ?? ['Host', '127.0.0.1:3000', 'Accept', '*/*'],
      trailers: [],
      body: parts.requestBody ?? emptyBody,
    },
    requestKey: parts.requestKey ?? '00112233445566778899aabbccddeeff',
    slots: parts.slots ?? [],
    outcome: parts.outcome ?? responseOutcome(),
  };
}
