import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { isWrite } from '../../src/model/exchange.ts';
import { fixedTime, newExchange, newSession, openReader, openWriter, tempCassette } from '../support/cassette.ts';
import { holdCassette } from '../support/held-cassette.ts';
import { tempFolder } from '../support/temp-folder.ts';
import { connectTo } from '../support/sqlite-file.ts';
import { valueFlow } from '../support/value-flow.ts';

const slot = (position: number) =>
  ({ position, side: 'request', place: 'query:k[0]', rule: 'query:k', name: 'K', pseudonym: `p${position}` }) as const;
const flow = (from: number, to: number) => valueFlow({ from, to, value: `v${from}-${to}` });

describe('what a crash left', () => {
  test('is finished by the next writer: interrupted, gapless, ended, and said so', async () => {
    const file = path.join(tempFolder(), 'crash.cassette');
    const holder = await holdCassette('record', file);
    await holder.kill();
    openWriter(file).close();
    const reader = openReader(file);
    const session = reader.session('crashed');
    expect(session).toMatchObject({
      startedAt: fixedTime,
      endedAt: fixedTime + 200,
      incomplete: 'the recorder ended without a stop (crash or power loss): the last exchanges may be missing',
      exchangeCount: 2,
    });
    expect([...reader.exchanges(session.id)]).toMatchObject([
      { position: 0, request: { target: '/answered' }, outcome: { kind: 'response' } },
      {
        position: 1,
        request: { target: '/running' },
        outcome: {
          kind: 'failure',
          code: 'interrupted',
          message: 'the recorder stopped before the exchange had ended',
        },
      },
    ]);
    const answered = reader.exchange(session.id, 0)!.outcome!;
    expect(reader.body(answered.kind === 'response' ? answered.body.sha256 : '').toString()).toBe('answered');
    const connection = connectTo(file, 'read');
    expect(
      connection.get('SELECT count(*) AS bodies, (SELECT count(*) FROM body_chunks) AS chunks FROM bodies'),
    ).toEqual({
      bodies: 1,
      chunks: 0,
    });
    expect(connection.pragma('integrity_check')).toBe('ok');
    connection.close();
  });

  test('leaves finished sessions alone', () => {
    const file = tempCassette((writer) => {
      writer.finishSession(writer.beginSession(newSession()), { endedAt: fixedTime + 7 });
    });
    const before = openReader(file).sessions();
    openWriter(file).close();
    expect(openReader(file).sessions()).toEqual(before);
  });

  test('of a session without any exchange ends where it began', () => {
    const file = tempCassette((writer) => void writer.beginSession(newSession()));
    openWriter(file).close();
    expect(openReader(file).session()).toMatchObject({ endedAt: fixedTime, exchangeCount: 0 });
  });
});

describe('gaps', () => {
  test('close when a session ends, in exchanges, redacted slots and flows; epochs are counted again', () => {
    const methods = ['GET', 'POST', 'GET', 'PUT', 'GET', 'GET'];
    const file = tempCassette((writer) => {
      const sessionId = writer.beginSession(newSession());
      const ids = methods.map((method, position) => {
        const epoch = methods.slice(0, position).filter(isWrite).length;
        return writer.insertExchange(newExchange(sessionId, { position, epoch, method, target: `/${position}` }));
      });
      writer.addRedactedSlots(sessionId, [slot(0), slot(1), slot(2), slot(5)]);
      writer.addFlows(sessionId, [flow(0, 2), flow(1, 3), flow(2, 5)]);
      writer.dropExchange(ids[1]!);
      writer.dropExchange(ids[4]!);
      writer.finishSession(sessionId, { endedAt: fixedTime });
    });
    const reader = openReader(file);
    const { id, exchangeCount } = reader.session();
    expect(exchangeCount).toBe(4);
    expect([...reader.exchanges(id)].map(({ position, request }) => [position, request.target])).toEqual([
      [0, '/0'],
      [1, '/2'],
      [2, '/3'],
      [3, '/5'],
    ]);
    expect(reader.candidates(id, '00112233445566778899aabbccddeeff').map(({ epoch }) => epoch)).toEqual([0, 0, 0, 1]);
    expect(reader.redactedSlots(id).map(({ position, pseudonym }) => [position, pseudonym])).toEqual([
      [0, 'p0'],
      [1, 'p2'],
      [3, 'p5'],
    ]);
    expect(reader.flows(id).map(({ from, to, value }) => [from, to, value])).toEqual([
      [0, 1, 'v0-2'],
      [1, 3, 'v2-5'],
    ]);
  });

  test('of one session do not move another', () => {
    const file = tempCassette((writer) => {
      const first = writer.beginSession(newSession({ name: 'first' }));
      const second = writer.beginSession(newSession({ name: 'second' }));
      for (const sessionId of [first, second]) {
        for (const position of [1, 4]) writer.insertExchange(newExchange(sessionId, { position }));
      }
      writer.finishSession(first, { endedAt: fixedTime });
    });
    const reader = openReader(file);
    const positions = (name: string): number[] => reader.summaries(reader.session(name).id).map((e) => e.position);
    expect([positions('first'), positions('second')]).toEqual([
      [0, 1],
      [1, 4],
    ]);
  });
});
