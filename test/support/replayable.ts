import path from 'node:path';
import { requestKey } from '../../src/match/request-key.ts';
import { emptyBody, isWrite, type Outcome, type ResponseFacts } from '../../src/model/exchange.ts';
import type { Line } from './conversation.ts';
import { cutBody } from '../../src/proxy/request-body.ts';
import type { NewSession } from '../../src/model/session.ts';
import { createRedactor, findRequestSecrets } from '../../src/redact/redactor.ts';
import type { CassetteWriter } from '../../src/store/cassette-writer.ts';
import { fixedTime, newExchange, newSession, responseOutcome, tempCassette } from './cassette.ts';

/** A request and its answer as a test says them; key, epoch and position are worked out as recording does. */
export interface Recorded {
  readonly method?: string;
  readonly target?: string;
  readonly targetName?: string;
  readonly headers?: readonly string[];
  readonly body?: string | Buffer;
  /** Only the first bytes of the request body were recorded; this is its whole size, where that is known. */
  readonly cut?: { readonly sizeBytes: number | undefined };
  /** The body of a 200 with a length, unless `outcome` says otherwise. */
  readonly answer?: string | Buffer;
  readonly response?: Partial<ResponseFacts>;
  readonly outcome?: Outcome;
  readonly firstByteMs?: number;
  readonly durationMs?: number;
  /** What passed after a switch of protocols, or the marks of a stream. */
  readonly events?: readonly Line[];
}

export interface ReplayableSession extends Partial<NewSession> {
  readonly exchanges: readonly Recorded[];
  /** Secrets of the requests are stored as pseudonyms under this key. */
  readonly key?: Buffer;
  /** A session that was not ended. */
  readonly end?: 'missing';
}

export const get = (target: string, answer: string): Recorded => ({ target, answer });

export const post = (target: string, body: string, answer: string, type = 'application/json'): Recorded => ({
  method: 'POST',
  target,
  headers: ['Host', 'shop.test', 'Content-Type', type],
  body,
  answer,
});

/** A counter read, raised, read, raised in the same way, and read. */
export const counter: readonly Recorded[] = [
  get('/count', '0'),
  post('/count', '{"add":1}', 'added'),
  get('/count', '1'),
  post('/count', '{"add":1}', 'added again'),
  get('/count', '2'),
];

/** Two reads with a write between them. */
export const shop: ReplayableSession = {
  exchanges: [
    { target: '/a', answer: 'one' },
    { method: 'POST', target: '/a', answer: 'written' },
    { target: '/b', answer: 'two' },
  ],
};

/** A cassette with these sessions, oldest first, whose exchanges replay finds. */
export function replayable(...sessions: readonly ReplayableSession[]): string {
  return tempCassette((writer) => {
    sessions.forEach((session, index) => addSession(writer, session, index));
  }, 'shop.cassette');
}

/** A working folder with these sessions in `cassettes/shop.cassette`. */
export function replayFolder(...sessions: readonly ReplayableSession[]): string {
  return path.dirname(path.dirname(replayable(...sessions)));
}

export function addSession(writer: CassetteWriter, session: ReplayableSession, index = 0): number {
  const { exchanges, key, end, ...facts } = session;
  const redacted = key !== undefined;
  const sessionId = writer.beginSession(newSession({ name: `session-${index + 1}`, redacted, ...facts }));
  let epoch = 0;
  exchanges.forEach((recorded, position) => {
    addExchange(writer, recorded, { sessionId, position, epoch, key });
    if (isWrite(recorded.method ?? 'GET')) epoch += 1;
  });
  if (end !== 'missing') writer.finishSession(sessionId, { endedAt: fixedTime + exchanges.length * 100 });
  return sessionId;
}

function addExchange(
  writer: CassetteWriter,
  recorded: Recorded,
  place: { sessionId: number; position: number; epoch: number; key: Buffer | undefined },
): void {
  const { method = 'GET', target = '/', targetName = 'default', headers = ['Host', 'shop.test'] } = recorded;
  const sent = {
    method,
    target,
    headers,
    trailers: [],
    body: recorded.body === undefined ? undefined : Buffer.from(recorded.body),
  };
  const redacted = place.key ? createRedactor(place.key).request(sent) : undefined;
  const message = redacted?.message ?? sent;
  const masks = redacted
    ? redacted.slots.map((slot) => ({ ...slot, value: slot.pseudonym }))
    : findRequestSecrets(message);
  const keyed = recorded.cut ? { ...message, body: cutBody(recorded.cut.sizeBytes) } : message;
  const { key, slots } = requestKey({ ...keyed, targetName }, masks);
  const exchange = newExchange(place.sessionId, {
    position: place.position,
    epoch: place.epoch,
    targetName,
    method,
    target: message.target,
    requestHeaders: message.headers,
    requestBody: storedBody(writer, message.body, recorded.cut),
    requestKey: key,
    slots,
    outcome: outcomeOf(writer, recorded),
    ...(recorded.durationMs === undefined ? {} : { durationMs: recorded.durationMs }),
  });
  const id = writer.insertExchange({ ...exchange, firstByteMs: recorded.firstByteMs ?? exchange.firstByteMs ?? 0 });
  if (redacted) {
    const stored = redacted.slots.map((slot) => ({ ...slot, position: place.position, side: 'request' as const }));
    writer.addRedactedSlots(place.sessionId, stored);
  }
  const events = (recorded.events ?? []).map(({ event, payload }) => {
    if (event.sha256 !== undefined) writer.putBody(payload);
    return event;
  });
  writer.addStreamEvents(id, events);
}

/** A request that was answered with a switch to WebSocket, and what was said then. */
export const socket = (target: string, events: readonly Line[], more: Partial<Recorded> = {}): Recorded => ({
  target,
  headers: ['Host', 'shop.test', 'Upgrade', 'websocket', 'Connection', 'Upgrade'],
  outcome: responseOutcome(switched),
  events,
  ...more,
});

export const switched: Partial<ResponseFacts> = {
  status: 101,
  reason: 'Switching Protocols',
  headers: [
    'Upgrade',
    'websocket',
    'Connection',
    'Upgrade',
    'Sec-WebSocket-Accept',
    'of the recorded key',
    'X-Kept',
    'yes',
  ],
  framing: 'none',
};

function outcomeOf(writer: CassetteWriter, { answer = '', response, outcome }: Recorded): Outcome {
  if (outcome) return outcome;
  const body = writer.putBody(Buffer.from(answer));
  const headers = ['Content-Type', 'text/plain', 'Content-Length', String(body.sizeBytes)];
  return responseOutcome({ headers, body, ...response });
}

function storedBody(
  writer: CassetteWriter,
  bytes: Buffer | undefined,
  cut: Recorded['cut'],
): ReturnType<CassetteWriter['putBody']> {
  const body = bytes ? writer.putBody(bytes) : emptyBody;
  return cut ? { ...body, truncated: true, fullSizeBytes: cut.sizeBytes ?? body.sizeBytes } : body;
}
