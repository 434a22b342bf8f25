import path from 'node:path';
import { onTestFinished } from 'vitest';
import { type BodyFacts, emptyBody, type Outcome, type ResponseFacts } from '../../src/model/exchange.ts';
import type { NewSession } from '../../src/model/session.ts';
import { CassetteReader } from '../../src/store/cassette-reader.ts';
import { CassetteWriter } from '../../src/store/cassette-writer.ts';
import type { NewExchange } from '../../src/store/new-exchange.ts';
import { tempFolder } from './temp-folder.ts';

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

/** A cassette in a fresh folder, filled by `fill` and closed. Returns its path. */
export function tempCassette(fill: (writer: CassetteWriter) => void, name = 'checkout.cassette'): string {
  const file = path.join(tempFolder(), 'cassettes', name);
  const writer = CassetteWriter.open(file, { create: 'if-missing' });
  try {
    writer.transaction(() => fill(writer));
  } finally {
    writer.close();
  }
  return file;
}

/** A cassette with one finished session of these exchanges, positions in order. Bodies given as text or bytes are stored. */
export function cassetteOf(
  exchanges: readonly (ExchangeParts & {
    readonly requestBytes?: string | Buffer;
    readonly responseBytes?: string | Buffer;
  })[],
  session: Partial<NewSession> = {},
): string {
  return tempCassette((writer) => {
    const sessionId = writer.beginSession(newSession(session));
    exchanges.forEach(({ requestBytes, responseBytes, ...parts }, position) => {
      const exchange = newExchange(sessionId, {
        position,
        ...parts,
        ...(requestBytes === undefined ? {} : { requestBody: writer.putBody(Buffer.from(requestBytes)) }),
      });
      const body = responseBytes === undefined ? undefined : writer.putBody(Buffer.from(responseBytes));
      writer.insertExchange(body ? { ...exchange, outcome: withBody(exchange.outcome, body) } : exchange);
    });
    writer.finishSession(sessionId, { endedAt: fixedTime + exchanges.length * 100 });
  });
}

function withBody(outcome: Outcome, body: BodyFacts): Outcome {
  if (outcome.kind === 'response') return { ...outcome, body };
  return outcome.response ? { ...outcome, response: { ...outcome.response, body } } : outcome;
}

/** Opens a cassette for the rest of the running test. */
export function openReader(file: string): CassetteReader {
  const reader = CassetteReader.open(file);
  onTestFinished(() => reader.close());
  return reader;
}

/** Opens a cassette for writing for the rest of the running test. */
export function openWriter(file: string): CassetteWriter {
  const writer = CassetteWriter.open(file, { create: 'if-missing' });
  onTestFinished(() => writer.close());
  return writer;
}
