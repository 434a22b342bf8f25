import { describe, expect, test } from 'vitest';
import { shiftOf, type TimeOptions } from '../../src/proxy/answer-time.ts';
import { fixedTime } from '../support/cassette.ts';
import { startReplay, type TestReplay } from '../support/replay.ts';
import { get, post, type Recorded, replayable } from '../support/replayable.ts';

const age = 40 * 86_400_000 + 3_605_000;
const iso = (at: number): string => new Date(at).toISOString();
/** What programs write of a moment in the recording. */
const made = fixedTime + 50;
const json = '\nContent-Type: application/json';

const answerOf = (value: unknown, headers: readonly string[] = []): Partial<Recorded> => {
  const answer = JSON.stringify(value);
  return {
    answer,
    response: {
      headers: [...headers, 'Content-Type', 'application/json', 'Content-Length', String(answer.length)],
    },
  };
};

async function replayed(exchanges: readonly Recorded[], time: Partial<TimeOptions> = {}): Promise<TestReplay> {
  return startReplay(replayable({ exchanges }), {
    time: { startedAt: fixedTime + age, keys: {}, onUnsigned: () => {}, ...time },
  });
}

const ask = async (replay: TestReplay, head: string, body?: string): Promise<string> =>
  String((await replay.send(head, body)).body);

describe('an answer with its times moved', () => {
  test('has them in headers and body, each in its form, and all else as recorded', async () => {
    const date = new Date(made).toUTCString();
    const value = { createdAt: iso(made), s: Math.floor(made / 1000), since: '2019-01-01T00:00:00Z' };
    const replay = await replayed([{ target: '/a', ...answerOf(value, ['Date', date, 'X-Other', 'kept']) }]);
    const response = await replay.send('GET /a');
    expect(JSON.parse(String(response.body))).toEqual({
      createdAt: iso(made + age),
      s: Math.floor(made / 1000) + age / 1000,
      since: '2019-01-01T00:00:00Z',
    });
    expect(response.headers).toContainEqual(['Date', new Date(made + age).toUTCString()]);
    expect(response.headers).toContainEqual(['X-Other', 'kept']);
    expect(replay.events).toMatchObject([
      {
        changes: [
          { place: 'header:date', from: 'time', count: 1 },
          { place: 'body', from: 'time', count: 2 },
        ],
      },
    ]);
  });

  test('is found by what it said: times that come back mean the recorded ones', async () => {
    const exchanges: Recorded[] = [
      { target: '/orders', ...answerOf({ next: iso(made) }) },
      get(`/orders?since=${encodeURIComponent(iso(made))}`, 'later ones'),
      { ...post('/seen', `{"until":"${iso(made)}","n":1}`, 'seen') },
    ];
    const replay = await replayed(exchanges);
    const given = iso(made + age);
    expect((await replay.send(`GET /orders?since=${given}\nX-Retake-Lane: other`)).startLine).toContain('502');
    expect(JSON.parse(await ask(replay, 'GET /orders'))).toEqual({ next: given });
    expect(await ask(replay, `GET /orders?since=${encodeURIComponent(given)}`)).toBe('later ones');
    expect(await ask(replay, `GET /orders?since=${given}`)).toBe('later ones');
    expect(await ask(replay, `POST /seen${json}`, `{"n":1,"until":"${given}"}`)).toBe('seen');
    const { ledger } = await replay.stop();
    expect(ledger).toMatchObject({ hits: 4, misses: 1, relaxed: 0 });
  });

  test('keeps what the client says itself, and says what it was told', async () => {
    const exchanges: Recorded[] = [
      { ...post('/notes', `{"at":"${iso(made)}"}`, ''), ...answerOf({ at: iso(made), storedAt: iso(made + 7) }) },
    ];
    const replay = await replayed(exchanges);
    const said = await ask(replay, `POST /notes${json}`, `{"at":"${iso(made)}"}`);
    expect(JSON.parse(said)).toEqual({ at: iso(made), storedAt: iso(made + 7 + age) });
  });

  test('says a time that it gave before in the same way', async () => {
    const exchanges: Recorded[] = [
      { target: '/a', ...answerOf({ at: iso(made) }) },
      { ...post('/notes', `{"at":"${iso(made)}"}`, ''), ...answerOf({ at: iso(made) }) },
    ];
    const replay = await replayed(exchanges);
    const { at } = JSON.parse(await ask(replay, 'GET /a')) as { at: string };
    expect(JSON.parse(await ask(replay, `POST /notes${json}`, `{"at":"${at}"}`))).toEqual({ at });
  });

  test('carries the values of the client too', async () => {
    const [a, b] = ['3f2504e0-4f89-41d3-9a0c-0305e82c3301', '8c9e6679-7425-40de-944b-e07fc1f90ae7'];
    const replay = await replayed([{ ...post('/docs', `{"id":"${a}"}`, ''), ...answerOf({ id: a, at: iso(made) }) }]);
    expect(JSON.parse(await ask(replay, `POST /docs${json}`, `{"id":"${b}"}`))).toEqual({ id: b, at: iso(made + age) });
  });

  test('warns once of tokens that nothing can sign', async () => {
    const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    const token = `${part({ alg: 'RS256' })}.${part({ iat: Math.floor(made / 1000) })}.c2ln`;
    let said = 0;
    const exchanges = [
      { target: '/a', ...answerOf({ token }) },
      { target: '/b', ...answerOf({ token }) },
    ];
    const replay = await replayed(exchanges, { onUnsigned: () => (said += 1) });
    expect(JSON.parse(await ask(replay, 'GET /a'))).toEqual({ token });
    await ask(replay, 'GET /b');
    expect(said).toBe(1);
  });
});

test('the distance is in whole seconds', () => {
  expect(shiftOf({ startedAt: 1500 }, 4000)).toBe(2000);
});
