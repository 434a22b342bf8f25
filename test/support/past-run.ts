import { createHash } from 'node:crypto';
import path from 'node:path';
import { formatAddress } from '../../src/model/address.ts';
import { CassetteReader } from '../../src/store/cassette-reader.ts';
import { RunStore } from '../../src/store/run-store.ts';
import { Renaming } from '../../src/suite/renaming.ts';
import { SessionJudge } from '../../src/suite/session-judge.ts';
import { fixedTime, responseOutcome } from './cassette.ts';

/** A day after the recording. */
const startedAt = fixedTime + 86_400_000;

/**
 * Keeps a run of the newest session in the folder's run store, judged by the rules that the cassette has now; a 200 with
 * this JSON, or with these bytes of a picture, for each position. Returns its number.
 */
export function keepRun(folder: string, file: string, bodies: readonly unknown[]): number {
  const reader = CassetteReader.open(file);
  const runStore = RunStore.open(folder);
  try {
    const session = reader.session();
    const cassette = path.basename(file, '.cassette');
    const judge = new SessionJudge({ reader, session, renaming: new Renaming() });
    const facts = { cassettePath: file, cassette, session: session.name, target: 'http://test', toolVersion: '1' };
    const runId = runStore.beginRun({ ...facts, startedAt });
    bodies.forEach((value, position) => {
      const exchange = reader.exchange(session.id, position)!;
      const body = Buffer.isBuffer(value) ? value : Buffer.from(JSON.stringify(value));
      const sha256 = createHash('sha256').update(body).digest('hex');
      const kept = { sizeBytes: body.length, sha256, truncated: false, fullSizeBytes: body.length };
      const headers = Buffer.isBuffer(value) ? { headers: ['Content-Type', 'image/png'] } : {};
      const outcome = responseOutcome({ body: kept, ...headers });
      const times = { runStartedAt: startedAt, startedAt: startedAt + position, endedAt: startedAt + position + 5 };
      const { method, target } = exchange.request;
      const address = formatAddress({ cassette, session: session.name, position });
      const judgement = judge.judge(exchange, { outcome, body, slots: [] }, times);
      const check = { address, position, method, target, template: target, ...judgement, durationMs: 5 };
      const fresh = { outcome, startedAt: times.startedAt, renames: [] };
      runStore.addCheck(runId, check, { fresh, body });
    });
    runStore.finishRun(runId, 'failed', startedAt + 1000);
    return runId;
  } finally {
    runStore.close();
    reader.close();
  }
}
