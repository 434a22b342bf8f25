import { hash } from 'node:crypto';
import { mkdirSync, renameSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { emptyBody } from '../src/model/exchange.ts';
import { requestKey } from '../src/match/request-key.ts';
import { noMatchRules } from '../src/model/match-rule-set.ts';
import { indexVersion } from '../src/proxy/index-version.ts';
import { CassetteWriter } from '../src/store/cassette-writer.ts';
import type { IndexedRecording } from '../src/store/replay-index.ts';
import { cassetteSteps } from '../src/store/schema.ts';

const groupSize = 10_000;

/** Grows with every change to what is written here: a cassette of another version is made anew. */
const contentVersion = 2;

/** A cassette as `writeLargeCassette` makes it, kept between runs: a million exchanges take a minute or two to write. */
export function largeCassette(count: number): string {
  const folder = path.join(tmpdir(), 'retake-bench-cassettes');
  mkdirSync(folder, { recursive: true });
  const version = hash('sha256', JSON.stringify([contentVersion, cassetteSteps])).slice(0, 8);
  const file = path.join(folder, `items-${count}-${version}.cassette`);
  if (statSync(file, { throwIfNoEntry: false })?.isFile()) return file;
  const draft = path.join(folder, `draft-${process.pid}.cassette`);
  rmSync(draft, { force: true });
  writeLargeCassette(draft, count);
  renameSync(draft, file);
  return file;
}

/**
 * Writes a cassette with one session of `count` different GET requests (`/items/0` …), each answered with its own JSON of
 * about 1 KiB, through the same store and match rules as the recorder, which would need minutes for it.
 */
export function writeLargeCassette(file: string, count: number): void {
  const writer = CassetteWriter.open(file, { create: 'if-missing' });
  const startedAt = Date.UTC(2026, 0, 1);
  const sessionId = writer.beginSession({
    name: 'large',
    startedAt,
    targets: [{ name: 'default', url: 'http://127.0.0.1:3000' }],
    toolVersion: 'bench',
    tags: {},
    redacted: false,
  });
  const indexed: IndexedRecording[] = [];
  for (let from = 0; from < count; from += groupSize) {
    writer.transaction(() => {
      for (let position = from; position < Math.min(from + groupSize, count); position += 1) {
        indexed.push(insertItem(writer, sessionId, position, startedAt + position));
      }
    });
  }
  writer.finishSession(sessionId, { endedAt: startedAt + count });
  // What the recorder would find out about a session without writes; in the order of the tree, which saves minutes.
  indexed.sort((a, b) => (a.requestKey < b.requestKey ? -1 : 1));
  writer.writeIndex(sessionId, indexVersion(noMatchRules), indexed);
  writer.close();
}

function insertItem(writer: CassetteWriter, sessionId: number, position: number, startedAt: number): IndexedRecording {
  const target = `/items/${position}`;
  const headers = ['Host', '127.0.0.1:3000', 'Accept', '*/*'];
  const { key, slots } = requestKey({ targetName: 'default', method: 'GET', target, headers, body: undefined }, []);
  const json = Buffer.from(JSON.stringify({ id: position, name: `item ${position}`, text: 'x'.repeat(960) }));
  const responseHeaders = ['Content-Type', 'application/json', 'Content-Length', String(json.length)];
  const id = writer.insertExchange({
    sessionId,
    position,
    epoch: 0,
    targetName: 'default',
    startedAt,
    firstByteMs: 1,
    durationMs: 1,
    request: { method: 'GET', target, httpVersion: '1.1', headers, trailers: [], body: emptyBody },
    requestKey: key,
    slots,
    outcome: {
      kind: 'response',
      status: 200,
      reason: 'OK',
      httpVersion: '1.1',
      headers: responseHeaders,
      trailers: [],
      body: writer.putBody(json),
      framing: 'length',
      informational: [],
    },
  });
  const facts = { servable: true, switches: false, isWrite: false, state: 0, since: 0 };
  return { id, position, epoch: 0, slots, requestKey: key, ...facts };
}
