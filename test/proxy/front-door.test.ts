import { execFile } from 'node:child_process';
import path from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type CertificateAuthority, openCertificateAuthority } from '../../src/proxy/certificate-authority.ts';
import type { Arrival, ClientRequest } from '../../src/proxy/client-side.ts';
import type { RefusedHandshake } from '../../src/proxy/front-door.ts';
import { type Listener, openListener } from '../../src/proxy/listener.ts';
import { answerText } from '../support/answer-text.ts';
import { connectRaw } from '../support/raw-client.ts';
import { tempFolder } from '../support/temp-folder.ts';

const run = promisify(execFile);

interface Seen {
  readonly request: ClientRequest;
  readonly arrival: Arrival;
}

async function listening(): Promise<{
  readonly listener: Listener;
  readonly authority: CertificateAuthority;
  readonly seen: Seen[];
  readonly refused: Promise<RefusedHandshake>;
}> {
  const authority = await openCertificateAuthority(path.join(tempFolder(), 'ca'));
  const seen: Seen[] = [];
  const refused = Promise.withResolvers<RefusedHandshake>();
  const listener = await openListener({
    name: 'default',
    host: '127.0.0.1',
    port: 0,
    secureContextFor: authority.secureContextFor,
    onRefusedHandshake: refused.resolve,
    onRequest: (request, response, arrival) => {
      seen.push({ request, arrival });
      answerText(response, `${arrival.scheme} ${request.httpVersion}`);
    },
  });
  onTestFinished(() => listener.stop(0));
  return { listener, authority, seen, refused: refused.promise };
}

async function curl(...args: readonly string[]): Promise<string> {
  const { stdout } = await run('curl', ['--silent', '--show-error', '--noproxy', '*', '--max-time', '20', ...args]);
  return stdout;
}

describe('one port', () => {
  test('speaks HTTP/1.1 and HTTP/2, in clear text and over TLS', async () => {
    const { listener, authority } = await listening();
    const { port } = listener.address;
    const trust = ['--cacert', authority.certificatePath];
    expect(await curl(`http://127.0.0.1:${port}/`)).toBe('http 1.1');
    expect(await curl('--http2-prior-knowledge', `http://127.0.0.1:${port}/`)).toBe('http 2.0');
    expect(await curl(...trust, '--http1.1', `https://localhost:${port}/`)).toBe('https 1.1');
    expect(await curl(...trust, '--http2', `https://localhost:${port}/`)).toBe('https 2.0');
  });

  test('shows a certificate for the name asked for, and for a bare address', async () => {
    const { listener, authority } = await listening();
    const { port } = listener.address;
    const trust = ['--cacert', authority.certificatePath];
    expect(await curl(...trust, `https://127.0.0.1:${port}/`)).toBe('https 2.0');
    const name = 'api.shop.example';
    expect(await curl(...trust, '--resolve', `${name}:${port}:127.0.0.1`, `https://${name}:${port}/`)).toBe(
      'https 2.0',
    );
  });

  test('tells of a client that does not trust the certificate', async () => {
    const { listener, refused } = await listening();
    await expect(curl(`https://localhost:${listener.address.port}/`)).rejects.toThrow('certificate');
    const { host, error } = await refused;
    expect(host).toBe('localhost');
    expect(error?.code).toMatch(/UNKNOWN_CA|ECONNRESET/);
  });
});

test('bytes that come one by one are as good as bytes that come at once', async () => {
  const { listener } = await listening();
  const client = await connectRaw(listener.address.port);
  onTestFinished(client.close);
  for (const byte of 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n') await client.write(byte);
  expect((await client.read.response()).body.toString()).toBe('http 1.1');
});

test('a connection that says nothing holds up nobody when the listener stops', async () => {
  const { listener } = await listening();
  const client = await connectRaw(listener.address.port);
  onTestFinished(client.close);
  await listener.stop(60_000);
  expect(await client.read.some()).toBeUndefined();
});

test('a beginning of the HTTP/2 preface that goes no further keeps nobody else from being served', async () => {
  const { listener } = await listening();
  const { port } = listener.address;
  const waiting = await connectRaw(port);
  onTestFinished(waiting.close);
  await waiting.write('PRI * HT');
  expect(await curl(`http://127.0.0.1:${port}/`)).toBe('http 1.1');
  waiting.end();
  await waiting.read.rest();
  expect(waiting.read.exhausted).toBe(true);
});

test('a client that ends its side without a word is closed', async () => {
  const { listener } = await listening();
  const client = await connectRaw(listener.address.port);
  onTestFinished(client.close);
  client.end();
  expect(await client.read.rest()).toHaveLength(0);
});

test('a request whose client ends its side at once is answered', async () => {
  const { listener } = await listening();
  const client = await connectRaw(listener.address.port);
  onTestFinished(client.close);
  client.socket.end('GET / HTTP/1.1\r\nHost: h\r\n\r\n');
  expect((await client.read.response()).startLine).toBe('HTTP/1.1 200 OK');
});

test('an HTTP/2 client that ends its side is closed', async () => {
  const { listener } = await listening();
  const client = await connectRaw(listener.address.port);
  onTestFinished(client.close);
  await client.write('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n');
  await client.write(Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0]));
  await client.read.some();
  client.end();
  await client.read.rest();
  expect(client.read.exhausted).toBe(true);
});
