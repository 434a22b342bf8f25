import http2 from 'node:http2';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openCertificateAuthority } from '../../src/proxy/certificate-authority.ts';
import { answerProblem } from '../../src/proxy/hop-failure.ts';
import { openForwardListener } from '../../src/proxy/forward-listener.ts';
import { connectSecurely, connectThrough } from '../support/proxy-client.ts';
import { connectRaw, sendRaw } from '../support/raw-client.ts';
import { tempFolder } from '../support/temp-folder.ts';

/** A forward listener that answers with the origin it was asked for; its own port is one not to be connected to. */
async function startListener() {
  const authority = await openCertificateAuthority(tempFolder());
  let ownPort = 0;
  const listener = await openForwardListener({
    name: 'forward',
    host: '127.0.0.1',
    port: 0,
    secureContextFor: authority.secureContextFor,
    onRequest: (request, response, { target }) =>
      answerProblem(response, 400, { code: 'asked', detail: `${request.method} ${target.name} ${target.url}` }),
    onUpgrade: ({ socket }, { target }) => void socket.end(`HTTP/1.1 101 ${target.name}\r\n\r\n`),
    isOwnAddress: (address, port) => address === '127.0.0.1' && port === ownPort,
  });
  ownPort = listener.address.port;
  onTestFinished(() => listener.stop(0));
  return { listener, port: ownPort, ca: authority.certificatePem };
}

const told = (body: Buffer): string => (JSON.parse(body.toString()) as { detail: string }).detail;

describe('a forward listener', () => {
  test.for([
    ['http://a.test/x?y', 'GET a.test:80 http://a.test'],
    ['http://A.test:8080', 'GET a.test:8080 http://a.test:8080'],
    ['https://a.test/', 'GET a.test:443 https://a.test'],
    ['HTTP://[::1]:81/', 'GET [::1]:81 http://[::1]:81'],
  ])('asked for %s knows the origin', async ([target, expected]) => {
    const { port } = await startListener();
    const answer = await sendRaw(port, `GET ${target} HTTP/1.1\r\nHost: other.test\r\n\r\n`);
    expect(told(answer.body)).toBe(expected);
  });

  test('behind a CONNECT in clear text takes the origin from it, whatever Host says', async () => {
    const { port } = await startListener();
    const { answer, client } = await connectThrough(port, 'a.test:8080');
    expect(answer.startLine).toBe('HTTP/1.1 200 Connection established');
    for (const target of ['/1', 'http://b.test/2']) {
      await client.write(`GET ${target} HTTP/1.1\r\nHost: b.test\r\n\r\n`);
      expect(told((await client.read.response()).body)).toBe('GET a.test:8080 http://a.test:8080');
    }
  });

  test.for(['a.test:443', '127.0.0.9:8443', 'münchen.test:443'])(
    'behind a CONNECT to %s shows a certificate for it',
    async (authority) => {
      const { port, ca } = await startListener();
      const ascii = authority.replace('münchen', 'xn--mnchen-3ya');
      const { socket, reader } = await connectSecurely(port, ascii, { ca });
      const read = reader();
      socket.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
      const name = ascii.replace(/:443$/, '');
      expect(told((await read.response()).body)).toBe(`GET ${ascii} https://${name}`);
    },
  );

  test('speaks HTTP/2 behind a CONNECT', async () => {
    const { port, ca } = await startListener();
    const { socket } = await connectSecurely(port, 'a.test:443', { ca, alpn: ['h2'] });
    const session = http2.connect('https://a.test', { createConnection: () => socket });
    onTestFinished(() => session.destroy());
    const body = await new Promise<string>((resolve, reject) => {
      let text = '';
      const stream = session.request({ ':path': '/' });
      stream.on('data', (chunk: Buffer) => (text += chunk.toString()));
      stream.on('end', () => resolve(text));
      stream.on('error', reject);
    });
    expect(told(Buffer.from(body))).toBe('GET a.test:443 https://a.test');
  });

  test('does not take a CONNECT inside HTTP/2 for a request', async () => {
    const { port } = await startListener();
    const session = http2.connect(`http://127.0.0.1:${port}`);
    onTestFinished(() => session.destroy());
    const status = await new Promise((resolve, reject) => {
      const stream = session.request({ ':method': 'CONNECT', ':authority': 'a.test:443' });
      stream.on('response', (headers) => resolve(headers[':status']));
      stream.on('error', reject);
    });
    expect(status).toBe(405);
  });

  test('knows the origin of a request to switch protocols', async () => {
    const { port } = await startListener();
    const { client } = await connectThrough(port, 'a.test:80');
    await client.write('GET / HTTP/1.1\r\nHost: b\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n');
    expect((await client.read.response()).startLine).toBe('HTTP/1.1 101 a.test:80');
  });

  test('tells a client that takes it for a server what it is', async () => {
    const { port } = await startListener();
    const answer = await sendRaw(port, 'GET / HTTP/1.1\r\nHost: a.test\r\n\r\n');
    expect(answer.startLine).toBe('HTTP/1.1 400 Bad Request');
    expect(told(answer.body)).toBe(
      'this is a forward proxy, not a server: give its address to the client as HTTP_PROXY and HTTPS_PROXY and ask for the real URL',
    );
  });

  test.for(['a.test', '', 'a.test:', 'u@a.test:443', '/'])('refuses CONNECT to %j', async (authority) => {
    const { port } = await startListener();
    const { answer } = await connectThrough(port, authority);
    expect(answer.startLine).toBe('HTTP/1.1 400 Bad Request');
  });

  test.for(['127.0.0.1', 'localhost', '127.1'])('does not connect %s to itself', async (host) => {
    const { port } = await startListener();
    const { answer } = await connectThrough(port, `${host}:${port}`);
    expect(answer.startLine).toBe('HTTP/1.1 508 Loop Detected');
  });

  test('does not wait at its stop for a client that says nothing behind its CONNECT', async () => {
    const { listener, port, ca } = await startListener();
    await connectThrough(port, 'a.test:443');
    await connectSecurely(port, 'a.test:443', { ca });
    const before = performance.now();
    await listener.stop(60_000);
    expect(performance.now() - before).toBeLessThan(30_000);
    await expect(connectRaw(port)).rejects.toThrow('ECONNREFUSED');
  });
});
