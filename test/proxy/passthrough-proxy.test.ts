import path from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openCertificateAuthority } from '../../src/proxy/certificate-authority.ts';
import { startPassthroughProxy } from '../../src/proxy/passthrough-proxy.ts';
import { upstreamSettings } from '../../src/proxy/upstream-settings.ts';
import { readFileSync } from 'node:fs';
import { upstreamOf } from '../support/forwarding.ts';
import { startHttpsServer } from '../support/https-server.ts';
import { connectSecurely } from '../support/proxy-client.ts';
import { sendRaw } from '../support/raw-client.ts';
import { answering } from '../support/raw-upstream.ts';
import { tempFolder } from '../support/temp-folder.ts';

async function passthrough(settings = upstreamSettings(), tunnelHosts: readonly string[] = []) {
  const authority = await openCertificateAuthority(path.join(tempFolder(), 'ca'));
  const proxy = await startPassthroughProxy({
    name: 'passthrough',
    host: '127.0.0.1',
    secureContextFor: authority.secureContextFor,
    settings,
    tunnelHosts,
  });
  onTestFinished(async () => void (await proxy.stop()));
  return { port: Number(new URL(proxy.url).port), authority };
}

describe('a proxy that stores nothing', () => {
  test('passes on what is asked in absolute form', async () => {
    const upstream = await upstreamOf(answering('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'));
    const { port } = await passthrough();
    const answer = await sendRaw(
      port,
      `GET ${upstream.url}/a HTTP/1.1\r\nHost: ${new URL(upstream.url).host}\r\nConnection: close\r\n\r\n`,
    );
    expect(answer).toMatchObject({ startLine: 'HTTP/1.1 200 OK', body: Buffer.from('ok') });
  });

  test('speaks HTTPS in the name of a server, and to it', async () => {
    const server = await startHttpsServer(tempFolder(), (request, response) => response.end(`at ${request.url}`));
    onTestFinished(server.close);
    const { port, authority } = await passthrough(upstreamSettings({ caPem: readFileSync(server.caFile, 'utf8') }));
    const authorityName = `localhost:${server.port}`;
    const { socket, reader } = await connectSecurely(port, authorityName, { ca: authority.certificatePem });
    const read = reader();
    socket.write(`GET /a HTTP/1.1\r\nHost: ${authorityName}\r\n\r\n`);
    expect(await read.response('GET')).toMatchObject({ body: Buffer.from('at /a') });
  });

  test('leaves hosts alone that are to be tunnelled', async () => {
    const folder = tempFolder();
    const server = await startHttpsServer(folder, (request, response) => response.end(`at ${request.url}`));
    onTestFinished(server.close);
    const { port } = await passthrough(upstreamSettings(), ['localhost']);
    const name = `localhost:${server.port}`;
    const { socket, reader } = await connectSecurely(port, name, { ca: readFileSync(server.caFile, 'utf8') });
    const read = reader();
    socket.write(`GET /a HTTP/1.1\r\nHost: ${name}\r\n\r\n`);
    expect(await read.response('GET')).toMatchObject({ body: Buffer.from('at /a') });
  });

  test('refuses a head that can be read in two ways', async () => {
    const { port } = await passthrough();
    const answer = await sendRaw(
      port,
      'POST http://localhost:9/ HTTP/1.1\r\nHost: localhost:9\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    );
    expect(answer).toMatchObject({ startLine: 'HTTP/1.1 400 Bad Request' });
  });

  test('does not connect to itself', async () => {
    const { port } = await passthrough();
    const answer = await sendRaw(
      port,
      `GET http://127.0.0.1:${port}/ HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: close\r\n\r\n`,
    );
    expect(answer).toMatchObject({ startLine: 'HTTP/1.1 508 Loop Detected' });
  });
});
