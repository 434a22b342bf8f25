import { once } from 'node:events';
import http2 from 'node:http2';
import { describe, expect, onTestFinished, test } from 'vitest';
import type { ClientRequest, ClientResponse } from '../../src/proxy/client-side.ts';
import { type Listener, openListener } from '../../src/proxy/listener.ts';
import { startForwarding, upstreamOf } from '../support/forwarding.ts';
import { askHttp2, openHttp2, sendHttp2 } from '../support/http2.ts';
import { endHeaders, endStream, frame, frameTypes, hpack, number32, RawHttp2 } from '../support/raw-http2.ts';

const codes = http2.constants;

async function listen(
  onRequest: (request: ClientRequest, response: ClientResponse) => void,
): Promise<{ readonly listener: Listener; readonly asked: ClientRequest[] }> {
  const asked: ClientRequest[] = [];
  const listener = await openListener({
    name: 'default',
    host: '127.0.0.1',
    port: 0,
    onRequest: (request, response) => {
      asked.push(request);
      onRequest(request, response);
    },
  });
  onTestFinished(() => listener.stop(0));
  return { listener, asked };
}

const ok = (request: ClientRequest, response: ClientResponse): void => {
  request.resume();
  response.start({ status: 200, reason: 'OK', headers: [], framing: 'chunked' });
  response.end(Buffer.from('ok'), []);
};

const good = [
  [':method', 'GET'],
  [':scheme', 'http'],
  [':path', '/'],
  [':authority', 'a.test'],
] as const;
const without = (name: string) => good.filter(([key]) => key !== name);
const head = (fields: readonly (readonly [string, string])[], stream = 1): Buffer =>
  frame('headers', { flags: endHeaders | endStream, stream, payload: hpack(...fields) });

describe('a malformed request is refused before anybody sees it', () => {
  const cases: readonly (readonly [string, readonly (readonly [string, string])[]])[] = [
    ['no :path', without(':path')],
    ['an empty :path', [...without(':path'), [':path', '']]],
    ['no :scheme', without(':scheme')],
    ['no :method', without(':method')],
    ['two :authority', [...good, [':authority', 'b.test']]],
    ['two :path', [...good, [':path', '/b']]],
    ['an unknown pseudo header', [...good, [':what', '1']]],
    ['a pseudo header of responses', [...good, [':status', '200']]],
    ['a pseudo header behind others', [...without(':path'), ['x-a', '1'], [':path', '/']]],
    ['a name in upper case', [...good, ['X-Upper', '1']]],
    ['connection', [...good, ['connection', 'close']]],
    ['transfer-encoding', [...good, ['transfer-encoding', 'chunked']]],
    ['upgrade', [...good, ['upgrade', 'h2c']]],
    ['te other than trailers', [...good, ['te', 'gzip']]],
    ['two different lengths', [...good, ['content-length', '1'], ['content-length', '2']]],
  ];
  test.for(cases)('%s', async ([, fields]) => {
    const { listener, asked } = await listen(ok);
    const client = new RawHttp2(listener.address.port);
    client.send(head(fields));
    expect(await client.refusal(1)).toMatchObject({ code: codes.NGHTTP2_PROTOCOL_ERROR });
    expect(asked).toEqual([]);
  });

  test.for([
    ['a line break in its value', 'x-a', 'b\r\nc: d'],
    ['a NUL in its value', 'x-a', 'b\0c'],
    ['a space in its name', 'x a', '1'],
  ] as const)('a line with %s is dropped by nghttp2: nobody sees it', async ([, name, value]) => {
    const { listener, asked } = await listen(ok);
    const client = new RawHttp2(listener.address.port);
    client.send(head([...good, [name, value], ['x-b', '1']]));
    await expect.poll(() => asked.length).toBe(1);
    expect(asked[0]!.rawHeaders).toEqual(['host', 'a.test', 'x-b', '1']);
  });

  test('a body longer or shorter than its length never ends', async () => {
    const ends: string[] = [];
    const { listener } = await listen((request) => {
      request.on('end', () => ends.push('end'));
      request.on('close', () => ends.push('close'));
      request.resume();
    });
    for (const body of ['four', 'seven!!']) {
      const client = new RawHttp2(listener.address.port);
      const payload = hpack(...good.map(([name, value]) => [name, name === ':method' ? 'POST' : value] as const), [
        'content-length',
        '5',
      ]);
      client.send(
        frame('headers', { flags: endHeaders, stream: 1, payload }),
        frame('data', { flags: endStream, stream: 1, payload: Buffer.from(body) }),
      );
      expect((await client.refusal(1)).code).not.toBe(codes.NGHTTP2_NO_ERROR);
    }
    expect(ends).not.toContain('end');
  });

  test('a Host that differs from :authority makes it ambiguous', async () => {
    const { listener, asked } = await listen(ok);
    const session = openHttp2(listener.url);
    const refused = await askHttp2(session, { headers: ['host', 'b.test'] });
    expect(refused.status).toBe(400);
    expect(asked).toEqual([]);
    const same = await askHttp2(session, { headers: ['host', new URL(listener.url).host] });
    expect(same.status).toBe(200);
  });

  test('CONNECT is refused in words', async () => {
    const { listener, asked } = await listen(ok);
    const session = openHttp2(listener.url);
    const stream = session.request({ ':method': 'CONNECT', ':authority': 'a.test:443' });
    const [answer] = (await once(stream, 'response')) as [http2.IncomingHttpHeaders & http2.IncomingHttpStatusHeader];
    expect(answer[':status']).toBe(405);
    stream.destroy();
    expect(asked).toEqual([]);
  });
});

describe('floods end their own connection and no other', () => {
  const floods: readonly (readonly [string, (client: RawHttp2) => void])[] = [
    [
      'resets right behind requests',
      (client) => {
        for (let i = 0; i < 5000; i += 1) {
          const stream = 2 * i + 1;
          client.send(head(good, stream), frame('reset', { stream, payload: number32(codes.NGHTTP2_CANCEL) }));
        }
      },
    ],
    [
      'settings',
      (client) => {
        for (let i = 0; i < 50_000; i += 1) client.send(frame('settings', {}));
      },
    ],
    [
      'pings',
      (client) => {
        for (let i = 0; i < 50_000; i += 1) client.send(frame('ping', { payload: Buffer.alloc(8) }));
      },
    ],
    [
      'continuations without end',
      (client) => {
        client.send(frame('headers', { stream: 1, payload: hpack(...good) }));
        for (let i = 0; i < 100; i += 1) {
          client.send(frame('continuation', { stream: 1, payload: hpack([`x-${i}`, 'v'.repeat(8000)]) }));
        }
      },
    ],
    [
      'empty data frames',
      (client) => {
        client.send(frame('headers', { flags: endHeaders, stream: 1, payload: hpack(...good) }));
        for (let i = 0; i < 5000; i += 1) client.send(frame('data', { stream: 1 }));
      },
    ],
  ];
  test.for(floods)('%s', async ([, flood]) => {
    const { listener } = await listen(ok);
    const innocent = openHttp2(listener.url);
    await askHttp2(innocent);
    const client = new RawHttp2(listener.address.port);
    await once(client.socket, 'connect');
    // It does not read what it causes.
    client.socket.pause();
    flood(client);
    client.socket.resume();
    await expect.poll(() => client.socket.destroyed || client.socket.readableEnded, { timeout: 20_000 }).toBe(true);
    expect(await askHttp2(innocent)).toMatchObject({ status: 200 });
  });

  test('more requests at a time than allowed are refused one by one', async () => {
    const { listener, asked } = await listen(() => {});
    const client = new RawHttp2(listener.address.port);
    for (let i = 0; i < 1005; i += 1) client.send(head(good, 2 * i + 1));
    expect(await client.refusal(2001)).toMatchObject({ type: frameTypes.reset });
    expect(asked.length).toBe(1000);
  });

  test('too large a head is refused, one at a time', async () => {
    const { listener, asked } = await listen(ok);
    const session = openHttp2(listener.url, { maxSendHeaderBlockLength: 1_000_000 });
    const answer = await askHttp2(session, {
      headers: Array.from({ length: 60 }, (_, i) => [`x-${i}`, 'v'.repeat(8000)]).flat(),
    });
    expect(answer.status === 0 || answer.status === 431).toBe(true);
    expect(asked).toEqual([]);
    expect(await askHttp2(openHttp2(listener.url), { headers: ['x', 'v'.repeat(60_000)] })).toMatchObject({
      status: 200,
    });
  });
});

describe('a stop', () => {
  test('says goodbye, lets requests under way finish, and takes no new ones', async () => {
    const held: ClientResponse[] = [];
    const { listener } = await listen((_request, response) => held.push(response));
    const session = openHttp2(listener.url);
    const idle = openHttp2(listener.url);
    await once(idle, 'remoteSettings');
    const stream = sendHttp2(session);
    await expect.poll(() => held.length).toBe(1);
    const goodbye = once(session, 'goaway');
    const stopped = listener.stop();
    expect((await goodbye)[0]).toBe(codes.NGHTTP2_NO_ERROR);
    const chunks: string[] = [];
    stream.on('data', (chunk: Buffer) => chunks.push(chunk.toString()));
    held[0]!.start({ status: 200, reason: 'OK', headers: [], framing: 'chunked' });
    held[0]!.end(Buffer.from('done'), []);
    await once(stream, 'close');
    expect(chunks.join('')).toBe('done');
    await stopped;
    expect(idle.destroyed || idle.closed).toBe(true);
  });

  test('cuts what does not finish', async () => {
    const { listener } = await listen(() => {});
    const session = openHttp2(listener.url);
    const stream = sendHttp2(session);
    await once(session, 'remoteSettings');
    const closed = new Promise((resolve) => stream.once('close', resolve));
    await listener.stop(50);
    await closed;
    expect(stream.rstCode).not.toBe(0);
  });
});

describe('an answer before the upload has ended', () => {
  test('arrives whole, and the client is told to stop without an error', async () => {
    const { listener } = await listen((request, response) => {
      request.resume();
      response.start({ status: 413, reason: '', headers: ['x', '1'], framing: 'chunked' });
      response.end(Buffer.from('too much'), ['sum', '1']);
    });
    const session = openHttp2(listener.url);
    const stream = session.request({ ':method': 'POST' }, { endStream: false });
    stream.on('error', () => {});
    stream.write('some of it');
    const chunks: string[] = [];
    let trailers: http2.IncomingHttpHeaders = {};
    stream.on('trailers', (sent) => {
      trailers = sent;
    });
    stream.on('data', (chunk: Buffer) => chunks.push(chunk.toString()));
    await once(stream, 'close');
    expect(chunks.join('')).toBe('too much');
    expect(trailers['sum']).toBe('1');
    expect(stream.rstCode).toBe(codes.NGHTTP2_NO_ERROR);
    expect(session.destroyed).toBe(false);
  });

  test('from upstream: the client has it whole, and it counts as an answer', async () => {
    const upstream = await upstreamOf(async ({ read, write, closed }) => {
      await read.requestHead();
      await write('HTTP/1.1 403 Forbidden\r\nContent-Length: 2\r\n\r\nno');
      await closed;
    });
    const { listener, exchanges } = await startForwarding(upstream.url);
    const session = openHttp2(listener.url);
    const stream = session.request({ ':method': 'POST' }, { endStream: false });
    stream.on('error', () => {});
    stream.write('some of it');
    const [answer] = (await once(stream, 'response')) as [http2.IncomingHttpHeaders & http2.IncomingHttpStatusHeader];
    expect(answer[':status']).toBe(403);
    stream.resume();
    await once(stream, 'close');
    expect(exchanges[0]!.seen.end).toMatchObject({ kind: 'response' });
  });
});
