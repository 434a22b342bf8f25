import { describe, expect, test } from 'vitest';
import { client, server } from '../support/conversation.ts';
import { responseOutcome } from '../support/cassette.ts';
import { connectRaw } from '../support/raw-client.ts';
import { startReplay, type TestReplay } from '../support/replay.ts';
import { get, type Recorded, replayable, socket } from '../support/replayable.ts';
import { openSocket } from '../support/web-socket.ts';

const replayOf = (...exchanges: readonly Recorded[]): Promise<TestReplay> => startReplay(replayable({ exchanges }));

const asked = (target: string): string => `GET ${target}\nUpgrade: websocket\nConnection: Upgrade`;

describe('a request to switch protocols', () => {
  test('that was answered without a switch gets that answer, and the connection ends', async () => {
    const refused = socket('/ws', [], {
      outcome: responseOutcome({ status: 403, reason: 'No', headers: ['X-Why', 'closed', 'Content-Length', '0'] }),
    });
    const replay = await replayOf(refused);
    const raw = await connectRaw(replay.port);
    await raw.write('GET /ws HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n');
    expect((await raw.read.rest()).toString('latin1')).toBe(
      'HTTP/1.1 403 No\r\nX-Why: closed\r\nContent-Length: 0\r\nConnection: close\r\n\r\n',
    );
    expect(replay.events.map(({ kind }) => kind)).toEqual(['hit']);
  });

  test('gets a long answer whole, however slowly it reads', async () => {
    const answer = Buffer.alloc(3 * 1024 * 1024, 'long ');
    const replay = await replayOf({ target: '/ws', answer });
    const { body, complete } = await replay.send(asked('/ws'));
    expect(complete).toBe(true);
    expect(body.equals(answer)).toBe(true);
  });

  test('without a recording gets the miss in the words of every other miss', async () => {
    const replay = await replayOf(socket('/ws', []));
    const { startLine, headers, body } = await replay.send(asked('/other'));
    expect(startLine).toBe('HTTP/1.1 502 Bad Gateway');
    expect(headers).toContainEqual(['x-retake-miss', 'unmatched']);
    expect(JSON.parse(body.toString())).toMatchObject({
      title: 'no recording answers GET /other',
      detail: 'nothing was recorded at this path',
      nearest: [{ address: 'shop:session-1/0', target: '/ws' }],
    });
    await expect(openSocket(`ws://127.0.0.1:${replay.port}/other`)).rejects.toThrow('502');
  });

  test('that failed while recording gets the same failure', async () => {
    const outcome = { kind: 'failure', code: 'refused', message: 'upstream http://a refused the connection' } as const;
    const replay = await replayOf(socket('/ws', [], { outcome }));
    const { startLine, headers } = await replay.send(asked('/ws'));
    expect(startLine).toBe('HTTP/1.1 502 Bad Gateway');
    expect(headers).toContainEqual(['x-retake-failure', 'refused']);
  });

  test('is refused where its head is ambiguous', async () => {
    const replay = await replayOf(socket('/ws', []));
    const { startLine } = await replay.send(`${asked('/ws')}\nHost: second`);
    expect(startLine).toBe('HTTP/1.1 400 Bad Request');
  });

  test('to HTTP/2 is answered as a plain request', async () => {
    const replay = await replayOf(get('/a', 'plain'));
    const { body } = await replay.send('GET /a\nUpgrade: h2c\nConnection: Upgrade');
    expect(body.toString()).toBe('plain');
  });
});

describe('which recording answers', () => {
  const page = get('/', 'page');
  const talk = (word: string): Recorded => socket('/', [server.text(word)]);

  test('a page and a WebSocket of one path are told apart', async () => {
    const replay = await replayOf(page, talk('first'), get('/', 'page again'));
    expect((await replay.send('GET /')).body.toString()).toBe('page');
    const { first } = await openSocket(`ws://127.0.0.1:${replay.port}/`);
    expect(await first(1)).toEqual(['text first']);
    expect((await replay.send('GET /')).body.toString()).toBe('page again');
    expect((await replay.send('GET /')).body.toString()).toBe('page again');
  });

  test('several connections are answered in the order of the recording, in each lane', async () => {
    const replay = await replayOf(talk('first'), talk('second'));
    const hear = async (lane: string): Promise<string | undefined> => {
      const { first } = await openSocket(`ws://127.0.0.1:${replay.port}/`, { headers: { 'x-retake-lane': lane } });
      return (await first(1))[0];
    };
    expect([await hear('a'), await hear('a'), await hear('b')]).toEqual(['text first', 'text second', 'text first']);
  });

  test('one that was refused before it was accepted comes first', async () => {
    const refused = socket('/', [], { outcome: responseOutcome({ status: 503, headers: ['Content-Length', '0'] }) });
    const replay = await replayOf(page, refused, talk('first'));
    const url = `ws://127.0.0.1:${replay.port}/`;
    await expect(openSocket(url)).rejects.toThrow('503');
    const { first } = await openSocket(url);
    expect(await first(1)).toEqual(['text first']);
  });

  test('conversations that nobody asked for are unused', async () => {
    const replay = await replayOf(page, socket('/ws', [client.text('a')]));
    await replay.send('GET /');
    const { ledger } = await replay.stop();
    expect(ledger.unusedList).toMatchObject([{ address: 'shop:session-1/1', method: 'GET', target: '/ws' }]);
  });
});
