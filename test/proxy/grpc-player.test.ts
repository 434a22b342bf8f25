import * as grpc from '@grpc/grpc-js';
import { describe, expect, onTestFinished, test } from 'vitest';
import { parseTarget } from '../../src/model/target.ts';
import { openCertificateAuthority } from '../../src/proxy/certificate-authority.ts';
import { upstreamSettings } from '../../src/proxy/upstream-settings.ts';
import type { CassetteReader } from '../../src/store/cassette-reader.ts';
import { makeBadCertificates } from '../support/bad-certificates.ts';
import { openReader } from '../support/cassette.ts';
import { type GrpcClient, openGrpcClient, type Seen, startGrpcServer } from '../support/grpc.ts';
import { startRecording } from '../support/recording.ts';
import { startReplay, type TestReplay } from '../support/replay.ts';
import { tempFolder } from '../support/temp-folder.ts';

type Converse = (client: GrpcClient) => Promise<readonly Seen[]>;

/** What a client saw of the server through the recorder, and then of the replay without it. */
async function recordAndReplay(
  converse: Converse,
  again: Converse = converse,
  options: Parameters<typeof startReplay>[1] = {},
) {
  const server = await startGrpcServer();
  const recording = await startRecording(`http://127.0.0.1:${server.port}`);
  const recorded = await converse(openGrpcClient(recording.port));
  const { exchanges } = await recording.stop();
  server.stop();
  const replay: TestReplay = await startReplay(recording.file, options);
  const replayed = await again(openGrpcClient(replay.port));
  const { ledger } = await replay.stop();
  return { recorded, replayed, exchanges, ledger, replay };
}

test('unary calls: message, metadata, status and trailers come back as they were', async () => {
  const { recorded, replayed, exchanges, ledger } = await recordAndReplay(async (client) => [
    await client.say('ada'),
    await client.say('fail please'),
    await client.say('ada'),
    await client.say(''),
    await client.say('x'.repeat(300_000)),
  ]);
  expect(replayed).toEqual(recorded);
  expect(recorded[0]).toMatchObject({ messages: ['hello ada'], code: 0, headers: { 'x-served-by': 'test' } });
  expect(recorded[0]!.trailers).toMatchObject({ 'x-asked': 'ada', 'details-bin': Buffer.from([0, 1, 2, 250]) });
  expect(recorded[1]).toMatchObject({ messages: [], code: grpc.status.NOT_FOUND, details: 'nobody of that näme' });
  expect(recorded[4]!.messages[0]!.length).toBe(300_006);
  expect(exchanges.map(({ request }) => request.httpVersion)).toEqual(Array(5).fill('2.0'));
  expect(ledger.misses).toBe(0);
});

test('a stream of the server', async () => {
  const { recorded, replayed } = await recordAndReplay(async (client) => [
    await client.list('5'),
    await client.list('0'),
    await client.list('3 fail'),
    await client.list('2000'),
  ]);
  expect(replayed).toEqual(recorded);
  expect(recorded.map(({ messages, code }) => [messages.length, code])).toEqual([
    [5, 0],
    [0, 0],
    [3, grpc.status.ABORTED],
    [2000, 0],
  ]);
});

test('a stream of the client', async () => {
  const { recorded, replayed } = await recordAndReplay(async (client) => [
    await client.sum('1', '2', '3'),
    await client.sum('x'.repeat(200_000), 'y'.repeat(200_000)),
    await client.sum(),
  ]);
  expect(replayed).toEqual(recorded);
  expect(recorded[0]!.messages).toEqual(['1+2+3']);
});

test('a conversation in which each waits for the other', async () => {
  const { recorded, replayed } = await recordAndReplay(async (client) => [
    await client.talk('one', 'two', 'three'),
    await client.talk('solo'),
  ]);
  expect(replayed).toEqual(recorded);
  expect(recorded[0]!.messages).toEqual(['you said one', 'you said two', 'you said three', 'goodbye']);
});

test('at its recorded pace, too', async () => {
  const pace = { kind: 'recorded', speed: 2 } as const;
  const converse: Converse = async (client) => [await client.talk('one', 'two'), await client.list('3')];
  const { recorded, replayed } = await recordAndReplay(converse, converse, { pace });
  expect(replayed).toEqual(recorded);
});

test('a call its client cancelled: all that had come comes again, and it stays open until the client leaves', async () => {
  const { recorded, replayed, exchanges, ledger } = await recordAndReplay(async (client) => [
    await client.list('3 open', 3),
  ]);
  expect(replayed).toEqual(recorded);
  expect(recorded[0]).toMatchObject({ messages: ['0', '1', '2'], code: grpc.status.CANCELLED });
  expect(exchanges[0]!.outcome).toMatchObject({ kind: 'failure', code: 'client-aborted' });
  expect(ledger.misses).toBe(0);
});

test('a call that ran into its deadline does so again', async () => {
  const { recorded, replayed, ledger } = await recordAndReplay(async (client) => [await client.say('never', 300)]);
  expect(replayed.map(({ code }) => code)).toEqual([grpc.status.DEADLINE_EXCEEDED]);
  expect(recorded.map(({ code }) => code)).toEqual([grpc.status.DEADLINE_EXCEEDED]);
  expect(ledger.misses).toBe(0);
});

test('over TLS: our certificate for the client, HTTP/2 found out by ALPN on both sides', async () => {
  const { good, root, remove } = makeBadCertificates();
  onTestFinished(remove);
  const keys = [{ private_key: Buffer.from(good.key), cert_chain: Buffer.from(good.cert) }];
  const server = await startGrpcServer(grpc.ServerCredentials.createSsl(null, keys));
  const authority = await openCertificateAuthority(tempFolder());
  const { secureContextFor } = authority;
  const credentials = grpc.credentials.createSsl(Buffer.from(authority.certificatePem));
  const recording = await startRecording(`https://127.0.0.1:${server.port}`, {
    proxy: { reverseTls: secureContextFor, settings: upstreamSettings({ caPem: root }) },
  });
  const converse: Converse = async (client) => [await client.say('ada'), await client.talk('one', 'two')];
  const recorded = await converse(openGrpcClient(recording.port, credentials));
  expect(recorded.map(({ code, details }) => [code, details])).toEqual([
    [0, 'OK'],
    [0, 'OK'],
  ]);
  await recording.stop();
  const replay = await startReplay(recording.file, { reverseTls: secureContextFor });
  expect(await converse(openGrpcClient(replay.port, credentials))).toEqual(recorded);
});

test('a miss that is passed on goes on live, both ways, and is recorded', async () => {
  const server = await startGrpcServer();
  const recording = await startRecording(`http://127.0.0.1:${server.port}`);
  await openGrpcClient(recording.port).talk('known');
  await recording.stop();
  const targets = [parseTarget(`http://127.0.0.1:${server.port}`)];
  const replay = await startReplay(recording.file, { upstream: { targets } });
  const seen = await openGrpcClient(replay.port).talk('new', 'talk');
  expect(seen.messages).toEqual(['you said new', 'you said talk', 'goodbye']);
});

describe('a miss', () => {
  test('of the whole call is a status with words, and no client tries again', async () => {
    const { replayed, ledger } = await recordAndReplay(
      async (client) => [await client.say('ada')],
      async (client) => [await client.say('grace')],
    );
    expect(replayed[0]).toMatchObject({ messages: [], code: grpc.status.FAILED_PRECONDITION });
    expect(replayed[0]!.details).toMatch(/^retake: no recording answers POST \/test\.Talk\/Say .*: POST was recorded/);
    expect(ledger.misses).toBe(1);
  });

  test('of a later message comes behind what was said before', async () => {
    const { replayed, ledger } = await recordAndReplay(
      async (client) => [await client.talk('one', 'two', 'three')],
      async (client) => [await client.talk('one', 'TWO')],
    );
    expect(replayed[0]).toMatchObject({ messages: ['you said one'], code: grpc.status.FAILED_PRECONDITION });
    expect(replayed[0]!.details).toContain('message 2 of the client');
    expect(ledger.misses).toBe(1);
  });

  test('for a message too many, and for one too few', async () => {
    const { replayed } = await recordAndReplay(
      async (client) => [await client.sum('1', '2'), await client.sum('3', '4')],
      async (client) => [await client.sum('1', '2', '3'), await client.sum('3')],
    );
    expect(replayed.map(({ code }) => code)).toEqual(Array(2).fill(grpc.status.FAILED_PRECONDITION));
    expect(replayed[0]!.details).toContain('holds only 2 messages of the client, and this is one more');
    expect(replayed[1]!.details).toContain('holds message 2 of the client, which ended before it this time');
  });
});

test('a call whose messages the cassette cannot give ends with a miss', async () => {
  const server = await startGrpcServer();
  const recording = await startRecording(`http://127.0.0.1:${server.port}`);
  await openGrpcClient(recording.port).say('ada');
  await recording.stop();
  server.stop();
  const reader = openReader(recording.file);
  const damaged = new Proxy(reader, {
    get: (_, name: keyof CassetteReader) => {
      if (name === 'streamEvents') throw new Error('the disk is gone');
      const value: unknown = reader[name];
      return typeof value === 'function' ? (value.bind(reader) as unknown) : value;
    },
  });
  const layers = [{ reader: damaged, cassette: 'shop', session: reader.session() }];
  const replay = await startReplay(recording.file, { layers });
  const seen = await openGrpcClient(replay.port).say('ada');
  expect(seen.code).toBe(grpc.status.FAILED_PRECONDITION);
  expect(seen.details).toContain('the disk is gone');
});
