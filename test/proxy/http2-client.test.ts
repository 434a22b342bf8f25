import http2 from 'node:http2';
import { once } from 'node:events';
import { onTestFinished, expect, test } from 'vitest';
import type { ClientRequest, ClientResponse } from '../../src/proxy/client-side.ts';
import { openListener } from '../../src/proxy/listener.ts';

interface Answer {
  readonly status: number;
  readonly headers: http2.IncomingHttpHeaders;
  readonly interim: readonly number[];
  readonly body: string;
  readonly trailers: http2.IncomingHttpHeaders;
  readonly rstCode: number;
}

async function ask(
  onRequest: (request: ClientRequest, response: ClientResponse) => void,
  headers: http2.OutgoingHttpHeaders,
  body?: string,
): Promise<Answer> {
  const listener = await openListener({ name: 'default', host: '127.0.0.1', port: 0, onRequest });
  const session = http2.connect(listener.url);
  onTestFinished(async () => {
    session.destroy();
    await listener.stop(0);
  });
  const stream = session.request(headers, { endStream: body === undefined });
  const interim: number[] = [];
  let trailers: http2.IncomingHttpHeaders = {};
  stream.on('headers', (head) => interim.push(head[':status']!));
  stream.on('trailers', (sent) => {
    trailers = sent;
  });
  stream.on('error', () => {});
  if (body !== undefined) stream.end(body);
  const chunks: Buffer[] = [];
  stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  const closed = new Promise((resolve) => stream.once('close', resolve));
  const [head] = (await Promise.race([once(stream, 'response'), closed.then(() => [{}])])) as [
    http2.IncomingHttpHeaders & http2.IncomingHttpStatusHeader,
  ];
  await closed;
  return {
    status: head[':status'] ?? 0,
    headers: head,
    interim,
    body: Buffer.concat(chunks).toString(),
    trailers,
    rstCode: stream.rstCode,
  };
}

test('a request over HTTP/2 has its authority as host, and no pseudo headers', async () => {
  let seen: ClientRequest | undefined;
  const answer = await ask(
    (request, response) => {
      seen = request;
      response.start({ status: 204, reason: 'No Content', headers: [], framing: 'none' });
      response.end(undefined, []);
    },
    { ':path': '/a?b', 'x-one': '1', cookie: ['a=1', 'b=2'] },
  );
  expect(answer.status).toBe(204);
  expect(seen).toMatchObject({ method: 'GET', url: '/a?b', httpVersion: '2.0', endsWithHead: true });
  expect(seen!.rawHeaders[0]).toBe('host');
  expect(seen!.rawHeaders.filter((text) => text.startsWith(':'))).toEqual([]);
  expect(seen!.rawHeaders).toEqual(expect.arrayContaining(['x-one', '1', 'cookie', 'a=1', 'b=2']));
});

test('an answer keeps duplicates, Latin-1 values, interim answers and trailers', async () => {
  const answer = await ask(
    (request, response) => {
      request.on('end', () => {
        response.sendInterim({ status: 103, reason: 'Early Hints', headers: ['Link', '</a.css>'] });
        const headers = ['Set-Cookie', 'a=1', 'X-Name', 'Zo\u00eb', 'Set-Cookie', 'b=2', 'Connection', 'close'];
        response.start({ status: 200, reason: 'Fine', headers, framing: 'chunked' });
        response.write(Buffer.from('hello '));
        response.end(Buffer.from('world'), ['grpc-status', '0']);
      });
      request.resume();
    },
    { ':method': 'POST', ':path': '/' },
    'body',
  );
  expect(answer.interim).toEqual([103]);
  expect(answer.headers['set-cookie']).toEqual(['a=1', 'b=2']);
  expect(answer.headers['x-name']).toBe('Zo\u00eb');
  expect(answer.headers['connection']).toBeUndefined();
  expect(answer.body).toBe('hello world');
  expect(answer.trailers['grpc-status']).toBe('0');
});

test('an answer that breaks off is reset, never ended', async () => {
  const answer = await ask(
    (_request, response) => {
      response.start({ status: 200, reason: 'OK', headers: [], framing: 'chunked' });
      response.write(Buffer.from('part'));
      response.cut();
    },
    { ':path': '/' },
  );
  expect(answer.rstCode).toBe(http2.constants.NGHTTP2_INTERNAL_ERROR);
  expect(answer.body).toBe('part');
});

test('trailers that cannot be written are no clean end', async () => {
  const answer = await ask(
    (_request, response) => {
      response.start({ status: 200, reason: 'OK', headers: [], framing: 'chunked' });
      response.end(Buffer.from('a'), ['a b', '1']);
    },
    { ':path': '/' },
  );
  expect(answer).toMatchObject({ status: 200, trailers: {}, rstCode: http2.constants.NGHTTP2_INTERNAL_ERROR });
});

test('a client that waits to be told to go on is told so', async () => {
  const answer = await ask(
    (request, response) => {
      request.on('end', () => {
        response.start({ status: 204, reason: 'No Content', headers: [], framing: 'none' });
      });
      request.resume();
    },
    { ':path': '/', ':method': 'POST', expect: '100-continue' },
    'body',
  );
  expect(answer).toMatchObject({ status: 204, interim: [100] });
});
