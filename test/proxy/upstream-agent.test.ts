import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import tls from 'node:tls';
import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { startForwarding } from '../support/forwarding.ts';
import { makeTempFolder } from '../support/temp-folder.ts';

const get = 'GET /x HTTP/1.1\r\nHost: client.test\r\nConnection: close\r\n\r\n';

let key: string;
let cert: string;

beforeAll(() => {
  const { folder, remove } = makeTempFolder();
  const args = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes', '-days', '1'];
  const names = ['-subj', '/CN=localhost', '-addext', 'subjectAltName=DNS:localhost,IP:127.0.0.1'];
  execFileSync('openssl', [...args, ...names, '-keyout', 'k.pem', '-out', 'c.pem'], { cwd: folder, stdio: 'ignore' });
  key = readFileSync(path.join(folder, 'k.pem'), 'utf8');
  cert = readFileSync(path.join(folder, 'c.pem'), 'utf8');
  return remove;
});

async function tlsUpstream(): Promise<{
  readonly port: number;
  readonly seen: { serverName?: string | false; connections: number };
}> {
  const seen: { serverName?: string | false; connections: number } = { connections: 0 };
  const server = https.createServer({ key, cert }, (request, response) => {
    seen.serverName = (request.socket as tls.TLSSocket & { servername?: string | false }).servername ?? false;
    response.end('over tls');
  });
  server.on('connection', () => (seen.connections += 1));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return { port: (server.address() as AddressInfo).port, seen };
}

/** Trusts our certificate like one of the system's, for the running test. */
function trust(): void {
  const before = tls.getCACertificates('default');
  tls.setDefaultCACertificates([...before, cert]);
  onTestFinished(() => tls.setDefaultCACertificates(before));
}

describe('an https target', () => {
  test('is asked for by its own name, whatever host the client named, and its connection is kept', async () => {
    trust();
    const { port, seen } = await tlsUpstream();
    const { send } = await startForwarding(`https://localhost:${port}`, { host: 'client' });
    expect((await send(get)).body.toString()).toBe('over tls');
    expect((await send(get)).body.toString()).toBe('over tls');
    expect(seen).toEqual({ serverName: 'localhost', connections: 1 });
  });

  test('with a certificate nobody vouches for is a failure, and no request is sent', async () => {
    const { port, seen } = await tlsUpstream();
    const { send, exchanges } = await startForwarding(`https://localhost:${port}`);
    const answer = await send(get);
    expect(answer.startLine).toBe('HTTP/1.1 502 Bad Gateway');
    expect(exchanges[0]!.seen.end).toMatchObject({ kind: 'failure', code: 'tls' });
    expect(seen.serverName).toBeUndefined();
  });

  test('that does not speak TLS is a failure', async () => {
    const { listener } = await startForwarding('http://127.0.0.1:9');
    const { send, exchanges } = await startForwarding(`https://127.0.0.1:${listener.address.port}`);
    await send(get);
    expect(exchanges[0]!.seen.end).toMatchObject({ kind: 'failure', code: 'tls' });
  });
});

test('a connection that leads back to us is cut before a byte is sent', async () => {
  const inner = await startForwarding('http://127.0.0.1:9');
  const { send, exchanges } = await startForwarding(inner.listener.url, {
    isOwnAddress: (_, port) => port === inner.port,
  });
  expect((await send(get)).startLine).toBe('HTTP/1.1 508 Loop Detected');
  expect(exchanges[0]!.seen.end).toMatchObject({
    kind: 'failure',
    message: `target ${inner.listener.url} leads back to this proxy`,
  });
  expect(inner.exchanges).toEqual([]);
});
