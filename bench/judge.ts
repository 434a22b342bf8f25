import { createHash } from 'node:crypto';
import path from 'node:path';
import { type BodyFacts, emptyBody, type Outcome } from '../src/model/exchange.ts';
import { CassetteReader } from '../src/store/cassette-reader.ts';
import { CassetteWriter } from '../src/store/cassette-writer.ts';
import type { FreshResponse } from '../src/suite/fresh-response.ts';
import { Renaming } from '../src/suite/renaming.ts';
import { SessionJudge } from '../src/suite/session-judge.ts';

/** What judging a whole session cost, the reading of baselines included. */
export interface JudgingFacts {
  readonly count: number;
  readonly renamedOfTen: number;
  readonly seconds: number;
  readonly cpuSeconds: number;
  readonly microsEach: number;
  readonly verdicts: Readonly<Record<string, number>>;
  readonly residentMiB: number;
}

/** Fresh responses are made in groups, outside of what is measured. */
const groupSize = 500;

const recordedAt = Date.UTC(2026, 0, 1, 9, 30, 12);
const runAt = Date.UTC(2026, 0, 9, 17, 4, 51);

export interface JudgedSession {
  readonly count: number;
  /** Of ten exchanges so many are orders with new ids, times, links and `ETag`; the others answer the same bytes. */
  readonly renamedOfTen: number;
  readonly folder: string;
}

/**
 * Judges a session of exchanges of 2 KiB of JSON in this thread, some with new ids and times, each id in this response
 * and in two later ones.
 */
export function judgeSession({ count, renamedOfTen, folder }: JudgedSession): JudgingFacts {
  const file = path.join(folder, `judge-${count}-${renamedOfTen}.cassette`);
  const isRenamed = (position: number): boolean => position % 10 < renamedOfTen;
  writeSession(file, count, isRenamed);
  const reader = CassetteReader.open(file);
  const session = reader.session();
  const judge = new SessionJudge({ reader, session, renaming: new Renaming() });
  const verdicts: Record<string, number> = {};
  let seconds = 0;
  let cpuMicros = 0;
  for (let from = 0; from < count; from += groupSize) {
    const group = Array.from(reader.exchanges(session.id, { from, limit: groupSize }), (exchange) => {
      const at = runAt + exchange.position;
      const times = { runStartedAt: runAt, startedAt: at, endedAt: at + 1 };
      const isNew = isRenamed(exchange.position);
      return { exchange, times, fresh: freshOf(bodyAt(exchange.position, isNew ? 'fresh' : 'kept', at)) };
    });
    const cpu = process.cpuUsage();
    const start = performance.now();
    for (const { exchange, fresh, times } of group) {
      const { verdict } = judge.judge(exchange, fresh, times);
      verdicts[verdict] = (verdicts[verdict] ?? 0) + 1;
    }
    seconds += (performance.now() - start) / 1000;
    const used = process.cpuUsage(cpu);
    cpuMicros += used.user + used.system;
  }
  reader.close();
  return {
    count,
    renamedOfTen,
    seconds,
    cpuSeconds: cpuMicros / 1e6,
    microsEach: cpuMicros / count,
    verdicts,
    residentMiB: process.memoryUsage.rss() / 2 ** 20,
  };
}

/** A UUID of version 4 for a number, another one in each world. */
function uuid(world: string, number: number): string {
  const hex = createHash('sha256').update(`${world} ${number}`).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}

type World = 'recorded' | 'fresh' | 'kept';

function bodyAt(position: number, own: World, at: number): Buffer {
  const time = (offsetMs: number): string =>
    new Date(own === 'kept' ? recordedAt - 1e9 + position : at + offsetMs).toISOString();
  // An order is shown by three exchanges, one behind the other.
  const id = uuid(own, Math.floor(position / 30));
  const lines = Array.from({ length: 8 }, (_, i) => ({
    id: uuid(own, position * 10 + i + 1_000_000),
    sku: `MOKA-${(position + i) % 97}`,
    name: `Moka pot for ${i + 1} cups, polished aluminium`,
    quantity: i + 1,
    price: { amount: 1999 + i, currency: 'EUR' },
    href: `/products/${(position + i) % 97}`,
  }));
  const customer = { id: uuid('kept', position % 50), name: 'Ann Example', email: 'ann@example.com' };
  const order = { id, number: position, status: 'paid', createdAt: time(-1), updatedAt: time(0), customer, lines };
  return Buffer.from(
    JSON.stringify({ ...order, links: { self: `/orders/${id}`, next: `/orders?after=${id}&limit=20` } }),
  );
}

function freshOf(body: Buffer): FreshResponse {
  const sha256 = createHash('sha256').update(body).digest('hex');
  const facts: BodyFacts = { sizeBytes: body.length, sha256, truncated: false, fullSizeBytes: body.length };
  return { outcome: outcomeOf(facts, runAt), body, slots: [] };
}

function outcomeOf(body: BodyFacts, at: number): Outcome {
  const headers = ['Content-Type', 'application/json; charset=utf-8', 'Content-Length', String(body.sizeBytes)];
  const more = ['Date', new Date(at).toUTCString(), 'Cache-Control', 'no-store', 'Vary', 'Accept', 'Server', 'shop/1'];
  const tag = ['ETag', `"${body.sha256.slice(0, 32)}"`];
  return {
    kind: 'response',
    status: 200,
    reason: 'OK',
    httpVersion: '1.1',
    headers: [...headers, ...more, ...tag],
    trailers: [],
    body,
    framing: 'length',
    informational: [],
  };
}

function writeSession(file: string, count: number, isRenamed: (position: number) => boolean): void {
  const writer = CassetteWriter.open(file, { create: 'if-missing' });
  const sessionId = writer.beginSession({
    name: 'judged',
    startedAt: recordedAt,
    targets: [{ name: 'default', url: 'http://127.0.0.1:3000' }],
    toolVersion: 'bench',
    tags: {},
    redacted: false,
  });
  writer.transaction(() => {
    for (let position = 0; position < count; position += 1) {
      const startedAt = recordedAt + position;
      const headers = ['Host', '127.0.0.1:3000', 'Accept', '*/*'];
      writer.insertExchange({
        sessionId,
        position,
        epoch: 0,
        targetName: 'default',
        startedAt,
        firstByteMs: 1,
        durationMs: 1,
        request: {
          method: 'GET',
          target: `/orders/${position}`,
          httpVersion: '1.1',
          headers,
          trailers: [],
          body: emptyBody,
        },
        requestKey: String(position),
        slots: [],
        outcome: outcomeOf(
          writer.putBody(bodyAt(position, isRenamed(position) ? 'recorded' : 'kept', startedAt)),
          startedAt,
        ),
      });
    }
  });
  writer.finishSession(sessionId, { endedAt: recordedAt + count });
  writer.close();
}
