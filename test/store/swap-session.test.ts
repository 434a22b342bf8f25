import { describe, expect, test } from 'vitest';
import { contentHash } from '../../src/store/content-hash.ts';
import type { CassetteWriter } from '../../src/store/cassette-writer.ts';
import {
  cassetteOf,
  type ExchangeParts,
  fixedTime,
  newExchange,
  newSession,
  openWriter,
  responseOutcome,
} from '../support/cassette.ts';

const later = fixedTime + 86_400_000;

/** Records a session a day later, in which the Date header and the proxy's port are others. */
function recordAgain(writer: CassetteWriter, bodies: readonly string[], parts: ExchangeParts = {}): number {
  const sessionId = writer.beginSession(newSession({ name: 'again', startedAt: later, toolVersion: '0.2.0' }));
  bodies.forEach((text, position) => {
    writer.insertExchange(
      newExchange(sessionId, {
        position,
        startedAt: later + position,
        durationMs: 77,
        target: `/${position}`,
        requestHeaders: ['Host', '127.0.0.1:5555', 'Accept', '*/*'],
        outcome: responseOutcome({
          headers: ['Content-Type', 'application/json', 'Date', 'Thu, 16 Jan 2025 10:00:00 GMT'],
          body: writer.putBody(Buffer.from(text)),
        }),
        ...parts,
      }),
    );
  });
  writer.finishSession(sessionId, { endedAt: later + 100 });
  return sessionId;
}

const recorded = (bodies: readonly string[]): string =>
  cassetteOf(bodies.map((text, position) => ({ target: `/${position}`, responseBytes: text })));

describe('swapSession', () => {
  test('leaves the session as it was when nothing changed', () => {
    const writer = openWriter(recorded(['a', 'b']));
    const before = writer.reader().session();
    const hash = contentHash(writer.reader());
    writer.swapSession('session-1', recordAgain(writer, ['a', 'b']));
    expect(writer.reader().sessions()).toEqual([before]);
    expect(contentHash(writer.reader())).toBe(hash);
  });

  test('takes a conversation with other messages for another exchange, and the same ones at other times not', () => {
    const writer = openWriter(recorded(['a']));
    const old = writer.reader().exchange(writer.reader().session().id, 0)!;
    const say = (exchangeId: number, text: string, offsetMs: number): void => {
      const { sizeBytes, sha256 } = writer.putBody(Buffer.from(text));
      writer.addStreamEvents(exchangeId, [{ direction: 'request', offsetMs, opcode: 1, sizeBytes, sha256 }]);
    };
    const messages = (): string[] =>
      writer
        .reader()
        .streamEvents(writer.reader().exchange(writer.reader().session().id, 0)!.id)
        .map(({ sha256, offsetMs }) => `${writer.reader().body(sha256!).toString()} ${offsetMs}`);
    say(old.id, 'hello', 5);
    const same = recordAgain(writer, ['a']);
    say(writer.reader().exchange(same, 0)!.id, 'hello', 77);
    writer.swapSession('session-1', same);
    expect(messages()).toEqual(['hello 5']);
    const other = recordAgain(writer, ['a']);
    say(writer.reader().exchange(other, 0)!.id, 'good morning', 77);
    writer.swapSession('session-1', other);
    expect(messages()).toEqual(['good morning 77']);
  });

  test('changes only what changed: equal exchanges keep their row, its times and its baselines', () => {
    const writer = openWriter(recorded(['a', 'b', 'c']));
    const old = [...writer.reader().exchanges(writer.reader().session().id)];
    writer.acceptBaseline(old[2]!.id, {
      outcome: responseOutcome(),
      capturedAt: fixedTime,
      renames: [],
      author: 'Ada',
    });
    writer.swapSession('session-1', recordAgain(writer, ['a', 'changed', 'c', 'new']));
    const sessions = writer.reader().sessions();
    expect(sessions).toMatchObject([{ name: 'session-1', startedAt: later, toolVersion: '0.2.0', exchangeCount: 4 }]);
    const now = [...writer.reader().exchanges(sessions[0]!.id)];
    expect(now.map(({ startedAt }) => startedAt)).toEqual([fixedTime, later + 1, fixedTime + 200, later + 3]);
    expect(now.map(({ durationMs }) => durationMs)).toEqual([5, 77, 5, 77]);
    expect(now.map(({ id }) => old.some((exchange) => exchange.id === id))).toEqual([true, false, true, false]);
    expect(writer.reader().baselines(now[2]!.id)).toHaveLength(2);
    expect(() => writer.reader().body(sha256Of(old[1]!))).toThrow('is not there');
    expect(writer.reader().body(sha256Of(now[1]!)).toString()).toBe('changed');
  });

  test('follows exchanges that moved', () => {
    const writer = openWriter(recorded(['a', 'b']));
    const sessionId = writer.beginSession(newSession({ name: 'again', startedAt: later }));
    const [first, second] = [...writer.reader().exchanges(writer.reader().session('session-1').id)];
    [second!, first!].forEach(({ id: _id, ...exchange }, position) => {
      const { outcome, durationMs, ...running } = exchange;
      writer.insertExchange({ ...running, sessionId, position, epoch: 0, durationMs: durationMs!, outcome: outcome! });
    });
    writer.finishSession(sessionId, { endedAt: later });
    writer.swapSession('session-1', sessionId);
    const now = [...writer.reader().exchanges(writer.reader().session().id)];
    expect(now.map(({ id, request }) => [id, request.target])).toEqual([
      [second!.id, '/1'],
      [first!.id, '/0'],
    ]);
  });

  test.each([
    ['the status', { outcome: responseOutcome({ status: 500 }) }],
    ['a request header', { requestHeaders: ['Host', 'h', 'Accept', 'text/html'] }],
    ['the method', { method: 'POST' }],
    ['a secret', { slots: ['another'] }],
  ])('takes the new recording when %s differs', (_what, parts) => {
    const writer = openWriter(recorded(['']));
    writer.swapSession('session-1', recordAgain(writer, [''], parts));
    expect(writer.reader().session()).toMatchObject({ name: 'session-1', startedAt: later });
    expect(writer.reader().exchange(writer.reader().session().id, 0)!.startedAt).toBe(later);
  });

  test('needs an old session', () => {
    const writer = openWriter(recorded(['a']));
    const sessionId = recordAgain(writer, ['a']);
    expect(() => writer.swapSession('nobody', sessionId)).toThrow(`there is no session nobody in ${writer.path}`);
  });
});

function sha256Of(exchange: { readonly outcome?: ReturnType<typeof responseOutcome> }): string {
  return exchange.outcome?.kind === 'response' ? exchange.outcome.body.sha256 : '';
}
