import { describe, expect, test } from 'vitest';
import { parseTarget } from '../../src/model/target.ts';
import type { RawMessage } from '../support/byte-reader.ts';
import { server } from '../support/conversation.ts';
import { upstreamOf } from '../support/forwarding.ts';
import { askHttp2, openHttp2 } from '../support/http2.ts';
import { connectRaw, sendRaw } from '../support/raw-client.ts';
import { startForwardRecording, startRecording } from '../support/recording.ts';
import { startForwardReplay, startReplay } from '../support/replay.ts';
import { counter, replayable, socket } from '../support/replayable.ts';
import { openSocket } from '../support/web-socket.ts';

const basic = (user: string): string => `Basic ${Buffer.from(`${user}:x`).toString('base64')}`;
const marked = (prefix = '/_retake/lane/one'): string =>
  [
    `GET ${prefix}/a?b HTTP/1.1`,
    'Host: h',
    'X-Retake-Lane: one',
    'Baggage: a=b,retake.lane=one',
    'Connection: close',
    '',
    '',
  ].join('\r\n');

async function remembering() {
  const asked: RawMessage[] = [];
  const upstream = await upstreamOf(async ({ read, write }) => {
    asked.push(await read.request());
    await write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\nConnection: close\r\n\r\nok');
  });
  return { url: upstream.url, asked };
}

/** Nothing of ours is left. */
function expectPlain({ startLine, headers }: Pick<RawMessage, 'startLine' | 'headers'>): void {
  expect(startLine).toBe('GET /a?b HTTP/1.1');
  expect(headers).toContainEqual(['Baggage', 'a=b']);
  const names = headers.map(([name]) => name.toLowerCase());
  expect(names).not.toContain('x-retake-lane');
  expect(names).not.toContain('proxy-authorization');
}

describe('marks reach nobody', () => {
  test('behind a recording, and are not recorded', async () => {
    const { url, asked } = await remembering();
    const recording = await startRecording(url);
    expect(String((await sendRaw(recording.port, marked())).body)).toBe('ok');
    expectPlain(asked[0]!);
    const { exchanges } = await recording.stop();
    expect(exchanges[0]!.request.target).toBe('/a?b');
    expect(exchanges[0]!.request.headers.join(' ')).not.toMatch(/lane/i);
  });

  test('behind a recording forward proxy', async () => {
    const { url, asked } = await remembering();
    const recording = await startForwardRecording();
    const request = marked(url).replace('Host: h', `Host: h\r\nProxy-Authorization: ${basic('one')}`);
    expect(String((await sendRaw(recording.port, request)).body)).toBe('ok');
    expectPlain(asked[0]!);
    const { exchanges } = await recording.stop();
    expect(exchanges[0]!.request.headers.join(' ')).not.toMatch(/lane|proxy/i);
  });

  test('when a miss is passed on', async () => {
    const { url, asked } = await remembering();
    const upstream = { targets: [parseTarget(url)] };
    const replay = await startReplay(replayable({ exchanges: [] }), { setup: { onMiss: 'forward' }, upstream });
    expect(String((await sendRaw(replay.port, marked())).body)).toBe('ok');
    expectPlain(asked[0]!);
    expect(replay.lanes()).toMatchObject([{ name: 'one', how: 'header', misses: 1 }]);
  });

  test('when a switch of protocols is passed on', async () => {
    const { url, asked } = await remembering();
    const upstream = { targets: [parseTarget(url)] };
    const replay = await startReplay(replayable({ exchanges: [] }), { setup: { onMiss: 'forward' }, upstream });
    await sendRaw(replay.port, marked().replace('Connection: close', 'Upgrade: echo\r\nConnection: Upgrade'));
    expectPlain(asked[0]!);
    expect(asked).toHaveLength(1);
  });
});

describe('a bad mark is told with what to do', () => {
  test('over HTTP/1.1', async () => {
    const replay = await startReplay(replayable({ exchanges: counter }));
    const { startLine, body } = await replay.send('GET /count\nx-retake-lane: ');
    expect(startLine).toBe('HTTP/1.1 400 Bad Request');
    expect(JSON.parse(String(body))).toMatchObject({
      code: 'bad-lane',
      detail: 'the lane in the header x-retake-lane is empty: leave it away, or give a name',
    });
    expect((await replay.stop()).ledger).toMatchObject({ hits: 0, misses: 0 });
  });

  test('over HTTP/2', async () => {
    const replay = await startReplay(replayable({ exchanges: counter }));
    const session = openHttp2(`http://127.0.0.1:${replay.port}`);
    const { status } = await askHttp2(session, { path: '/_retake/lane/%00/count' });
    expect(status).toBe(400);
    expect((await askHttp2(session, { path: '/_retake/lane/two/count' })).status).toBe(200);
  });

  test('to a request to switch protocols', async () => {
    const replay = await startReplay(replayable({ exchanges: counter }));
    const { startLine } = await replay.send('GET /_retake/lane/%/count\nUpgrade: websocket\nConnection: Upgrade');
    expect(startLine).toBe('HTTP/1.1 400 Bad Request');
  });
});

test('WebSockets have their lane in the path too', async () => {
  const talk = (word: string) => socket('/ws?room=1', [server.text(word)]);
  const replay = await startReplay(replayable({ exchanges: [talk('first'), talk('second')] }));
  const hear = async (lane: string): Promise<string | undefined> => {
    const { first } = await openSocket(`ws://127.0.0.1:${replay.port}/_retake/lane/${lane}/ws?room=1`);
    return (await first(1))[0];
  };
  expect([await hear('a'), await hear('a'), await hear('b')]).toEqual(['text first', 'text second', 'text first']);
});

test('over HTTP/2 in clear text a proxy user is the lane, for each request', async () => {
  const targets = [{ name: 'default', url: 'http://shop.test' }];
  const replay = await startForwardReplay(replayable({ targets, exchanges: counter }));
  const session = openHttp2(`http://127.0.0.1:${replay.port}`);
  const ask = (user: string, body?: string) =>
    askHttp2(session, {
      path: '/count',
      headers: [
        ':authority',
        'shop.test',
        'proxy-authorization',
        basic(user),
        ...(body === undefined ? [] : ['content-type', 'application/json']),
      ],
      ...(body === undefined ? {} : { body }),
    });
  expect(String((await ask('one', '{"add":1}')).body)).toBe('added');
  expect(String((await ask('two')).body)).toBe('0');
  expect(String((await ask('one')).body)).toBe('1');
});

test('a connection that is used for several lanes keeps them apart', async () => {
  const replay = await startReplay(replayable({ exchanges: counter }));
  const client = await connectRaw(replay.port);
  const read = (lane: string) => `GET /_retake/lane/${lane}/count HTTP/1.1\r\nHost: h\r\n\r\n`;
  const add =
    'POST /_retake/lane/a/count HTTP/1.1\r\nHost: h\r\nContent-Type: application/json\r\nContent-Length: 9\r\n\r\n{"add":1}';
  await client.write(read('a') + add + read('b') + read('a'));
  const bodies: string[] = [];
  for (let i = 0; i < 4; i += 1) bodies.push(String((await client.read.response()).body));
  client.close();
  expect(bodies).toEqual(['0', 'added', '0', '1']);
});
