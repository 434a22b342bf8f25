import { formatSummary } from '../../src/proxy/replay-verdict.ts';
import { describe, expect, test } from 'vitest';
import { CassetteReader } from '../../src/store/cassette-reader.ts';
import { Recorder } from '../../src/proxy/recorder.ts';
import { valueOf } from '../support/byte-reader.ts';
import { openReader } from '../support/cassette.ts';
import { upstreamOf } from '../support/forwarding.ts';
import { connectSecurely, connectThrough } from '../support/proxy-client.ts';
import { sendRaw } from '../support/raw-client.ts';
import { answering } from '../support/raw-upstream.ts';
import { startForwardRecording } from '../support/recording.ts';
import { startForwardReplay, startReplay } from '../support/replay.ts';
import { get, type Recorded, replayable } from '../support/replayable.ts';
import { silentLog } from '../support/silent-log.ts';

const ok = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';
const ask = (url: string): string => `GET ${url} HTTP/1.1\r\nHost: ${new URL(url).host}\r\nConnection: close\r\n\r\n`;
const of = (targetName: string, recorded: Recorded): Recorded => ({ ...recorded, targetName });

const twoServers = () =>
  replayable({
    targets: [
      { name: 'a.test:80', url: 'http://a.test' },
      { name: 'b.test:443', url: 'https://b.test' },
    ],
    exchanges: [of('a.test:80', get('/x', 'from a')), of('b.test:443', get('/x', 'from b'))],
  });

describe('replaying as a forward proxy', () => {
  test('each server answers with its own recording, in clear text, through CONNECT, and with TLS', async () => {
    const replay = await startForwardReplay(twoServers());
    expect(String((await sendRaw(replay.port, ask('http://a.test/x'))).body)).toBe('from a');
    const { client } = await connectThrough(replay.port, 'a.test:80');
    await client.write(ask('http://a.test/x'));
    expect(String((await client.read.response()).body)).toBe('from a');
    const { socket, reader } = await connectSecurely(replay.port, 'b.test:443', { ca: replay.ca });
    socket.write('GET /x HTTP/1.1\r\nHost: b.test\r\n\r\n');
    expect(String((await reader().response()).body)).toBe('from b');
    const { ledger } = await replay.stop();
    expect(ledger).toMatchObject({ hits: 3, misses: 0, unused: 0 });
  });

  test('a host that nobody recorded is accepted, and gets a miss that says so', async () => {
    const replay = await startForwardReplay(twoServers());
    const { socket, reader } = await connectSecurely(replay.port, 'c.test:443', { ca: replay.ca });
    socket.write('GET /x HTTP/1.1\r\nHost: c.test\r\n\r\n');
    const message = await reader().response();
    expect(message.startLine).toBe('HTTP/1.1 502 Bad Gateway');
    expect(valueOf(message.headers, 'x-retake-miss')).toBe('unmatched');
    expect(JSON.parse(String(message.body))).toMatchObject({
      detail: expect.stringContaining('it was recorded for another target, not for c.test:443') as string,
      suggestions: [
        'record it: retake record --forward --cassette cassettes/shop.cassette --no-redact',
        'ask the real server when a recording is missing, and keep its answer: retake replay cassettes/shop.cassette --forward --on-miss record',
      ],
    });
  });

  test('a miss names the server, and says when nothing was recorded of it', async () => {
    const replay = await startForwardReplay(twoServers());
    const missOf = async (url: string) =>
      JSON.parse(String((await sendRaw(replay.port, ask(url))).body)) as {
        readonly title: string;
        readonly detail: string;
      };
    expect(await missOf('http://a.test/y')).toMatchObject({
      title: 'no recording answers GET a.test:80 /y',
      detail: 'nothing was recorded at this path',
    });
    expect(await missOf('http://c.test/y')).toMatchObject({
      title: 'no recording answers GET c.test:80 /y',
      detail: 'nothing was recorded of c.test:80',
    });
    const { ledger } = await replay.stop();
    expect(formatSummary(ledger)).toContain('  shop:session-1/1 GET b.test:443 /x');
  });

  test('recordings of a server that had a listener of its own are found by its URL, behind its base path', async () => {
    const file = replayable({
      targets: [{ name: 'api', url: 'http://a.test:3000/v1' }],
      exchanges: [of('api', get('/x?y=1', 'one'))],
    });
    const replay = await startForwardReplay(file);
    expect(String((await sendRaw(replay.port, ask('http://a.test:3000/v1/x?y=1'))).body)).toBe('one');
    expect((await sendRaw(replay.port, ask('http://a.test:3000/x?y=1'))).startLine).toContain('502');
  });

  test('a session recorded as a proxy is replayed by one listener for each server, too', async () => {
    const replay = await startReplay(twoServers());
    expect(String((await replay.send('GET /x')).body)).toBe('from a');
    expect(String((await sendRaw(replay.ports[1]!, ask('http://c/x'))).body)).toBe('from b');
  });

  test('what was recorded through a proxy is answered without the servers', async () => {
    const [one, two] = [await upstreamOf(answering(ok)), await upstreamOf(answering(ok.replace('ok', 'OK')))];
    const recording = await startForwardRecording();
    const urls = [`${one.url}/1`, `${two.url}/1`];
    const recorded = [];
    for (const url of urls) recorded.push(await sendRaw(recording.port, ask(url)));
    await recording.stop();
    await Promise.all([one.close(), two.close()]);
    const replay = await startForwardReplay(recording.file);
    for (const [i, url] of urls.entries()) expect(await sendRaw(replay.port, ask(url))).toEqual(recorded[i]);
  });

  test('a conversation is played behind CONNECT', async () => {
    const upstream = await upstreamOf(async ({ read, write }) => {
      await read.requestHead();
      await write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: echo\r\nConnection: Upgrade\r\n\r\n');
      await write(await read.until('\n'));
    });
    const recording = await startForwardRecording();
    const talk = async (port: number): Promise<string> => {
      const { client } = await connectThrough(port, `127.0.0.1:${upstream.port}`);
      await client.write('GET /ws HTTP/1.1\r\nHost: c\r\nUpgrade: echo\r\nConnection: Upgrade\r\n\r\n');
      expect((await client.read.response()).startLine).toBe('HTTP/1.1 101 Switching Protocols');
      await client.write('hello\n');
      const line = await client.read.until('\n');
      client.end();
      return line;
    };
    expect(await talk(recording.port)).toBe('hello\n');
    await recording.stop();
    const replay = await startForwardReplay(recording.file);
    expect(await talk(replay.port)).toBe('hello\n');
  });
});

describe('misses of a forward proxy', () => {
  test('go to the server that the client named, by the Host of the URL', async () => {
    const upstream = await upstreamOf(async ({ read, write }) => {
      const { startLine, headers } = await read.request();
      await write(`HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n${startLine} ${valueOf(headers, 'host')}`);
    });
    const replay = await startForwardReplay(twoServers(), { setup: { onMiss: 'forward' }, upstream: { targets: [] } });
    const answer = await sendRaw(replay.port, `GET ${upstream.url}/n HTTP/1.1\r\nHost: named.test\r\n\r\n`);
    expect(String(answer.body)).toBe(`GET /n HTTP/1.1 127.0.0.1:${upstream.port}`);
    expect((await replay.stop()).ledger).toMatchObject({ forwarded: 1 });
  });

  test('are recorded under host:port, and answered from there the next time', async () => {
    const upstream = await upstreamOf(answering(ok));
    const file = twoServers();
    const startRecorder = (): Promise<Recorder> =>
      Recorder.start({
        cassettePath: file,
        plan: { mode: 'append', session: undefined },
        session: { startedAt: 1, targets: [], toolVersion: '0.1.0', tags: {}, redacted: false },
        redactionKey: undefined,
        log: silentLog,
      });
    const replay = await startForwardReplay(file, {
      setup: { onMiss: 'record' },
      upstream: { targets: [], startRecorder },
    });
    expect(String((await sendRaw(replay.port, ask(`${upstream.url}/n`))).body)).toBe('ok');
    await replay.stop();
    await upstream.close();
    const known = CassetteReader.open(file);
    expect(known.session().targets).toEqual([{ name: `127.0.0.1:${upstream.port}`, url: upstream.url }]);
    known.close();
    const reader = openReader(file);
    const layers = reader.sessions().map((session) => ({ reader, cassette: 'shop', session }));
    const again = await startForwardReplay(file, { layers });
    expect(String((await sendRaw(again.port, ask(`${upstream.url}/n`))).body)).toBe('ok');
  });

  test('that would lead to the replay itself are refused', async () => {
    const replay = await startForwardReplay(twoServers(), { setup: { onMiss: 'forward' }, upstream: { targets: [] } });
    const answer = await sendRaw(replay.port, ask(`http://127.0.0.1:${replay.port}/`));
    expect(answer.startLine).toBe('HTTP/1.1 508 Loop Detected');
  });
});
