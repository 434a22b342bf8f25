import path from 'node:path';
import { onTestFinished } from 'vitest';
import type { BodyFacts, Outcome } from '../../src/model/exchange.ts';
import type { NewSession } from '../../src/model/session.ts';
import { CassetteReader } from '../../src/store/cassette-reader.ts';
import { CassetteWriter } from '../../src/store/cassette-writer.ts';
import { type ExchangeParts, fixedTime, newExchange, newSession } from './cassette-parts.ts';
import { tempFolder } from './temp-folder.ts';

export { type ExchangeParts, fixedTime, newExchange, newSession, responseOutcome } from './cassette-parts.ts';

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
