import { describe, expect, test } from 'vitest';
import type { PerMessageDeflateOptions } from 'ws';
import type { FailureOutcome } from '../../src/model/exchange.ts';
import { opcodes } from '../../src/model/stream-event.ts';
import { formatSummary } from '../../src/proxy/replay-verdict.ts';
import { encodeFrame } from '../../src/proxy/websocket-frames.ts';
import { client, closing, type Line, server } from '../support/conversation.ts';
import { connectRaw, type RawClient } from '../support/raw-client.ts';
import { startReplay, type TestReplay } from '../support/replay.ts';
import { type Recorded, replayable, socket, switched } from '../support/replayable.ts';
import { responseOutcome } from '../support/cassette.ts';
import { openSocket, type TestSocket } from '../support/web-socket.ts';

type Overrides = Parameters<typeof startReplay>[1];

const replayOf = (exchanges: readonly Recorded[], overrides?: Overrides): Promise<TestReplay> =>
  startReplay(replayable({ exchanges }), overrides);

const openAt = (replay: TestReplay, deflate: boolean | PerMessageDeflateOptions = false): Promise<TestSocket> =>
  openSocket(`ws://127.0.0.1:${replay.port}/chat`, { perMessageDeflate: deflate });

const chat: readonly Line[] = [
  server.text('welcome'),
  client.text('{"say":"a","n":1}'),
  server.text('a to all'),
  server.binary(Buffer.from([1, 2, 3])),
  client.text('{"say":"b","n":2}'),
  server.text(''),
  client.close(closing(1000)),
  server.close(closing(1000, 'see you')),
];

const deflated = (parameters = ''): Recorded =>
  socket('/chat', chat, {
    outcome: responseOutcome({
      ...switched,
      headers: [...switched.headers!, 'Sec-WebSocket-Extensions', `permessage-deflate${parameters}`],
    }),
  });

describe('a WebSocket of another maker', () => {
  test.each([
    ['without compression', socket('/chat', chat), false],
    ['that offers compression where none was recorded', socket('/chat', chat), true],
    ['that does not offer the recorded compression', deflated(), false],
    ['with compression', deflated(), true],
    ['with compression by message', deflated('; client_no_context_takeover; server_no_context_takeover'), true],
    ['with a small window', deflated(), { serverMaxWindowBits: 9 }],
  ] as const)('%s hears the whole conversation', async (_, recorded, deflate) => {
    const replay = await replayOf([recorded]);
    const { socket: peer, first, closed } = await openAt(replay, deflate);
    expect(await first(1)).toEqual(['text welcome']);
    peer.send('{"n":1, "say":"a"}');
    expect(await first(3)).toEqual(['text welcome', 'text a to all', 'binary 010203']);
    peer.send('{"say":"b","n":2}');
    expect((await first(4)).at(-1)).toBe('text');
    peer.close(1000);
    expect((await closed).at(-1)).toBe('close 1000 see you');
    const { ledger } = await replay.stop();
    expect(ledger).toMatchObject({ hits: 1, misses: 0, unused: 0 });
  });

  test('gets proof that its own key was read, and all other headers as recorded', async () => {
    const replay = await replayOf([socket('/chat', [])]);
    const raw = await connectRaw(replay.port);
    await raw.write(
      'GET /chat HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n',
    );
    const { startLine, headers } = await raw.read.response();
    expect([startLine, headers]).toEqual([
      'HTTP/1.1 101 Switching Protocols',
      [
        ['Upgrade', 'websocket'],
        ['Connection', 'Upgrade'],
        ['Sec-WebSocket-Accept', 's3pPLMBiTxaQ9kYGzzhZRbK+xOo='],
        ['X-Kept', 'yes'],
      ],
    ]);
    raw.close();
  });

  test('is answered when it pings', async () => {
    const replay = await replayOf([socket('/chat', [client.text('a'), server.text('A')])]);
    const { socket: peer, first } = await openAt(replay);
    peer.ping('1');
    peer.send('a');
    peer.ping('2');
    expect(await first(3)).toEqual(['pong 1', 'text A', 'pong 2']);
  });

  test('gets nothing from a recording whose head would be read as two', async () => {
    const headers = [...switched.headers!, 'X-Bad', 'a\r\nSet-Cookie: b'];
    const replay = await replayOf([socket('/chat', [], { outcome: responseOutcome({ ...switched, headers }) })]);
    await expect(openAt(replay)).rejects.toThrow(/socket hang up|ECONNRESET/);
    expect(replay.events.at(-1)).toMatchObject({ kind: 'miss', report: { code: 'unreadable' } });
  });

  test('is closed by the server as recorded', async () => {
    const bye = closing(4003, 'no more');
    const replay = await replayOf([socket('/chat', [server.text('a'), server.close(bye), client.close(bye)])]);
    const { closed } = await openAt(replay);
    expect(await closed).toEqual(['text a', 'close 4003 no more']);
  });

  test('may leave early', async () => {
    const replay = await replayOf([socket('/chat', chat)]);
    const { socket: peer, first, closed } = await openAt(replay);
    await first(1);
    peer.close(1001);
    expect(await closed).toEqual(['text welcome', 'close 1000 see you']);
    expect(replay.events.map(({ kind }) => kind)).toEqual(['hit']);
  });

  test('stays connected where the recording has no end', async () => {
    const replay = await replayOf([socket('/chat', [server.text('a')])]);
    const { socket: peer, first, closed } = await openAt(replay);
    await first(1);
    peer.ping();
    expect(await first(2)).toEqual(['text a', 'pong']);
    await replay.stop();
    expect((await closed).at(-1)).toBe('close 1006');
  });

  test('meets the reset that was recorded, after all that had been said', async () => {
    const outcome: FailureOutcome = {
      kind: 'failure',
      code: 'reset',
      message: 'upstream closed the connection',
      response: { ...responseOutcome(switched), ...switched } as NonNullable<FailureOutcome['response']>,
    };
    const lines = [server.text('a'), client.text('b'), server.text('B')];
    const replay = await replayOf([socket('/chat', lines, { outcome })]);
    const raw = await connectRaw(replay.port);
    await raw.write('GET /chat HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n');
    await raw.write(encodeFrame(opcodes.text, Buffer.from('b'), { mask: Buffer.alloc(4, 9) }));
    await raw.read.response();
    expect((await raw.read.rest()).toString('latin1')).toBe('\x81\x01a\x81\x01B');
    expect(raw.read.error?.code).toBe('ECONNRESET');
  });

  test('hears ten thousand messages in order', async () => {
    const lines = Array.from({ length: 10_000 }, (_, i) => server.text(`message ${i}`));
    const replay = await replayOf([socket('/chat', lines)]);
    const { first } = await openAt(replay, true);
    const seen = await first(10_000);
    expect(seen).toEqual(lines.map(({ payload }) => `text ${payload.toString()}`));
  });

  test('at recorded pace hears nothing before its time', async () => {
    const lines = [server.text('now', 0), client.text('a', 1), server.text('later', 150)];
    const replay = await replayOf([socket('/chat', lines)], { pace: { kind: 'recorded', speed: 1 } });
    const startedAt = performance.now();
    const { socket: peer, first } = await openAt(replay);
    peer.send('a');
    expect(await first(2)).toEqual(['text now', 'text later']);
    expect(performance.now() - startedAt).toBeGreaterThanOrEqual(145);
  });
});

describe('a client that says something else', () => {
  test('is closed with the reason, and the miss is told in full', async () => {
    const replay = await replayOf([socket('/chat', chat)]);
    const { socket: peer, closed } = await openAt(replay);
    peer.send('{"say":"a","n":1}');
    peer.send('{"say":"c","n":2}');
    expect((await closed).at(-1)).toBe(
      'close 1008 retake miss, message 2: message /say: recorded "b", incoming "c" (shop:session-1/0)',
    );
    const report = replay.events.flatMap((event) => (event.kind === 'miss' ? [event.report] : []));
    expect(report).toMatchObject([
      {
        code: 'conversation',
        title: 'no recording answers message 2 of the client in GET /chat',
        reason: 'shop:session-1/0 has another message 2 of the client',
        asked: { method: 'GET', target: '/chat', targetName: 'default', bodyBytes: 0 },
        cassette: 'shop',
        sessions: ['session-1'],
        lane: 'default',
        nearest: [
          {
            address: 'shop:session-1/0',
            method: 'GET',
            target: '/chat',
            distance: 0,
            differences: [
              {
                part: 'message',
                name: '/say',
                recorded: '"b"',
                incoming: '"c"',
                words: 'message /say: recorded "b", incoming "c"',
              },
            ],
          },
        ],
        suggestions: [
          'record it again: retake record --target http://127.0.0.1:3000 --cassette cassettes/shop.cassette --no-redact',
        ],
      },
    ]);
    const { ledger } = await replay.stop();
    expect(formatSummary(ledger)).toEqual([
      '1 hit, 1 miss, 0 unused recordings',
      'misses (1):',
      '  GET /chat: shop:session-1/0 has another message 2 of the client',
    ]);
  });

  test.each([
    [[], 'retake miss, message 1: shop:session-1/0 holds no message of the client'],
    [
      [client.text('more')],
      'retake miss, message 2: shop:session-1/0 holds only 1 message of the client, and this is one more',
    ],
  ])('is told when it says more than was recorded', async (lines, reason) => {
    const replay = await replayOf([socket('/chat', lines)]);
    const { socket: peer, closed } = await openAt(replay);
    peer.send('more');
    peer.send('more');
    expect(await closed).toEqual([`close 1008 ${reason}`]);
  });

  test('gets a reason that fits into a close, cut between characters', async () => {
    const replay = await replayOf([socket('/chat', [client.text('ä'.repeat(60))])]);
    const { socket: peer, closed } = await openAt(replay);
    peer.send('ö'.repeat(60));
    const [seen = ''] = await closed;
    const reason = seen.replace('close 1008 ', '');
    expect(reason).toMatch(/^retake miss, message 1: message: recorded "ä+…", incoming "ö+$/);
    expect(Buffer.byteLength(reason)).toBeGreaterThan(120);
    expect(Buffer.byteLength(reason)).toBeLessThanOrEqual(123);
  });

  test('may send another value under the name of a secret', async () => {
    const key = Buffer.alloc(32, 7);
    const file = replayable({
      key,
      exchanges: [socket('/chat', [client.text('{"token":"ps-1"}'), server.text('in')])],
    });
    const { socket: peer, first } = await openAt(await startReplay(file));
    peer.send('{"token":"real-1"}');
    expect(await first(1)).toEqual(['text in']);
  });
});

describe('an unknown protocol', () => {
  const lines = [server.bytes('HELLO\n'), client.bytes('ab'), client.bytes('cd'), server.bytes('sum 4\n')];
  const other = (events: readonly Line[]): Recorded =>
    socket('/raw', events, {
      outcome: responseOutcome({ ...switched, headers: ['Upgrade', 'sum', 'Connection', 'Upgrade'] }),
    });
  const switchTo = async (replay: TestReplay, early = ''): Promise<RawClient> => {
    const raw = await connectRaw(replay.port);
    await raw.write(`GET /raw HTTP/1.1\r\nHost: a\r\nUpgrade: sum\r\nConnection: Upgrade\r\n\r\n${early}`);
    expect((await raw.read.response()).headers).toEqual([
      ['Upgrade', 'sum'],
      ['Connection', 'Upgrade'],
    ]);
    return raw;
  };

  test('is played byte for byte, however the bytes of the client are cut', async () => {
    const raw = await switchTo(await replayOf([other([...lines, server.bytes('')])]), 'abc');
    expect(await raw.read.until('\n')).toBe('HELLO\n');
    await raw.write('d');
    expect((await raw.read.rest()).toString()).toBe('sum 4\n');
    raw.close();
  });

  test('stays open where the recording has no end', async () => {
    const raw = await switchTo(await replayOf([other(lines)]), 'abcd');
    expect(await raw.read.until('4\n')).toBe('HELLO\nsum 4\n');
    raw.end();
    expect((await raw.read.rest()).toString()).toBe('');
    raw.close();
  });

  test('waits for the end of the client where the recorded server did', async () => {
    const raw = await switchTo(await replayOf([other([client.bytes('ab'), client.bytes(''), server.bytes('sum 2')])]));
    await raw.write('ab');
    raw.end();
    expect(await raw.read.until('2')).toBe('sum 2');
    raw.close();
  });

  test('is broken off when the client says something else, and the miss names the byte', async () => {
    const replay = await replayOf([other(lines)]);
    const raw = await switchTo(replay);
    await raw.write('abXd');
    await raw.read.rest();
    expect(raw.read.error?.code).toBe('ECONNRESET');
    expect(replay.events).toMatchObject([
      { kind: 'hit' },
      {
        report: {
          title: 'no recording answers byte 3 of the client in GET /raw',
          nearest: [
            {
              differences: [{ words: 'bytes: recorded 63 64 "cd", incoming 58 64 "Xd"' }],
            },
          ],
        },
      },
    ]);
  });
});
