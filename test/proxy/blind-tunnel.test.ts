import type net from 'node:net';
import tls from 'node:tls';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openCertificateAuthority } from '../../src/proxy/certificate-authority.ts';
import type { RefusedHandshake } from '../../src/proxy/front-door.ts';
import { parseUpstreamProxy } from '../../src/proxy/upstream-proxy.ts';
import { upstreamSettings } from '../../src/proxy/upstream-settings.ts';
import { upstreamOf } from '../support/forwarding.ts';
import { connectSecurely, connectThrough } from '../support/proxy-client.ts';
import { startForwardRecording, until } from '../support/recording.ts';
import { connectRaw } from '../support/raw-client.ts';
import { tempFolder } from '../support/temp-folder.ts';

/** A recording that notes what passes by unrecorded. */
async function startNoting(tunnelHosts: readonly string[] = []) {
  const passed: string[] = [];
  const refused: RefusedHandshake[] = [];
  const recording = await startForwardRecording({
    proxy: {
      tunnelHosts,
      onTunnel: (host, reason) => void passed.push(`${host} ${reason}`),
      onRefusedHandshake: (one) => void refused.push(one),
    },
  });
  return { recording, passed, refused };
}

describe('a connection that is not looked into', () => {
  test('is the one to a host that is to be left alone: the client sees the certificate of the server', async () => {
    const authority = await openCertificateAuthority(tempFolder());
    const secureContext = await authority.secureContextFor('localhost');
    const server = tls.createServer({ SNICallback: (_, done) => done(null, secureContext) }, (socket) => {
      socket.on('error', () => socket.destroy());
      socket.once('data', (data) => void socket.end(data));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const { port } = server.address() as net.AddressInfo;
    const { recording, passed } = await startNoting(['localhost']);
    const { socket, reader } = await connectSecurely(recording.port, `localhost:${port}`, {
      ca: authority.certificatePem,
    });
    const read = reader();
    socket.write('GET / HTTP/1.1\r\n\r\n');
    expect((await read.rest()).toString()).toBe('GET / HTTP/1.1\r\n\r\n');
    expect(passed).toEqual([`localhost:${port} asked`]);
    expect((await recording.stop()).exchanges).toEqual([]);
  });

  test('to a server that is not there is refused before the client goes on', async () => {
    const { recording, passed } = await startNoting(['127.0.0.1:9']);
    const { answer } = await connectThrough(recording.port, '127.0.0.1:9');
    expect(answer.startLine).toBe('HTTP/1.1 502 Bad Gateway');
    expect(answer.body.toString()).toContain('127.0.0.1:9 refused the connection');
    expect(passed).toEqual([]);
  });

  test('is given up, on both sides, when the client resets it before there is a connection', async () => {
    let hasLeft: Promise<Buffer> | undefined;
    const slow = await upstreamOf(async ({ read }) => {
      await read.until('\r\n\r\n');
      hasLeft = read.rest();
      await hasLeft;
    });
    const settings = upstreamSettings({ proxyFor: () => parseUpstreamProxy(slow.url) });
    const recording = await startForwardRecording({ proxy: { tunnelHosts: ['*'], settings } });
    const client = await connectRaw(recording.port);
    await client.write('CONNECT a.test:443 HTTP/1.1\r\nHost: a.test:443\r\n\r\n');
    await until(() => hasLeft !== undefined);
    client.reset();
    await hasLeft;
    expect((await recording.stop()).exchanges).toEqual([]);
  });

  test('that leads back here under another name is refused', async () => {
    const { recording } = await startNoting(['127.0.0.1:9', '*']);
    const upstream = await upstreamOf(async ({ closed }) => closed);
    recording.proxy.addOwnAddress({ address: '127.0.0.1', port: upstream.port });
    const { answer } = await connectThrough(recording.port, `localhost:${upstream.port}`);
    expect(answer.startLine).toBe('HTTP/1.1 508 Loop Detected');
  });

  test('is one whose client speaks another protocol', async () => {
    const upstream = await upstreamOf(async ({ read, write }) => {
      expect(await read.until('\n')).toBe('\0\x01binary\n');
      await write('\xff\xfeanswer\n');
    });
    const { recording, passed } = await startNoting();
    const { client } = await connectThrough(recording.port, `127.0.0.1:${upstream.port}`);
    await client.write('\0\x01binary\n');
    expect((await client.read.rest()).toString('latin1')).toBe('\xff\xfeanswer\n');
    expect(passed).toEqual([`127.0.0.1:${upstream.port} not-http`]);
  });

  test('is one whose server speaks first, when the client waits for it', async () => {
    const upstream = await upstreamOf(async ({ read, write }) => {
      await write('220 mail.test ESMTP\r\n');
      expect(await read.until('\r\n')).toBe('QUIT\r\n');
      await write('221 bye\r\n');
    });
    const { recording, passed } = await startNoting();
    const { client } = await connectThrough(recording.port, `127.0.0.1:${upstream.port}`);
    expect(await client.read.until('\r\n')).toBe('220 mail.test ESMTP\r\n');
    await client.write('QUIT\r\n');
    expect(await client.read.until('\r\n')).toBe('221 bye\r\n');
    client.end();
    expect(passed).toEqual([`127.0.0.1:${upstream.port} server-first`]);
    expect(upstream.connectionCount()).toBe(1);
  });

  test('is none to a server of HTTP/2 that sends its settings at once', async () => {
    const upstream = await upstreamOf(async ({ read, write }) => {
      await write('\0\0\x06\x04\0\0\0\0\0\0\x03\0\0\0d');
      await read.rest();
    });
    const { recording, passed } = await startNoting();
    const { client } = await connectThrough(recording.port, `127.0.0.1:${upstream.port}`);
    await until(() => upstream.connectionCount() === 1);
    // Still understood: HTTP/2 is answered in HTTP/2.
    await client.write('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0');
    const settings = (await client.read.some())!;
    expect(settings[3]).toBe(4);
    client.close();
    expect(passed).toEqual([]);
  });

  test('is none that only took its time: a late request is recorded', async () => {
    const upstream = await upstreamOf(async ({ read, write, index }) => {
      // The first connection is only to hear whether the server would speak.
      if (index === 0) {
        await read.rest();
        return;
      }
      await read.request();
      await write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
      await read.rest();
    });
    const { recording, passed } = await startNoting();
    const { client } = await connectThrough(recording.port, `127.0.0.1:${upstream.port}`);
    await until(() => upstream.connectionCount() === 1);
    await client.write('GET /late HTTP/1.1\r\nHost: c\r\n\r\n');
    expect((await client.read.response()).body.toString()).toBe('ok');
    client.close();
    expect(passed).toEqual([]);
    expect((await recording.stop()).exchanges).toHaveLength(1);
  });
});

describe('a client that does not want our certificate', () => {
  test('is told of with the name it asked for, when it leaves after the handshake as Node does', async () => {
    const { recording, refused } = await startNoting();
    await expect(connectSecurely(recording.port, 'a.test:443', { ca: '' })).rejects.toThrow('certificate');
    await until(() => refused.length > 0);
    expect(refused).toMatchObject([{ host: 'a.test' }]);
  });

  test('is not one that goes through with its request, nor one that is cut off by our stop', async () => {
    const { recording, refused } = await startNoting();
    const { socket, reader } = await connectSecurely(recording.port, '127.0.0.1:9', {
      ca: recording.authority.certificatePem,
    });
    socket.write('GET / HTTP/1.1\r\nHost: c\r\nConnection: close\r\n\r\n');
    expect((await reader().response()).startLine).toBe('HTTP/1.1 502 Bad Gateway');
    await connectSecurely(recording.port, '127.0.0.1:9', { ca: recording.authority.certificatePem });
    await recording.stop();
    expect(refused).toEqual([]);
  });
});
