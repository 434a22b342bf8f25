import { createHash } from 'node:crypto';
import path from 'node:path';
import { noRenames } from './comparable.ts';
import { compareOutcomes } from '../../src/compare/compare-outcomes.ts';
import type { BodyFacts, Outcome } from '../../src/model/exchange.ts';
import { pathTemplate } from '../../src/model/path-template.ts';
import { worstVerdict } from '../../src/model/verdict.ts';
import { CassetteWriter } from '../../src/store/cassette-writer.ts';
import { RunStore } from '../../src/store/run-store.ts';
import { newExchange, newSession, responseOutcome } from './cassette-parts.ts';
import { json, order, products, recordedAt, uiExchanges, type UiLine } from './ui-exchanges.ts';

/** The run was a day after the recording. */
const runAt = recordedAt + 24 * 3600 * 1000;

export interface UiFolder {
  readonly cassettePath: string;
  readonly runId: number;
}

/** A cassette of two sessions, one of them with everything above, and a run over it with every kind of verdict. */
export function fillUiFolder(folder: string): UiFolder {
  const cassettePath = path.join(folder, 'cassettes', 'shop.cassette');
  const writer = CassetteWriter.open(cassettePath, { create: 'if-missing' });
  writer.transaction(() => {
    const old = writer.beginSession(newSession({ name: 'browse', startedAt: recordedAt - 3 * 24 * 3600 * 1000 }));
    for (let position = 0; position < 430; position++) {
      const target = position % 3 === 0 ? `/products/p_${101 + (position % 24)}` : `/search?q=gear&page=${position}`;
      const status = position % 41 === 40 ? 503 : 200;
      writer.insertExchange(
        newExchange(old, {
          position,
          target,
          durationMs: 3 + ((position * 7) % 90),
          outcome: responseOutcome({ status, reason: status === 200 ? 'OK' : 'Service Unavailable' }),
        }),
      );
    }
    writer.finishSession(old, { endedAt: recordedAt });
    const session = writer.beginSession(newSession({ name: 'checkout', startedAt: recordedAt }));
    uiExchanges.forEach((line, position) => insert(writer, session, line, position));
    writer.addRedactedSlots(session, [
      {
        position: 0,
        side: 'request',
        place: 'json:/password',
        rule: 'json:password',
        name: 'PASSWORD',
        pseudonym: 'Xk29-vb81',
      },
      {
        position: 0,
        side: 'response',
        place: 'json:/token',
        rule: 'json:token',
        name: 'TOKEN',
        pseudonym: 'tok_4be1905c',
      },
      {
        position: 0,
        side: 'response',
        place: 'set-cookie:sid',
        rule: 'header:set-cookie',
        name: 'SID',
        pseudonym: '9f2c81aa',
      },
      {
        position: 1,
        side: 'request',
        place: 'header:authorization[0]',
        rule: 'header:authorization',
        name: 'AUTHORIZATION',
        pseudonym: 'tok_4be1905c',
      },
    ]);
    writer.finishSession(session, { endedAt: recordedAt + 60_000 });
  });
  writer.close();
  return { cassettePath, runId: addRun(folder, cassettePath) };
}

function insert(writer: CassetteWriter, sessionId: number, line: UiLine, position: number): void {
  const { requestBytes, responseBytes, ...parts } = line;
  const requestBody = requestBytes === undefined ? undefined : writer.putBody(Buffer.from(requestBytes));
  const body = responseBytes === undefined ? undefined : writer.putBody(Buffer.from(responseBytes));
  const exchange = newExchange(sessionId, { position, ...parts, ...(requestBody ? { requestBody } : {}) });
  const truncated = parts.target === '/catalogue.json';
  const facts = body && truncated ? { ...body, truncated, fullSizeBytes: body.sizeBytes * 4 } : body;
  writer.insertExchange(facts ? { ...exchange, outcome: withBody(exchange.outcome, facts) } : exchange);
}

function withBody(outcome: Outcome, body: BodyFacts): Outcome {
  if (outcome.kind === 'response') return { ...outcome, body };
  return outcome.response ? { ...outcome, response: { ...outcome.response, body } } : outcome;
}

/** What the new build answers, by position: a function of what was recorded. */
const freshBodies: Readonly<
  Record<number, { readonly status?: number; readonly headers?: readonly string[]; readonly body: unknown }>
> = {
  1: {
    headers: ['ETag', '"b2c9"'],
    body: {
      items: products.map((product, i) => ({
        ...product,
        ...(i === 2 ? { price: '1400' } : {}),
        ...(i === 5 ? { in_stock: false } : {}),
        ...(i === 9 ? { name: 'Difference engine, second edition' } : {}),
        discount: 0,
      })),
      next_cursor: 'c_24',
      total: 96,
    },
  },
  2: { status: 200, body: { ...order, created_at: '2025-01-16T10:00:02.090Z' } },
  3: { body: { ...order, created_at: '2025-01-16T10:00:02.090Z', total: 4360, customer: { id: 'cus_81' } } },
  7: { body: { items: products.slice(0, 2), took: 3, facets: { material: ['brass'] } } },
  9: { body: { error: 'forbidden', need: 'role:admin' } },
};

function addRun(folder: string, cassettePath: string): number {
  const store = RunStore.open(folder);
  const runId = store.beginRun({
    cassettePath,
    cassette: 'shop',
    session: 'checkout',
    target: 'http://127.0.0.1:3001',
    startedAt: runAt,
    toolVersion: '0.1.0',
    gitCommit: '3b55c25e1f0c4d3a',
  });
  uiExchanges.forEach((line, position) => {
    if (position > 10 || line.outcome?.kind !== 'response') return;
    const recorded = Buffer.from(line.responseBytes ?? '');
    const fresh = freshBodies[position];
    const body = fresh ? Buffer.from(json(fresh.body)) : recorded;
    const outcome: Outcome = {
      ...line.outcome,
      ...(fresh?.status === undefined ? {} : { status: fresh.status, reason: 'OK' }),
      headers: ['Date', new Date(runAt).toUTCString(), ...line.outcome.headers.slice(2), ...(fresh?.headers ?? [])],
      body: factsOf(body),
    };
    const isMissing = position === 8;
    const baseline = { outcome: { ...line.outcome, body: factsOf(recorded) }, body: recorded };
    const differences = compareOutcomes(
      { ...baseline, capturedAt: recordedAt, endedAt: recordedAt + 60_000 },
      { outcome, body, capturedAt: runAt, endedAt: runAt + 60_000 },
      { renames: noRenames },
    );
    store.addCheck(
      runId,
      {
        address: `shop:checkout/${position}`,
        position,
        method: line.method ?? 'GET',
        target: line.target ?? '/',
        template: pathTemplate(line.target ?? '/'),
        verdict: isMissing ? 'missing' : worstVerdict(differences),
        ...(isMissing ? { note: 'not sent: the line id of POST /cart was not answered' } : {}),
        durationMs: 4 + position,
        differences: isMissing ? [] : differences,
        baselineVersion: 1,
      },
      isMissing ? undefined : { fresh: { outcome, startedAt: runAt, renames: [] }, body },
    );
  });
  // What was ordered differently is read differently.
  const read = store.checks(runId).find(({ position }) => position === 3)!;
  store.setCauses(new Map([[read.id, 'shop:checkout/2']]));
  store.finishRun(runId, 'failed', runAt + 4200);
  store.close();
  return runId;
}

function factsOf(body: Buffer): BodyFacts {
  return {
    sizeBytes: body.length,
    sha256: createHash('sha256').update(body).digest('hex'),
    truncated: false,
    fullSizeBytes: body.length,
  };
}
