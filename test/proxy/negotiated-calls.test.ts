import http from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import { once } from 'node:events';
import { afterAll, describe, expect, onTestFinished, test } from 'vitest';
import { upstreamSettings, type UpstreamSettings } from '../../src/proxy/upstream-settings.ts';
import { makeBadCertificates } from '../support/bad-certificates.ts';
import { valueOf } from '../support/byte-reader.ts';
import { startForwarding, upstreamOf } from '../support/forwarding.ts';
import {
  askHttp2,
  collect,
  type Http2Upstream,
  openHttp2,
  type OnStream,
  startHttp2Upstream,
} from '../support/http2.ts';

const { good, root, remove } = makeBadCertificates();
afterAll(remove);

const echo: OnStream = (stream, { headers }) => {
  void collect(stream).then(({ body }) => {
    stream.respond({ ':status': 200, 'x-path': headers[':path'] });
    stream.end(`h2 ${body}`);
  });
};

/** A server that speaks HTTP/1.1 only, and what it was asked, connection by connection. */
async function startHttp1Upstream(isSecure: boolean, listener: http.RequestListener) {
  const server = isSecure ? https.createServer({ ...good, ALPNProtocols: ['http/1.1'] }) : http.createServer();
  let connections = 0;
  server.on(isSecure ? 'secureConnection' : 'connection', () => (connections += 1));
  server.on('request', listener);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return { url: `http${isSecure ? 's' : ''}://127.0.0.1:${port}`, port, connections: () => connections };
}

const echo1: http.RequestListener = (request, response) => {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  request.on('end', () => {
    response.setHeader('trailer', 'x-sum');
    response.setHeader('x-raw', request.rawHeaders.join('|'));
    response.write(`h1 ${Buffer.concat(chunks).toString()}`);
    response.addTrailers([['x-sum', request.rawTrailers.join()]]);
    response.end();
  });
};

async function forwardTo(upstream: { readonly url: string }, settings: Partial<UpstreamSettings> = {}) {
  const { listener, send, exchanges } = await startForwarding(upstream.url, {
    settings: upstreamSettings({ caPem: root, ...settings }),
  });
  return { session: openHttp2(listener.url), send, exchanges };
}

const get = 'GET /x HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n\r\n';

describe('auto, inside TLS', () => {
  test('a client over HTTP/2 is carried over HTTP/2, one over HTTP/1.1 over HTTP/1.1', async () => {
    const upstream = await startHttp2Upstream(echo, { ...good, allowHTTP1: true });
    const { session, send, exchanges } = await forwardTo(upstream);
    expect((await askHttp2(session, { body: 'x' })).body.toString()).toBe('h2 x');
    await send(get);
    expect(exchanges.map(({ seen }) => seen.head?.httpVersion)).toEqual(['2.0', '1.1']);
  });

  test('a server that speaks only HTTP/1.1 is found out once', async () => {
    const upstream = await startHttp1Upstream(true, echo1);
    const { session, exchanges } = await forwardTo(upstream);
    for (let i = 0; i < 3; i += 1) expect((await askHttp2(session, { body: 'x' })).body.toString()).toBe('h1 x');
    // The one that was opened to ask may be gone before the server counts it.
    expect(upstream.connections()).toBeLessThanOrEqual(2);
    expect(exchanges[0]!.seen.head?.httpVersion).toBe('1.1');
  });

  test('a server that speaks only HTTP/2 answers clients over HTTP/1.1 too', async () => {
    const upstream = await startHttp2Upstream(echo, good);
    const { send, exchanges } = await forwardTo(upstream);
    const post = 'POST /x HTTP/1.1\r\nHost: a.test\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello';
    for (let i = 0; i < 2; i += 1) {
      const answer = await send(post);
      expect(answer.startLine).toBe('HTTP/1.1 200 OK');
      expect(answer.framing).toBe('chunked');
      expect(answer.body.toString()).toBe('h2 hello');
    }
    expect(exchanges[0]!.seen.head?.httpVersion).toBe('2.0');
    expect(upstream.sessionCount()).toBe(1);
  });

  test('a certificate that nobody vouches for is a failure in either version', async () => {
    const upstream = await startHttp2Upstream(echo, good);
    const { session, send } = await forwardTo(upstream, { caPem: undefined });
    const answer = await askHttp2(session);
    expect(answer.status).toBe(502);
    expect(JSON.parse(answer.body.toString())).toMatchObject({ code: 'tls' });
    expect((await send(get)).startLine).toBe('HTTP/1.1 502 Bad Gateway');
  });
});

describe('auto, in clear text', () => {
  test('a client with prior knowledge is believed', async () => {
    const upstream = await startHttp2Upstream(echo);
    const { session } = await forwardTo(upstream);
    expect((await askHttp2(session, { body: 'x' })).body.toString()).toBe('h2 x');
  });

  test('a server that does not speak HTTP/2 is asked over HTTP/1.1, nothing is lost, and that is remembered', async () => {
    const upstream = await startHttp1Upstream(false, echo1);
    const { session } = await forwardTo(upstream);
    for (let i = 0; i < 3; i += 1) {
      const answer = await askHttp2(session, { body: `b${i}`, trailers: { 'x-t': String(i) } });
      expect(answer.body.toString()).toBe(`h1 b${i}`);
      expect(answer.trailers).toEqual(['x-sum', `x-t,${i}`]);
    }
    expect(upstream.connections()).toBe(2);
  });

  test('a server that says nothing to HTTP/2 is given up on', { timeout: 15_000 }, async () => {
    const upstream = await upstreamOf(async ({ read, write, index, closed }) => {
      if (index === 0) await closed;
      await read.request();
      await write('HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
    });
    const { session } = await forwardTo(upstream);
    expect((await askHttp2(session)).body.toString()).toBe('ok');
  });

  test('a server that is not there is told as ever, and tried anew when it is', async () => {
    const upstream = await startHttp2Upstream(echo);
    const { session } = await forwardTo(upstream);
    await upstream.close();
    const answer = await askHttp2(session);
    expect(answer.status).toBe(502);
    expect(JSON.parse(answer.body.toString())).toMatchObject({ code: 'refused' });
  });
});

describe('a version that was asked for', () => {
  test('1.1 is spoken to a server that speaks both', async () => {
    const upstream = await startHttp2Upstream(echo, { ...good, allowHTTP1: true });
    const { session, exchanges } = await forwardTo(upstream, { http: '1.1' });
    await askHttp2(session);
    expect(exchanges[0]!.seen.head?.httpVersion).toBe('1.1');
  });

  test.for(['clear text', 'TLS'])('2 is spoken for clients over HTTP/1.1 as well, in %s', async (how) => {
    const upstream: Http2Upstream = await startHttp2Upstream(echo, how === 'TLS' ? good : {});
    const { send } = await forwardTo(upstream, { http: '2' });
    expect((await send(get)).body.toString()).toBe('h2 ');
  });

  test.for([true, false])('2 is a failure with a server that does not speak it (TLS: %s)', async (isSecure) => {
    const upstream = await startHttp1Upstream(isSecure, echo1);
    const { send, exchanges } = await forwardTo(upstream, { http: '2' });
    expect((await send(get)).startLine).toBe('HTTP/1.1 502 Bad Gateway');
    const { end } = exchanges[0]!.seen;
    expect(end).toMatchObject({ kind: 'failure', code: isSecure ? 'tls' : 'protocol' });
  });
});

describe('between the versions', () => {
  test('cookies are joined for HTTP/1.1, the authority is its Host, and a body without a length is chunked', async () => {
    const upstream = await startHttp1Upstream(false, echo1);
    const { session } = await forwardTo(upstream);
    const answer = await askHttp2(session, {
      headers: ['cookie', 'a=1', 'x-one', '1', 'cookie', 'b=2', 'te', 'trailers'],
      body: 'x',
    });
    const raw = answer.headers[answer.headers.indexOf('x-raw') + 1]!;
    expect(raw).toBe(
      `host|127.0.0.1:${upstream.port}|cookie|a=1; b=2|x-one|1|te|trailers|Connection|TE|Transfer-Encoding|chunked`,
    );
    expect(answer.headers).not.toContain('transfer-encoding');
    expect(answer.headers).not.toContain('connection');
  });

  test('a client over HTTP/1.1 gets chunks, trailers and 1xx of HTTP/2, and a length for a head that is all', async () => {
    const upstream = await startHttp2Upstream((stream, { headers, raw }) => {
      if (headers[':path'] === '/head') {
        stream.respond({ ':status': 200, 'grpc-status': '5' }, { endStream: true });
        return;
      }
      stream.additionalHeaders({ ':status': 103, link: '</a>' });
      stream.respond({ ':status': 200, 'x-raw': raw.join('|') }, { waitForTrailers: true });
      stream.on('wantTrailers', () => stream.sendTrailers({ 'x-sum': '1' }));
      stream.end('body');
    });
    const { send } = await forwardTo(upstream, { http: '2' });
    const request =
      'GET / HTTP/1.1\r\nHost: a.test\r\nConnection: close, X-Drop\r\nX-Drop: 1\r\nKeep-Alive: 5\r\nTE: trailers\r\nX-Keep: 1\r\n\r\n';
    const answer = await send(request);
    expect(answer.informational.map(({ startLine }) => startLine)).toEqual(['HTTP/1.1 103 Early Hints']);
    expect(valueOf(answer.headers, 'x-raw')).toBe('te|trailers|x-keep|1');
    expect(answer).toMatchObject({ framing: 'chunked', complete: true, trailers: [['x-sum', '1']] });
    const head = await send('GET /head HTTP/1.1\r\nHost: a.test\r\nConnection: close\r\n\r\n');
    expect(valueOf(head.headers, 'content-length')).toBe('0');
    expect(head.complete).toBe(true);
  });

  test('a client over HTTP/1.0 gets the body to the end of its connection', async () => {
    const upstream = await startHttp2Upstream(echo);
    const { send } = await forwardTo(upstream, { http: '2' });
    const answer = await send('GET / HTTP/1.0\r\n\r\n');
    expect(answer).toMatchObject({ framing: 'close' });
    expect(answer.body.toString()).toBe('h2 ');
  });

  test('a client that waits for 100 Continue gets upstream its word', async () => {
    const upstream = await startHttp2Upstream((stream) => {
      stream.additionalHeaders({ ':status': 100 });
      echo(stream, { headers: {}, raw: [], flags: 0 });
    });
    const { send } = await forwardTo(upstream, { http: '2' });
    const answer = await send(
      'POST / HTTP/1.1\r\nHost: a.test\r\nExpect: 100-continue\r\nContent-Length: 2\r\nConnection: close\r\n\r\nhi',
    );
    expect(answer.informational.map(({ startLine }) => startLine)).toEqual(['HTTP/1.1 100 Continue']);
    expect(answer.body.toString()).toBe('h2 hi');
  });

  test('a reset in the middle cuts the answer over HTTP/1.1', async () => {
    const upstream = await startHttp2Upstream((stream) => {
      stream.respond({ ':status': 200 }, { waitForTrailers: true });
      stream.write('part', () => stream.close(8));
    });
    const { send } = await forwardTo(upstream, { http: '2' });
    expect(await send(get)).toMatchObject({ complete: false });
  });
});
