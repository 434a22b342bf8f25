import type { ServerUnaryCall, ServerWritableStream, sendUnaryData } from '@grpc/grpc-js';
import * as grpc from '@grpc/grpc-js';
import { createServer } from 'node:http';
import { expect, onTestFinished, test } from 'vitest';
import { openGrpcClient, service, startGrpcServer } from '../support/grpc.ts';
import { message } from '../support/protobuf.ts';
import { recordSession } from '../support/record-session.ts';
import { run, stageOf, type SuiteStage, told, verdicts } from '../support/suite-stage.ts';
import { tempFolder } from '../support/temp-folder.ts';

type Bytes = Uint8Array & Buffer;
const bytes = {
  requestSerialize: (value: Buffer) => value,
  requestDeserialize: (value: Buffer) => value,
  responseSerialize: (value: Buffer) => value,
  responseDeserialize: (value: Buffer) => value,
} as const;
const shop = {
  order: { path: '/shop.Shop/Order', requestStream: false, responseStream: false, ...bytes },
  watch: { path: '/shop.Shop/Watch', requestStream: false, responseStream: true, ...bytes },
} as const;

/** How this build of the shop differs from the recorded one. */
interface ShopBuild {
  readonly price?: number;
  readonly fails?: true;
}

async function startShop({ price = 300, fails }: ShopBuild = {}): Promise<{
  readonly port: number;
  readonly stop: () => void;
}> {
  const orderOf = (item: Buffer, number: number): Buffer =>
    message([1, number], [2, item], [3, message([1, price], [2, { double: 19.5 }])]);
  const server = new grpc.Server();
  server.addService(shop, {
    order: ({ request }: ServerUnaryCall<Bytes, Buffer>, done: sendUnaryData<Buffer>) => {
      if (fails) done({ code: grpc.status.INTERNAL, details: 'out of order' });
      else done(null, orderOf(request, 1));
    },
    watch: (call: ServerWritableStream<Bytes, Buffer>) => {
      for (const number of [1, 2]) call.write(orderOf(call.request, number));
      // Goes on for ever.
    },
  });
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', grpc.ServerCredentials.createInsecure(), (error, bound) =>
      error ? reject(error) : resolve(bound),
    );
  });
  const stop = (): void => server.forceShutdown();
  onTestFinished(stop);
  return { port, stop };
}

async function record(port: number, client: (port: number) => Promise<void>): Promise<SuiteStage> {
  const folder = tempFolder();
  const file = await recordSession({
    folder,
    url: `http://127.0.0.1:${port}`,
    client: (url) => client(Number(new URL(url).port)),
  });
  return stageOf(file, folder);
}

async function recordShop(): Promise<SuiteStage> {
  const server = await startShop();
  const stage = await record(server.port, async (port) => {
    const client = new grpc.Client(`127.0.0.1:${port}`, grpc.credentials.createInsecure());
    onTestFinished(() => client.close());
    const { order, watch } = shop;
    await new Promise<void>((resolve, reject) => {
      client.makeUnaryRequest(
        order.path,
        order.requestSerialize,
        order.responseDeserialize,
        Buffer.from('tea'),
        (error) => (error ? reject(error) : resolve()),
      );
    });
    const call = client.makeServerStreamRequest(
      watch.path,
      watch.requestSerialize,
      watch.responseDeserialize,
      Buffer.from('tea'),
    );
    let count = 0;
    await new Promise<void>((resolve) => {
      call.on('error', () => resolve());
      call.on('data', () => {
        count += 1;
        if (count === 2) call.cancel();
      });
    });
  });
  server.stop();
  return stage;
}

const against = async (stage: SuiteStage, build: ShopBuild = {}) =>
  run(stage, `http://127.0.0.1:${(await startShop(build)).port}`);

test('calls are made again over HTTP/2, and their messages compared field by field', async () => {
  const stage = await recordShop();
  const same = await against(stage);
  expect(same.skipped).toEqual([]);
  expect(told(same)).toEqual([]);
  expect(told(await against(stage, { price: 400 }))).toEqual([
    '0 body /0/3/1 300 → 400',
    '1 body /0/3/1 300 → 400',
    '1 body /1/3/1 300 → 400',
  ]);
});

test('a call that fails where it did not is broken', async () => {
  const result = await against(await recordShop(), { fails: true });
  expect(verdicts(result)[0]).toBe('broken');
  expect(told(result)).toContainEqual('0 trailer grpc-status 0 → 13');
});

test('streams of both sides and failing calls are the same again', async () => {
  const first = await startGrpcServer();
  const stage = await record(first.port, async (port) => {
    const client = openGrpcClient(port);
    await client.say('bob');
    await client.say('fail');
    await client.list('3');
    await client.sum('a', 'b');
    await client.talk('a', 'b');
  });
  first.stop();
  const { port } = await startGrpcServer();
  const result = await run(stage, `http://127.0.0.1:${port}`);
  expect(told(result)).toEqual([]);
  expect(verdicts(result)).toHaveLength(Object.keys(service).length + 1);
});

test('a server that speaks no HTTP/2 fails the call', async () => {
  const stage = await recordShop();
  const server = createServer((_request, response) => response.end('hello')).listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as { port: number };
  const result = await run(stage, `http://127.0.0.1:${port}`, { timeoutMs: 1000 });
  expect(verdicts(result)).toEqual(['failed', 'failed']);
});
