import { readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { emptyBody, emptyBodySha256 } from '../../src/model/exchange.ts';
import type { StreamEvent } from '../../src/model/stream-event.ts';
import {
  cassetteOf,
  fixedTime,
  newExchange,
  newSession,
  openReader,
  openWriter,
  responseOutcome,
  tempCassette,
} from '../support/cassette.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { connectTo } from '../support/sqlite-file.ts';

const newFile = (): string => path.join(tempFolder(), 'x.cassette');

describe('sessions', () => {
  test('keep what was known at their start', () => {
    const session = newSession({ name: 'log-in', gitCommit: 'abc', tags: { ticket: 'R-1' }, redacted: false });
    const file = tempCassette((writer) => {
      const id = writer.beginSession(session);
      writer.finishSession(id, { endedAt: fixedTime + 10.6, incomplete: 'disk full' });
    });
    expect(openReader(file).session()).toEqual({
      ...session,
      id: 1,
      endedAt: fixedTime + 11,
      incomplete: 'disk full',
      exchangeCount: 0,
    });
  });

  test('have names of their own', () => {
    const writer = openWriter(newFile());
    writer.beginSession(newSession());
    expect(() => writer.beginSession(newSession())).toThrow(`session session-1 already exists in ${writer.path}`);
  });

  test('are taken out with everything only they need', () => {
    const shared = 'in both';
    const file = cassetteOf([{ responseBytes: shared }, { responseBytes: 'only here' }]);
    const writer = openWriter(file);
    const other = writer.beginSession(newSession({ name: 'other' }));
    const body = writer.putBody(Buffer.from(shared));
    writer.insertExchange(newExchange(other, { outcome: responseOutcome({ body }) }));
    const first = writer.reader().session('session-1');
    const gone = writer.reader().exchange(first.id, 1)!.outcome!;
    const kept = writer.reader().exchange(first.id, 0)!;
    writer.addRedactedSlots(first.id, [
      { position: 0, side: 'request', place: 'query:key[0]', rule: 'query:key', name: 'KEY', pseudonym: 'x' },
    ]);
    writer.addStreamEvents(kept.id, [{ direction: 'response', offsetMs: 1, sizeBytes: 1 }]);
    writer.acceptBaseline(kept.id, { outcome: kept.outcome!, capturedAt: fixedTime, renames: [] });
    writer.deleteSession(first.id);
    expect(
      writer
        .reader()
        .sessions()
        .map(({ name }) => name),
    ).toEqual(['other']);
    expect(writer.reader().body(body.sha256).toString()).toBe(shared);
    expect(gone.kind === 'response' && gone.body.sizeBytes).toBe('only here'.length);
    expect(() => writer.reader().body(gone.kind === 'response' ? gone.body.sha256 : '')).toThrow('is not there');
    writer.close();
    const connection = connectTo(file, 'read');
    for (const table of ['redacted_slots', 'stream_events', 'baselines']) {
      expect(connection.get(`SELECT count(*) AS n FROM ${table}`)).toEqual({ n: 0 });
    }
    connection.close();
  });
});

describe('exchanges', () => {
  test('that have ended are one insert and read back as they were given', () => {
    const writer = openWriter(newFile());
    const sessionId = writer.beginSession(newSession());
    const exchange = newExchange(sessionId, {
      position: 3,
      epoch: 2,
      targetName: 'payments',
      method: 'POST',
      target: '/a?b=%2F&c=caf\u00e9',
      requestHeaders: ['X-A', '1', 'x-a', '', 'X-Latin', '\u00e9\u00ff'],
      requestBody: writer.putBody(Buffer.from('hello')),
      slots: ['one', 'two "quoted"'],
      outcome: responseOutcome({
        status: 599,
        reason: 'Odd \u00e9',
        httpVersion: '1.0',
        headers: ['Set-Cookie', 'a', 'Set-Cookie', 'b'],
        trailers: ['X-T', 't'],
        framing: 'close',
        informational: [{ status: 103, headers: ['Link', '<a>'] }],
        body: { ...writer.putBody(Buffer.from('cut')), truncated: true, fullSizeBytes: 9 },
      }),
    });
    const id = writer.insertExchange(exchange);
    const { epoch, ...read } = exchange;
    expect(writer.reader().exchange(sessionId, 3)).toEqual({ id, ...read });
    expect(writer.reader().candidates(sessionId, exchange.requestKey)).toMatchObject([
      { id, position: 3, since: epoch, slots: exchange.slots, servable: false, switches: false },
    ]);
  });

  test('that failed keep code and message, and the response as far as it came', () => {
    const writer = openWriter(newFile());
    const sessionId = writer.beginSession(newSession());
    const { kind: _kind, ...response } = responseOutcome() as Extract<
      ReturnType<typeof responseOutcome>,
      { kind: 'response' }
    >;
    const outcomes = [
      { kind: 'failure', code: 'dns', message: 'getaddrinfo ENOTFOUND nowhere' },
      { kind: 'failure', code: 'reset', message: 'read ECONNRESET', response },
    ] as const;
    outcomes.forEach((outcome, position) => {
      writer.insertExchange(newExchange(sessionId, { position, outcome }));
      expect(writer.reader().exchange(sessionId, position)!.outcome).toEqual(outcome);
    });
    expect(writer.reader().summaries(sessionId)).toMatchObject([
      { failure: 'dns', responseBytes: 0, contentType: '' },
      { failure: 'reset', status: 200, contentType: 'application/json' },
    ]);
    expect(writer.reader().summaries(sessionId)[0]).not.toHaveProperty('status');
  });

  test('are visible while they run, to other readers too, and get their final request at the end', () => {
    const writer = openWriter(newFile());
    const sessionId = writer.beginSession(newSession());
    const { outcome, durationMs, firstByteMs, ...running } = newExchange(sessionId, { method: 'PUT', target: '/up' });
    const id = writer.insertRunning(running);
    const reader = openReader(writer.path);
    const seen = reader.exchange(sessionId, 0)!;
    expect(seen).toMatchObject({ id, request: running.request });
    expect(seen).not.toHaveProperty('outcome');
    expect(reader.candidates(sessionId, running.requestKey)).toMatchObject([{ servable: false }]);
    expect(reader.baselines(id)).toEqual([]);
    const request = { ...running.request, body: writer.putBody(Buffer.from('uploaded')) };
    writer.finishExchange(id, { outcome, durationMs, firstByteMs: firstByteMs!, request, requestKey: 'ff'.repeat(16) });
    expect(reader.exchange(sessionId, 0)).toMatchObject({ request, outcome, durationMs, requestKey: 'ff'.repeat(16) });
    expect(reader.session().exchangeCount).toBe(1);
  });

  test('keep the request they started with when the end says nothing about it', () => {
    const writer = openWriter(newFile());
    const sessionId = writer.beginSession(newSession());
    const { outcome, durationMs, firstByteMs: _first, ...running } = newExchange(sessionId, { slots: ['s'] });
    const id = writer.insertRunning(running);
    writer.finishExchange(id, { outcome, durationMs });
    const stored = writer.reader().exchange(sessionId, 0)!;
    expect(stored).toMatchObject({ request: running.request, requestKey: running.requestKey, slots: ['s'], outcome });
    expect(stored).not.toHaveProperty('firstByteMs');
  });

  test('of one transaction are stored together or not at all', () => {
    const writer = openWriter(newFile());
    const sessionId = writer.beginSession(newSession());
    expect(() =>
      writer.transaction(() => {
        writer.insertExchange(newExchange(sessionId, { position: 0 }));
        writer.insertExchange(newExchange(sessionId, { position: 0 }));
      }),
    ).toThrow('UNIQUE constraint failed');
    expect(writer.reader().session().exchangeCount).toBe(0);
  });
});

describe('what belongs to exchanges', () => {
  test('events go on where they stopped; marks are those without a payload of their own', () => {
    const writer = openWriter(newFile());
    const id = writer.insertExchange(newExchange(writer.beginSession(newSession())));
    const { sha256 } = writer.putBody(Buffer.from('hello'));
    const events: StreamEvent[] = [
      { direction: 'response', offsetMs: 1.5, sizeBytes: 10 },
      { direction: 'request', offsetMs: 2.5, sizeBytes: 7 },
      { direction: 'request', offsetMs: 3, opcode: 1, sizeBytes: 5, sha256 },
      { direction: 'response', offsetMs: 300, opcode: 9, sizeBytes: 0, sha256: emptyBodySha256 },
      { direction: 'response', offsetMs: 301, sizeBytes: 5, sha256 },
    ];
    writer.addStreamEvents(id, events.slice(0, 2));
    writer.addStreamEvents(id, events.slice(2));
    expect(writer.reader().streamEvents(id)).toEqual(events);
    expect(writer.reader().streamEvents(id, { from: 1, limit: 2 })).toEqual(events.slice(1, 3));
    expect(writer.reader().streamMarks(id)).toEqual([{ offsetMs: 1.5, sizeBytes: 10 }]);
  });

  test('a payload that was cut says how much of it is there', () => {
    const writer = openWriter(newFile());
    const id = writer.insertExchange(newExchange(writer.beginSession(newSession())));
    const { sha256 } = writer.putBody(Buffer.from('hel'));
    const event = { direction: 'request', offsetMs: 1, opcode: 2, sizeBytes: 5 } as const;
    writer.addStreamEvents(id, [
      { ...event, sha256 },
      { ...event, sha256: emptyBodySha256 },
    ]);
    expect(writer.reader().streamEvents(id)).toEqual([
      { ...event, sha256, storedBytes: 3 },
      { ...event, sha256: emptyBodySha256, storedBytes: 0 },
    ]);
  });

  test('baselines start with the recording and are numbered on', () => {
    const writer = openWriter(newFile());
    const recorded = newExchange(writer.beginSession(newSession()));
    const id = writer.insertExchange(recorded);
    const accepted = {
      outcome: responseOutcome({ status: 201, body: writer.putBody(Buffer.from('new')) }),
      capturedAt: fixedTime + 5,
      renames: [['old-id', 'new-id']] as const,
      acceptedAt: fixedTime + 6,
      author: 'Ada',
      note: 'why',
      run: 'run 3',
    };
    expect(writer.acceptBaseline(id, accepted)).toBe(2);
    expect(writer.acceptBaseline(id, { outcome: recorded.outcome, capturedAt: fixedTime, renames: [] })).toBe(3);
    expect(writer.reader().baselines(id)).toEqual([
      { version: 1, outcome: recorded.outcome, capturedAt: recorded.startedAt, renames: [] },
      { version: 2, ...accepted },
      { version: 3, outcome: recorded.outcome, capturedAt: fixedTime, renames: [] },
    ]);
  });

  test('decisions keep who said what about which difference', () => {
    const writer = openWriter(newFile());
    const exchangeId = writer.insertExchange(newExchange(writer.beginSession(newSession())));
    const reject = { exchangeId, action: 'reject', author: 'Ada', at: fixedTime } as const;
    const accept = {
      exchangeId,
      action: 'accept',
      difference: 'body:/a',
      baselineVersion: 2,
      author: 'Bo',
      note: 'n',
      run: 'run 1',
      at: fixedTime,
    } as const;
    expect([writer.addDecision(reject), writer.addDecision(accept)]).toEqual([1, 2]);
    expect(writer.reader().decisions(exchangeId)).toEqual([
      { id: 1, ...reject },
      { id: 2, ...accept },
    ]);
  });
});

test('closing twice does nothing more, and leaves one file', () => {
  const writer = openWriter(newFile());
  expect(writer.putBody(Buffer.alloc(0))).toBe(emptyBody);
  writer.close();
  writer.close();
  expect(readdirSync(path.dirname(writer.path))).toEqual(['x.cassette']);
});

test('20,000 exchanges of 1 KiB in groups of 256 pass an integrity check', () => {
  const file = newFile();
  const writer = openWriter(file);
  const sessionId = writer.beginSession(newSession());
  const bytes = Buffer.alloc(1024, 'x');
  for (let first = 0; first < 20_000; first += 256) {
    writer.transaction(() => {
      for (let position = first; position < Math.min(20_000, first + 256); position += 1) {
        bytes.writeUInt32LE(position);
        const outcome = responseOutcome({ body: writer.putBody(bytes) });
        const requestKey = position.toString(16).padStart(32, '0');
        writer.insertExchange(newExchange(sessionId, { position, requestKey, target: `/${position}`, outcome }));
      }
    });
  }
  writer.finishSession(sessionId, { endedAt: fixedTime });
  writer.close();
  const connection = connectTo(file, 'read');
  expect(connection.pragma('integrity_check')).toBe('ok');
  connection.close();
  expect(openReader(file).session().exchangeCount).toBe(20_000);
});
