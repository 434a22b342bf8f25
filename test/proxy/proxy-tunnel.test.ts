import { once } from 'node:events';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { parseUpstreamProxy } from '../../src/proxy/upstream-proxy.ts';
import { upstreamSettings, type UpstreamSettings } from '../../src/proxy/upstream-settings.ts';
import { type BadCertificates, makeBadCertificates } from '../support/bad-certificates.ts';
import { type ChainedProxyOptions, startChainedProxy } from '../support/chained-proxy.ts';
import { type Forwarding, startForwarding, upstreamOf } from '../support/forwarding.ts';
import { answering } from '../support/raw-upstream.ts';

let made: BadCertificates;
beforeAll(() => {
  made = makeBadCertificates();
});
afterAll(() => made.remove());

const get = 'GET /x HTTP/1.1\r\nHost: client.test\r\nConnection: close\r\n\r\n';
const hello = 'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello';

const through = (url: string, more: Partial<UpstreamSettings> = {}): UpstreamSettings =>
  upstreamSettings({ proxyFor: () => parseUpstreamProxy(url)!, caPem: made.root, ...more });

async function tlsUpstream(): Promise<number> {
  const server = https.createServer(made.good, (_, response) => response.end('hello'));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

async function failureThrough(options: ChainedProxyOptions, target = 'https://api.test'): Promise<string> {
  const proxy = await startChainedProxy(options);
  const { send, exchanges } = await startForwarding(target, { settings: through(proxy.url) });
  const { startLine } = await send(get);
  const end = exchanges[0]!.seen.end;
  expect(end?.kind).toBe('failure');
  const { code, message } = end as { code: string; message: string };
  return `${startLine.split(' ')[1]} ${code}: ${message.replace(proxy.url, 'PROXY')}`;
}

describe('behind a proxy', () => {
  test('an https target is reached through CONNECT, verified by its own name, and the connection is kept', async () => {
    const port = await tlsUpstream();
    const proxy = await startChainedProxy();
    const { send } = await startForwarding(`https://localhost:${port}`, { settings: through(proxy.url) });
    expect((await send(get)).body.toString()).toBe('hello');
    expect((await send(get)).body.toString()).toBe('hello');
    expect(proxy.asked).toEqual([`CONNECT localhost:${port}`]);
  });

  test('an http target is asked for in absolute-form, Host names the target', async () => {
    const heads: string[] = [];
    const upstream = await upstreamOf(async ({ read, write }) => {
      heads.push(await read.until('\r\n\r\n'));
      await write(hello);
    });
    const proxy = await startChainedProxy();
    const { send } = await startForwarding(`http://api.test:${upstream.port}/base`, { settings: through(proxy.url) });
    expect((await send(get)).body.toString()).toBe('hello');
    expect(proxy.asked).toEqual([`GET http://api.test:${upstream.port}/base/x`]);
    expect(heads[0]).toContain(`host: api.test:${upstream.port}\r\n`);
  });

  test('a switch of protocols goes through CONNECT, for http as well', async () => {
    const upstream = await upstreamOf(async ({ read, write }) => {
      expect(await read.until('\r\n\r\n')).toMatch(/^GET \/ws HTTP\/1\.1\r\n/);
      await write('HTTP/1.1 101 Switching Protocols\r\nUpgrade: echo\r\nConnection: Upgrade\r\n\r\n');
      await write((await read.some(4))!);
    });
    const proxy = await startChainedProxy();
    const { connect } = await startForwarding(`http://api.test:${upstream.port}`, { settings: through(proxy.url) });
    const client = await connect();
    await client.write('GET /ws HTTP/1.1\r\nHost: c\r\nConnection: Upgrade\r\nUpgrade: echo\r\n\r\n');
    await client.read.until('\r\n\r\n');
    await client.write('ping');
    expect((await client.read.some(4))!.toString()).toBe('ping');
    expect(proxy.asked).toEqual([`CONNECT api.test:${upstream.port}`]);
  });

  test('that wants a password it gets ours, never the server', async () => {
    const heads: string[] = [];
    const upstream = await upstreamOf(async ({ read, write }) => {
      heads.push(await read.until('\r\n\r\n'));
      await write(hello);
    });
    const port = await tlsUpstream();
    const proxy = await startChainedProxy({ credentials: 'me:p@ss' });
    const settings = through(proxy.url.replace('//', '//me:p%40ss@'));
    const plain = await startForwarding(`http://api.test:${upstream.port}`, { settings });
    const secure = await startForwarding(`https://localhost:${port}`, { settings });
    expect((await plain.send(get)).body.toString()).toBe('hello');
    expect((await secure.send(get)).body.toString()).toBe('hello');
    expect(proxy.asked.every((line) => line.endsWith(' Basic bWU6cEBzcw=='))).toBe(true);
  });

  test('that speaks TLS itself it is verified, then the target inside', async () => {
    const port = await tlsUpstream();
    const proxy = await startChainedProxy({ tls: made.good });
    const target = `https://localhost:${port}`;
    const { send } = await startForwarding(target, { settings: through(proxy.url) });
    expect((await send(get)).body.toString()).toBe('hello');
    const distrusted = await startForwarding(target, { settings: through(proxy.url, { caPem: undefined }) });
    await distrusted.send(get);
    expect(distrusted.exchanges[0]!.seen.end).toMatchObject({
      code: 'tls',
      message: expect.stringContaining(`proxy ${proxy.url} on the way to ${target} has no valid TLS`) as string,
    });
  });
});

describe('a proxy that does not let us through is a failure with words', () => {
  test.for([
    [
      { credentials: 'a:b' },
      '502 unreachable: proxy PROXY on the way to https://api.test asks for a password (407): give it in --upstream-proxy http://USER:PASSWORD@HOST:PORT',
    ],
    [
      { answer: 'HTTP/1.1 502 Bad Gateway\r\n\r\n' },
      '502 unreachable: proxy PROXY on the way to https://api.test could not reach it (502)',
    ],
    [
      { answer: 'HTTP/1.1 403 Forbidden\r\n\r\n' },
      '502 unreachable: proxy PROXY on the way to https://api.test refused to connect to it (403)',
    ],
    [
      { answer: 'SSH-2.0-x\r\n\r\n' },
      '502 unreachable: proxy PROXY on the way to https://api.test did not answer in HTTP: is it a proxy?',
    ],
    [
      { answer: '' },
      '502 reset: proxy PROXY on the way to https://api.test closed the connection without an answer (ECONNRESET)',
    ],
  ] as const)('%j', async ([options, words]) => {
    expect(await failureThrough(options)).toBe(words);
  });

  test('also when it answers 407 to a request in absolute-form', async () => {
    expect(await failureThrough({ credentials: 'a:b' }, 'http://api.test')).toBe(
      '502 unreachable: proxy PROXY on the way to http://api.test asks for a password (407): give it in --upstream-proxy http://USER:PASSWORD@HOST:PORT',
    );
  });

  test('or is not there', async () => {
    const upstream = await upstreamOf(answering(''));
    await upstream.close();
    const { send, exchanges } = await startForwarding('https://api.test', { settings: through(upstream.url) });
    await send(get);
    expect(exchanges[0]!.seen.end).toMatchObject({
      code: 'refused',
      message: `proxy ${upstream.url} on the way to https://api.test refused the connection (ECONNREFUSED)`,
    });
  });

  test('or never answers', async () => {
    const silent = await upstreamOf(async ({ read }) => {
      await read.rest();
    });
    const settings = through(silent.url, { connectTimeoutMs: 100 });
    const { send, exchanges } = await startForwarding('https://api.test', { settings });
    expect((await send(get)).startLine).toBe('HTTP/1.1 504 Gateway Timeout');
    expect(exchanges[0]!.seen.end).toMatchObject({ code: 'timeout' });
  });

  test('or is we ourselves: no request leaves', async () => {
    const inner: Forwarding = await startForwarding('http://127.0.0.1:9');
    const { send, exchanges } = await startForwarding('http://api.test', {
      settings: through(inner.listener.url),
      isOwnAddress: (_, port) => port === inner.port,
    });
    expect((await send(get)).startLine).toBe('HTTP/1.1 508 Loop Detected');
    expect(exchanges[0]!.seen.end).toMatchObject({
      message: `proxy ${inner.listener.url} on the way to http://api.test is this proxy itself; name another with --upstream-proxy, or none`,
    });
    expect(inner.exchanges).toEqual([]);
  });
});
