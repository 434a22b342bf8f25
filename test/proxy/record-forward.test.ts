import { describe, expect, test } from 'vitest';
import { parseRecordFilter } from '../../src/proxy/record-filter.ts';
import { CassetteReader } from '../../src/store/cassette-reader.ts';
import { valueOf } from '../support/byte-reader.ts';
import { upstreamOf } from '../support/forwarding.ts';
import { connectThrough } from '../support/proxy-client.ts';
import { connectRaw, sendRaw } from '../support/raw-client.ts';
import { answering } from '../support/raw-upstream.ts';
import { startForwardRecording, until } from '../support/recording.ts';

const ok = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';
const get = (url: string, headers = ''): string =>
  `GET ${url} HTTP/1.1\r\nHost: ${new URL(url).host}\r\n${headers}Connection: close\r\n\r\n`;

describe('recording as a forward proxy', () => {
  test('one session holds every server that was asked, each under host:port', async () => {
    const [one, two] = [await upstreamOf(answering(ok)), await upstreamOf(answering(ok))];
    const recording = await startForwardRecording();
    for (const url of [`${one.url}/1?a=b`, `${two.url}/2`, `${one.url}/3`]) {
      expect((await sendRaw(recording.port, get(url))).body.toString()).toBe('ok');
    }
    const { exchanges, reader } = await recording.stop();
    expect(exchanges.map(({ targetName, request }) => `${targetName} ${request.target}`)).toEqual([
      `127.0.0.1:${one.port} /1?a=b`,
      `127.0.0.1:${two.port} /2`,
      `127.0.0.1:${one.port} /3`,
    ]);
    expect(reader.session().targets).toEqual([
      { name: `127.0.0.1:${one.port}`, url: one.url },
      { name: `127.0.0.1:${two.port}`, url: two.url },
    ]);
    expect(recording.proxy.listeners).toEqual([
      { name: 'forward', kind: 'forward', url: `http://127.0.0.1:${recording.port}` },
    ]);
  });

  test('a server that has just become known stands in the cassette as soon as its first exchange does', async () => {
    const upstream = await upstreamOf(async ({ read, closed }) => {
      await read.request();
      await closed;
    });
    const recording = await startForwardRecording();
    const client = await connectRaw(recording.port);
    await client.write(get(`${upstream.url}/slow`));
    // What a reader sees now is what a crash would leave.
    await until(() => {
      const reader = CassetteReader.open(recording.file);
      try {
        const running = [...reader.exchanges(reader.session().id)];
        if (running.length === 0) return false;
        // Read after the exchange, since both may come between two reads.
        const { targets } = reader.session();
        expect(targets).toEqual([{ name: `127.0.0.1:${upstream.port}`, url: upstream.url }]);
        expect(running[0]!.targetName).toBe(targets[0]!.name);
        return true;
      } finally {
        reader.close();
      }
    });
    client.close();
    await recording.stop();
  });

  test('upstream gets origin form, the Host of the URL, and nothing that was for the proxy', async () => {
    const upstream = await upstreamOf(async ({ read, write }) => {
      const { startLine, headers } = await read.request();
      expect(startLine).toBe('GET /a HTTP/1.1');
      expect(valueOf(headers, 'host')).toBe(`127.0.0.1:${upstream.port}`);
      expect(valueOf(headers, 'proxy-authorization')).toBeUndefined();
      expect(valueOf(headers, 'proxy-connection')).toBeUndefined();
      await write(ok);
    });
    const recording = await startForwardRecording({ recorder: { redactionKey: undefined } });
    const client = await connectRaw(recording.port);
    const secret = Buffer.from('user:hunter22').toString('base64');
    const headers = `Proxy-Authorization: Basic ${secret}\r\nProxy-Connection: keep-alive\r\n`;
    await client.write(`GET ${upstream.url}/a HTTP/1.1\r\nHost: other.test\r\n${headers}\r\n`);
    expect((await client.read.response()).body.toString()).toBe('ok');
    client.close();
    const { exchanges } = await recording.stop();
    expect(exchanges[0]!.targetName).toBe(`127.0.0.1:${upstream.port}`);
    expect(exchanges[0]!.request.headers).toContain('other.test');
    // Not even where nothing is redacted.
    expect(exchanges[0]!.request.headers.join('\n')).not.toContain('Proxy-Authorization');
  });

  test('behind a CONNECT the Host of the client stays, whomever it names', async () => {
    const upstream = await upstreamOf(async ({ read, write }) => {
      const { headers } = await read.request();
      await write('HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n');
      await write(valueOf(headers, 'host')!);
    });
    const recording = await startForwardRecording();
    const { client } = await connectThrough(recording.port, `127.0.0.1:${upstream.port}`);
    await client.write('GET /a HTTP/1.1\r\nHost: other.test\r\n\r\n');
    expect((await client.read.response()).body.toString()).toBe('other.test');
    client.close();
    const { exchanges } = await recording.stop();
    expect(exchanges[0]!.targetName).toBe(`127.0.0.1:${upstream.port}`);
  });

  test('a request of HTTP/1.0 without Host gets the one of its URL', async () => {
    const upstream = await upstreamOf(async ({ read, write }) => {
      const { headers } = await read.request();
      expect(valueOf(headers, 'host')).toBe(`127.0.0.1:${upstream.port}`);
      await write(ok);
    });
    const recording = await startForwardRecording();
    expect((await sendRaw(recording.port, `GET ${upstream.url}/ HTTP/1.0\r\n\r\n`)).body.toString()).toBe('ok');
  });

  test('a server that also has a listener of its own keeps its name', async () => {
    const upstream = await upstreamOf(answering(ok));
    const recording = await startForwardRecording({ targets: { api: upstream.url } });
    await sendRaw(recording.port, get(`${upstream.url}/1`));
    await sendRaw(Number(new URL(recording.proxy.listeners[1]!.url).port), get('http://c/2'));
    const { exchanges, reader } = await recording.stop();
    expect(exchanges.map(({ targetName }) => targetName)).toEqual(['api', 'api']);
    expect(reader.session().targets).toEqual([{ name: 'api', url: upstream.url }]);
  });

  test('one host and port with and without TLS are two servers', async () => {
    const recording = await startForwardRecording();
    for (const scheme of ['http', 'https']) await sendRaw(recording.port, get(`${scheme}://127.0.0.1:9/`));
    const { exchanges } = await recording.stop();
    expect(exchanges.map(({ targetName }) => targetName)).toEqual(['127.0.0.1:9', 'https://127.0.0.1:9']);
  });

  test('what a filter leaves out leaves no server behind either', async () => {
    const upstream = await upstreamOf(answering(ok));
    const filter = parseRecordFilter([], ['path:/no']);
    const recording = await startForwardRecording({ proxy: { filter } });
    await sendRaw(recording.port, get(`${upstream.url}/no`));
    await sendRaw(recording.port, get(`http://127.0.0.1:9/`));
    const { reader } = await recording.stop();
    expect(reader.session().targets.map(({ name }) => name)).toEqual(['127.0.0.1:9']);
  });

  test('requests to the proxy itself do not go round in circles', async () => {
    const recording = await startForwardRecording();
    const answer = await sendRaw(recording.port, get(`${recording.proxy.listeners[0]!.url}/`));
    expect(answer.startLine).toBe('HTTP/1.1 508 Loop Detected');
    // A name that leads here, found out when connecting.
    recording.proxy.addOwnAddress({ address: '127.0.0.1', port: 9 });
    const { client } = await connectThrough(recording.port, 'localhost.:9');
    await client.write('GET / HTTP/1.1\r\nHost: c\r\n\r\n');
    expect((await client.read.response()).startLine).toMatch(/ (508|502) /);
  });

  test('switching protocols works through CONNECT', async () => {
    const upstream = await upstreamOf(async ({ read, write }) => {
      await read.requestHead();
      await write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: echo\r\nConnection: Upgrade\r\n\r\n');
      await write(await read.until('\n'));
    });
    const recording = await startForwardRecording();
    const { client } = await connectThrough(recording.port, `127.0.0.1:${upstream.port}`);
    await client.write('GET /ws HTTP/1.1\r\nHost: c\r\nUpgrade: echo\r\nConnection: Upgrade\r\n\r\n');
    expect((await client.read.response()).startLine).toBe('HTTP/1.1 101 Switching Protocols');
    await client.write('hello\n');
    expect(await client.read.until('\n')).toBe('hello\n');
    client.end();
    const { exchanges } = await recording.stop();
    expect(exchanges[0]).toMatchObject({ targetName: `127.0.0.1:${upstream.port}`, outcome: { status: 101 } });
  });
});
