import { describe, expect, test } from 'vitest';
import { emptyBodySha256, type Outcome, type ResponseFacts } from '../../src/model/exchange.ts';
import {
  cassetteOf,
  type ExchangeParts,
  fixedTime,
  newExchange,
  newSession,
  openReader,
  responseOutcome,
  tempCassette,
} from '../support/cassette.ts';
import { connectTo } from '../support/sqlite-file.ts';

const many = (count: number, parts: (position: number) => ExchangeParts = () => ({})): string =>
  cassetteOf(Array.from({ length: count }, (_, position) => parts(position)));

describe('sessions', () => {
  test('are listed oldest first, found by name, and the newest is the one meant without a name', () => {
    const file = tempCassette((writer) => {
      for (const name of ['b', 'a', 'c']) writer.beginSession(newSession({ name }));
    });
    const reader = openReader(file);
    expect(reader.sessions().map(({ name }) => name)).toEqual(['b', 'a', 'c']);
    expect(reader.session().name).toBe('c');
    expect(reader.session('a').name).toBe('a');
    expect(() => reader.session('d')).toThrow(
      expect.objectContaining({
        code: 'SESSION_MISSING',
        message: `there is no session d in ${file}`,
        hint: 'sessions there: b, a, c',
      }) as Error,
    );
  });

  test('a rewrite that has not taken its place is never the newest, but can be named', () => {
    const reader = openReader(
      tempCassette((writer) => {
        for (const name of ['old', 'login', 'old~rewrite']) writer.beginSession(newSession({ name }));
      }),
    );
    expect(reader.session().name).toBe('login');
    expect(reader.session('old~rewrite').name).toBe('old~rewrite');
  });

  test('of an empty cassette cannot be found', () => {
    const file = tempCassette(() => {});
    expect(() => openReader(file).session()).toThrow(
      expect.objectContaining({ code: 'SESSION_MISSING', hint: 'sessions there: none' }) as Error,
    );
  });
});

describe('exchanges', () => {
  test('come by position, over any number of pages, from anywhere, up to a limit', () => {
    const reader = openReader(many(450));
    const { id } = reader.session();
    const positions = (range?: { from?: number; limit?: number }): number[] =>
      [...reader.exchanges(id, range)].map(({ position }) => position);
    expect(positions()).toEqual(Array.from({ length: 450 }, (_, i) => i));
    expect(positions({ from: 200, limit: 3 })).toEqual([200, 201, 202]);
    expect(positions({ from: 440, limit: 400 })).toHaveLength(10);
    expect(positions({ limit: 200 })).toHaveLength(200);
    expect(positions({ limit: 201 })).toHaveLength(201);
    expect(positions({ from: 450 })).toEqual([]);
    expect(positions({ limit: 0 })).toEqual([]);
    expect(reader.summaries(id, { from: 448 }).map((e) => e.position)).toEqual([448, 449]);
    expect(reader.summaries(id, { limit: 2 }).map((e) => e.position)).toEqual([0, 1]);
    expect(reader.tail(id, 3).map((e) => e.position)).toEqual([447, 448, 449]);
    expect(reader.exchange(id, 450)).toBeUndefined();
    expect(reader.exchangeById(10_000)).toBeUndefined();
  });

  test('can be read while they are listed, and a list may be left in the middle', () => {
    const reader = openReader(cassetteOf([{ responseBytes: 'a' }, { responseBytes: 'b' }]));
    for (const exchange of reader.exchanges(reader.session().id)) {
      expect(reader.exchange(exchange.sessionId, 1)).toBeDefined();
      break;
    }
    const sha256 = (exchange: { outcome?: unknown }): string =>
      (exchange.outcome as { body: { sha256: string } }).body.sha256;
    const texts = [...reader.exchanges(reader.session().id)].map((exchange) =>
      reader.body(sha256(exchange)).toString(),
    );
    expect(texts).toEqual(['a', 'b']);
  });

  test('are summed up in one line each', () => {
    const file = cassetteOf([
      {
        method: 'POST',
        target: '/a?b',
        requestBytes: '12345',
        responseBytes: '123',
        outcome: responseOutcome({ headers: ['content-type', 'Text/HTML; charset=x'] }),
      },
    ]);
    const reader = openReader(file);
    expect(reader.summaries(reader.session().id)).toEqual([
      {
        sessionId: 1,
        session: 'session-1',
        position: 0,
        method: 'POST',
        target: '/a?b',
        targetName: 'default',
        startedAt: fixedTime,
        durationMs: 5,
        status: 200,
        requestBytes: 5,
        responseBytes: 3,
        contentType: 'text/html',
      },
    ]);
  });

  test('with a row that is not JSON where it should be are damage, named by position', () => {
    const file = many(2);
    const connection = connectTo(file, 'write');
    connection.run(`UPDATE exchanges SET request_headers = '[["a"' WHERE position = 1`);
    connection.close();
    const reader = openReader(file);
    expect(reader.exchange(1, 0)).toBeDefined();
    expect(() => reader.exchange(1, 1)).toThrow(`cassette ${file} is damaged: exchange 1 of session 1: `);
  });
});

describe('candidates', () => {
  test('are the recordings of a key in their order, and say which may be served', () => {
    const failure = (code: 'refused' | 'truncated' | 'interrupted' | 'client-aborted') =>
      ({ kind: 'failure', code, message: '' }) as const;
    const outcomes = [
      responseOutcome(),
      failure('refused'),
      failure('truncated'),
      failure('interrupted'),
      failure('client-aborted'),
    ];
    const file = tempCassette((writer) => {
      const id = writer.beginSession(newSession());
      outcomes.forEach((outcome, position) =>
        writer.insertExchange(newExchange(id, { position, epoch: position, outcome })),
      );
      const { outcome: _, durationMs: _d, firstByteMs: _f, ...running } = newExchange(id, { position: 5, epoch: 5 });
      writer.insertRunning(running);
      writer.insertExchange(newExchange(id, { position: 6, requestKey: 'ee'.repeat(16) }));
      const other = writer.beginSession(newSession({ name: 'other' }));
      writer.insertExchange(newExchange(other));
    });
    const reader = openReader(file);
    const candidates = reader.candidates(reader.session('session-1').id, '00112233445566778899aabbccddeeff');
    expect(candidates.map(({ position, epoch, servable }) => [position, epoch, servable])).toEqual([
      [0, 0, true],
      [1, 1, true],
      [2, 2, true],
      [3, 3, false],
      [4, 4, false],
      [5, 5, false],
    ]);
  });
});

describe('streams that their client or the recorder ended', () => {
  test('may be served as far as they go; downloads that were broken off may not', () => {
    const left = (
      response: Partial<ResponseFacts>,
      code: 'client-aborted' | 'interrupted' = 'client-aborted',
    ): Outcome => ({
      kind: 'failure',
      code,
      message: '',
      response: { ...(responseOutcome(response) as ResponseFacts) },
    });
    const mark = { direction: 'response', offsetMs: 1, sizeBytes: 2 } as const;
    const eventStream = ['Content-Type', 'text/event-stream; charset=utf-8'];
    const cut = { sizeBytes: 0, sha256: emptyBodySha256, truncated: true, fullSizeBytes: 4096 };
    const recorded = [
      [left({}), []],
      [left({}), [mark]],
      [left({}), [{ ...mark, direction: 'request' as const }]],
      [left({}, 'interrupted'), [mark]],
      [left({ headers: eventStream }), []],
      [left({ headers: eventStream, body: cut }), [mark]],
      [{ kind: 'failure', code: 'interrupted', message: '' } as const, [mark]],
    ] as const;
    const file = tempCassette((writer) => {
      const id = writer.beginSession(newSession());
      recorded.forEach(([outcome, marks], position) => {
        writer.addStreamEvents(writer.insertExchange(newExchange(id, { position, outcome })), marks);
      });
    });
    const reader = openReader(file);
    const { id } = reader.session();
    const candidates = reader.candidates(id, '00112233445566778899aabbccddeeff');
    expect(candidates.map(({ servable }) => servable)).toEqual([false, true, false, true, true, false, false]);
    expect(reader.servableSummaries(id).map(({ position }) => position)).toEqual([1, 3, 4]);
    expect(reader.servableSummaries(id, { from: 2, limit: 1 }).map(({ position }) => position)).toEqual([3]);
  });
});

describe('neighbours', () => {
  const targets = [
    ['GET', '/a'],
    ['GET', '/orders/1'],
    ['POST', '/orders/7'],
    ['GET', '/orders/8'],
    ['GET', '/orders/7?x'],
    ['DELETE', '/orders/9'],
    ['GET', '/z'],
  ] as const;
  const file = (): string => many(targets.length, (i) => ({ method: targets[i]![0], target: targets[i]![1] }));
  const near = (method: string, path: string, limit: number): string[] => {
    const reader = openReader(file());
    return reader
      .neighbours(reader.session().id, method, path, limit)
      .map(({ request }) => `${request.method} ${request.target}`);
  };

  test('are first of the same path, then of the same method with the nearest paths', () => {
    expect(near('GET', '/orders/7', 4)).toEqual([
      'GET /orders/7?x',
      'POST /orders/7',
      'GET /orders/8',
      'GET /orders/1',
    ]);
    expect(near('DELETE', '/orders/7', 10)).toEqual(['GET /orders/7?x', 'POST /orders/7', 'DELETE /orders/9']);
  });

  test('are never more than asked for, and all of the method at the most', () => {
    expect(near('GET', '/orders/7', 1)).toEqual(['GET /orders/7?x']);
    expect(near('GET', '/orders/77', 2)).toEqual(['GET /orders/8', 'GET /orders/7?x']);
    expect(near('GET', '/zzz', 3)).toEqual(['GET /z', 'GET /orders/8', 'GET /orders/7?x']);
    expect(near('BREW', '/pot', 3)).toEqual([]);
  });

  test('are found by index however long the session is', () => {
    const reader = connectTo(file(), 'read');
    for (const sql of [
      'SELECT * FROM exchanges WHERE session_id = 1 AND method = ? AND path = ? ORDER BY position LIMIT 3',
      'SELECT * FROM exchanges WHERE session_id = 1 AND method = ? AND path > ? ORDER BY path, position LIMIT 3',
      'SELECT * FROM exchanges WHERE session_id = 1 AND method = ? AND path < ? ORDER BY path DESC, position DESC LIMIT 3',
      'SELECT * FROM exchanges WHERE session_id = 1 AND request_key = ? ORDER BY position || ?',
    ]) {
      const plan = reader.all<{ detail: string }>(`EXPLAIN QUERY PLAN ${sql}`, 'a', 'b');
      expect(plan[0]!.detail).toMatch(/^SEARCH exchanges USING INDEX exchanges_by_(method|key)/);
    }
    reader.close();
  });
});
