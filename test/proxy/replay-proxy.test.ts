import { describe, expect, test } from 'vitest';
import { AppError } from '../../src/base/errors.ts';
import { instant } from '../../src/proxy/pace.ts';
import { startReplayProxy } from '../../src/proxy/replay-proxy.ts';
import { createRedactor } from '../../src/redact/redactor.ts';
import { openReader } from '../support/cassette.ts';
import { connectRaw } from '../support/raw-client.ts';
import { plainSetup, startReplay } from '../support/replay.ts';
import { counter, get, post, type Recorded, replayable } from '../support/replayable.ts';
import { valueOf } from '../support/byte-reader.ts';

const key = Buffer.alloc(32, 7);

const json = '\nContent-Type: application/json';

describe('what is served', () => {
  test('the recorded answer, and the ledger knows', async () => {
    const replay = await startReplay(replayable({ exchanges: [get('/a', 'one'), get('/b', 'two')] }));
    const message = await replay.send('GET /b');
    expect(message.startLine).toBe('HTTP/1.1 200 OK');
    expect(String(message.body)).toBe('two');
    expect(replay.events).toMatchObject([
      {
        kind: 'hit',
        address: 'shop:session-1/1',
        lane: 'default',
        exchange: { method: 'GET', target: '/b', status: 200 },
      },
    ]);
    const { ledger } = await replay.stop();
    expect(ledger).toMatchObject({ hits: 1, misses: 0, unused: 1 });
    expect(ledger.unusedList).toEqual([
      { address: 'shop:session-1/0', method: 'GET', target: '/a', targetName: 'default' },
    ]);
  });

  test('query names and JSON members in another order, and a compressed body, are the same request', async () => {
    const replay = await startReplay(
      replayable({ exchanges: [get('/a?x=1&y=2', 'query'), post('/b', '{"x":1,"y":[2]}', 'json')] }),
    );
    expect(String((await replay.send('GET /a?y=2&x=1')).body)).toBe('query');
    expect(String((await replay.send(`POST /b${json}`, '{ "y": [2], "x": 1.0 }')).body)).toBe('json');
  });

  test('HEAD is not answered from GET, nor GET from POST', async () => {
    const replay = await startReplay(replayable({ exchanges: [get('/a', 'one'), post('/b', '', 'two')] }));
    expect((await replay.send('HEAD /a')).startLine).toBe('HTTP/1.1 502 Bad Gateway');
    expect((await replay.send('GET /b')).startLine).toBe('HTTP/1.1 502 Bad Gateway');
    expect((await replay.stop()).ledger.misses).toBe(2);
  });

  test('headers take no part: another token or cookie is the same request', async () => {
    const headers = ['Host', 'a', 'Authorization', 'Bearer first', 'Cookie', 'sid=1'];
    const replay = await startReplay(replayable({ key, exchanges: [{ target: '/me', headers, answer: 'you' }] }));
    const message = await replay.send('GET /me\nAuthorization: Bearer other\nCookie: sid=2; more=3');
    expect(String(message.body)).toBe('you');
  });

  test('a large body streams', async () => {
    const bytes = Buffer.alloc(5 * 1024 * 1024, 'x');
    const replay = await startReplay(replayable({ exchanges: [{ target: '/big', answer: bytes }] }));
    const message = await replay.send('GET /big');
    expect(message.complete).toBe(true);
    expect(message.body.equals(bytes)).toBe(true);
  });

  test('a recorded failure is a hit', async () => {
    const outcome = { kind: 'failure', code: 'refused', message: 'upstream refused the connection' } as const;
    const replay = await startReplay(replayable({ exchanges: [{ target: '/down', outcome }] }));
    const message = await replay.send('GET /down');
    expect(message.startLine).toBe('HTTP/1.1 502 Bad Gateway');
    expect(valueOf(message.headers, 'x-retake-failure')).toBe('refused');
    expect(valueOf(message.headers, 'x-retake-miss')).toBeUndefined();
    expect((await replay.stop()).ledger).toMatchObject({ hits: 1, misses: 0, unused: 0 });
  });

  test('each target has a listener of its own', async () => {
    const targets = [
      { name: 'api', url: 'http://127.0.0.1:1' },
      { name: 'web', url: 'http://127.0.0.1:2' },
    ];
    const exchanges = [
      { ...get('/', 'from api'), targetName: 'api' },
      { ...get('/', 'from web'), targetName: 'web' },
    ];
    const replay = await startReplay(replayable({ targets, exchanges }));
    const bodies = await Promise.all(
      replay.ports.map(async (port) => {
        const client = await connectRaw(port);
        await client.write('GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
        const message = await client.read.response();
        client.close();
        return String(message.body);
      }),
    );
    expect(bodies).toEqual(['from api', 'from web']);
  });
});

describe('a recording with only a part of the request body', () => {
  const cut = (sizeBytes: number | undefined): Recorded => ({ ...post('/up', '{"n":', 'early'), cut: { sizeBytes } });

  test('answers a body of the same size, as a relaxation', async () => {
    const replay = await startReplay(replayable({ exchanges: [cut(7)] }));
    expect(String((await replay.send(`POST /up${json}`, '{"n":1}')).body)).toBe('early');
    const { ledger } = await replay.stop();
    expect(ledger.relaxationList).toEqual([
      {
        address: 'shop:session-1/0',
        words: 'only a part of the recorded request body is known; the body was compared by its size',
        lane: 'default',
        count: 1,
      },
    ]);
  });

  test('does not answer a body of another size, nor none', async () => {
    const replay = await startReplay(replayable({ exchanges: [cut(8)] }));
    expect((await replay.send(`POST /up${json}`, '{"n":1}')).startLine).toContain('502');
    expect((await replay.send('POST /up')).startLine).toContain('502');
  });

  test('answers any body when its size is not known', async () => {
    const replay = await startReplay(replayable({ exchanges: [cut(undefined)] }));
    expect(String((await replay.send(`POST /up${json}`, '{"n":1234}')).body)).toBe('early');
  });

  test('gives way to one that has the body', async () => {
    const replay = await startReplay(replayable({ exchanges: [cut(7), post('/up', '{"n":1}', 'whole')] }));
    expect(String((await replay.send(`POST /up${json}`, '{"n":1}')).body)).toBe('whole');
  });
});

describe('which recording is chosen', () => {
  test('reads see the writes of their lane, and the same again after a restart', async () => {
    const file = replayable({ exchanges: counter });
    for (const round of [1, 2]) {
      const replay = await startReplay(file);
      const seen: string[] = [];
      for (const step of ['GET', 'GET', 'POST', 'GET', 'POST', 'GET', 'GET']) {
        const isGet = step === 'GET';
        const message = await replay.send(`${step} /count${isGet ? '' : json}`, isGet ? undefined : '{"add":1}');
        seen.push(String(message.body));
      }
      expect(seen, `round ${round}`).toEqual(['0', '0', 'added', '1', 'added again', '2', '2']);
      expect((await replay.stop()).ledger).toMatchObject({ hits: 7, misses: 0, unused: 0 });
    }
  });

  test('lanes do not meet, and their header goes no further', async () => {
    const replay = await startReplay(replayable({ exchanges: counter }));
    const ask = async (head: string, body?: string): Promise<string> => String((await replay.send(head, body)).body);
    expect(await ask(`POST /count${json}\nX-Retake-Lane: one`, '{"add":1}')).toBe('added');
    expect(await ask('GET /count\nX-Retake-Lane: one')).toBe('1');
    expect(await ask('GET /count\nx-retake-lane: two')).toBe('0');
    expect(await ask('GET /count')).toBe('0');
    expect(replay.events.map((event) => event.kind === 'hit' && event.lane)).toEqual(['one', 'one', 'two', 'default']);
  });

  test('60 equal requests at once: the recordings in order, then the last again', async () => {
    const exchanges = Array.from({ length: 10 }, (_, i) => get('/tick', `tick ${i}`));
    const replay = await startReplay(replayable({ exchanges }));
    const messages = await Promise.all(Array.from({ length: 60 }, () => replay.send('GET /tick')));
    const counts = Map.groupBy(messages, ({ body }) => String(body));
    for (let i = 0; i < 9; i += 1) expect(counts.get(`tick ${i}`)).toHaveLength(1);
    expect(counts.get('tick 9')).toHaveLength(51);
  });

  test('60 different requests at once each get their own answer', async () => {
    const exchanges = Array.from({ length: 60 }, (_, i) => post('/echo', `{"n":${i}}`, `answer ${i}`));
    const replay = await startReplay(replayable({ exchanges }));
    const messages = await Promise.all(exchanges.map((_, i) => replay.send(`POST /echo${json}`, `{"n":${i}}`)));
    expect(messages.map(({ body }) => String(body))).toEqual(exchanges.map((_, i) => `answer ${i}`));
  });

  test('a read of a later epoch is served as a relaxation', async () => {
    const replay = await startReplay(replayable({ exchanges: [post('/a', '', 'written'), get('/a', 'after')] }));
    expect(String((await replay.send('GET /a')).body)).toBe('after');
    const { ledger } = await replay.stop();
    expect(ledger.relaxationList).toEqual([
      {
        address: 'shop:session-1/1',
        words: 'recorded after a write that this lane has not made yet',
        lane: 'default',
        count: 1,
      },
    ]);
  });

  test('the newest session answers, and an older layer what it does not have', async () => {
    const file = replayable(
      { exchanges: [get('/a', 'old a'), get('/b', 'old b')] },
      { exchanges: [get('/a', 'new a'), post('/a', '', 'done')] },
    );
    const reader = openReader(file);
    const layers = reader
      .sessions()
      .toReversed()
      .map((session) => ({ reader, cassette: 'shop', session }));
    const newest = await startReplay(file);
    expect((await newest.send('GET /b')).startLine).toContain('502');
    const both = await startReplay(file, { layers });
    const ask = async (head: string): Promise<string> => String((await both.send(head)).body);
    // Each layer has its own epochs: the write of the newer one does not move the older one.
    expect([await ask('GET /a'), await ask('POST /a'), await ask('GET /b')]).toEqual(['new a', 'done', 'old b']);
    expect((await both.stop()).ledger.unusedList.map(({ address }) => address)).toEqual(['shop:session-1/0']);
  });
});

describe('secrets', () => {
  const login = (user: string, password: string, answer: string): Recorded =>
    post('/login', JSON.stringify({ user, password }), answer);

  test('another password matches, another user does not', async () => {
    const replay = await startReplay(replayable({ key, exchanges: [login('ann', 'secret-1', 'welcome')] }));
    const asked = await replay.send(`POST /login${json}`, '{"user":"ann","password":"anything"}');
    expect(String(asked.body)).toBe('welcome');
    const wrong = await replay.send(`POST /login${json}`, '{"user":"bob","password":"secret-1"}');
    expect(valueOf(wrong.headers, 'x-retake-miss')).toBe('unmatched');
  });

  test('the token that replay served is recognised: with it the right recording of several is chosen', async () => {
    const { pseudonym } = createRedactor(key);
    const refresh = (token: string, answer: string): Recorded =>
      post('/refresh', JSON.stringify({ refreshToken: token }), answer);
    const exchanges = [
      login('ann', 'secret-1', JSON.stringify({ refreshToken: pseudonym('ann-token-1234567') })),
      login('bob', 'secret-2', JSON.stringify({ refreshToken: pseudonym('bob-token-7654321') })),
      refresh('ann-token-1234567', 'fresh for ann'),
      refresh('bob-token-7654321', 'fresh for bob'),
    ];
    const replay = await startReplay(replayable({ key, exchanges }));
    for (const user of ['bob', 'ann']) {
      const session = await replay.send(`POST /login${json}`, JSON.stringify({ user, password: 'not the real one' }));
      const message = await replay.send(`POST /refresh${json}`, String(session.body));
      expect(String(message.body)).toBe(`fresh for ${user}`);
    }
  });

  test('where recordings differ only in secrets the key decides; without it nothing is served', async () => {
    const file = replayable({
      key,
      exchanges: [login('ann', 'secret-1', 'first'), login('ann', 'secret-2', 'second')],
    });
    const body = '{"user":"ann","password":"secret-2"}';
    const { pseudonym } = createRedactor(key);
    const knowing = await startReplay(file, { pseudonym });
    expect(String((await knowing.send(`POST /login${json}`, body)).body)).toBe('second');
    const ignorant = await startReplay(file);
    const message = await ignorant.send(`POST /login${json}`, body);
    expect(valueOf(message.headers, 'x-retake-miss')).toBe('ambiguous');
    expect(String(message.body)).not.toContain('secret-2');
  });
});

describe('starting and stopping', () => {
  test('a port that is taken is an error, and nothing stays open', async () => {
    const file = replayable({
      targets: [
        { name: 'api', url: 'http://127.0.0.1:1' },
        { name: 'web', url: 'http://127.0.0.1:2' },
      ],
      exchanges: [],
    });
    const taken = await startReplay(file);
    const reader = openReader(file);
    const failed = startReplayProxy({
      layers: [{ reader, cassette: 'shop', session: reader.session() }],
      host: '127.0.0.1',
      listeners: [
        { kind: 'reverse', name: 'api', port: 0 },
        { kind: 'reverse', name: 'web', port: taken.port },
      ],
      sequence: 'epoch',
      pace: instant,
      setup: plainSetup,
    });
    await expect(failed).rejects.toThrow(AppError);
    await expect(failed).rejects.toMatchObject({ code: 'PORT_IN_USE' });
  });

  test('an answer on its way is finished before the proxy stops', async () => {
    const replay = await startReplay(
      replayable({ exchanges: [{ target: '/slow', answer: 'in time', firstByteMs: 0, durationMs: 300 }] }),
      { pace: { kind: 'recorded', speed: 1 } },
    );
    const client = await connectRaw(replay.port);
    await client.write('GET /slow HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
    await client.read.until('\r\n\r\n');
    const [body, { ledger }] = await Promise.all([client.read.rest(), replay.stop()]);
    expect(String(body)).toBe('in time');
    expect(ledger.hits).toBe(1);
  });
});
