import * as grpc from '@grpc/grpc-js';
import type { EventEmitter } from 'node:events';
import { onTestFinished } from 'vitest';

/** Messages are text: what is tested is how they travel. */
const text = {
  requestSerialize: (value: string) => Buffer.from(value),
  requestDeserialize: (bytes: Buffer) => bytes.toString(),
  responseSerialize: (value: string) => Buffer.from(value),
  responseDeserialize: (bytes: Buffer) => bytes.toString(),
} as const;
const method = (name: string, requestStream: boolean, responseStream: boolean) =>
  ({ path: `/test.Talk/${name}`, requestStream, responseStream, ...text }) as const;

export const service = {
  say: method('Say', false, false),
  list: method('List', false, true),
  sum: method('Sum', true, false),
  talk: method('Talk', true, true),
} as const;

const implementation: grpc.UntypedServiceImplementation = {
  say: (call: grpc.ServerUnaryCall<string, string>, done: grpc.sendUnaryData<string>) => {
    const asked = call.request;
    if (asked === 'never') return;
    const trailers = new grpc.Metadata();
    trailers.set('x-asked', asked.slice(0, 20));
    trailers.set('details-bin', Buffer.from([0, 1, 2, 250]));
    if (asked.startsWith('fail')) {
      const error = { code: grpc.status.NOT_FOUND, details: 'nobody of that näme', metadata: trailers };
      done(error);
      return;
    }
    const headers = new grpc.Metadata();
    headers.set('x-served-by', String(call.metadata.get('x-client')));
    call.sendMetadata(headers);
    done(null, `hello ${asked}`, trailers);
  },
  list: (call: grpc.ServerWritableStream<string, string>) => {
    const [count = '0', end] = call.request.split(' ');
    for (let i = 0; i < Number(count); i += 1) call.write(`${i}`);
    if (end === 'open') return;
    if (end === 'fail') call.emit('error', { code: grpc.status.ABORTED, details: 'enough' });
    else call.end();
  },
  sum: (call: grpc.ServerReadableStream<string, string>, done: grpc.sendUnaryData<string>) => {
    const parts: string[] = [];
    call.on('data', (part: string) => parts.push(part));
    call.on('end', () => done(null, parts.join('+')));
  },
  talk: (call: grpc.ServerDuplexStream<string, string>) => {
    call.on('data', (part: string) => call.write(`you said ${part}`));
    call.on('end', () => {
      call.write('goodbye');
      call.end();
    });
  },
};

/** Google's gRPC for Node as a server, for the rest of the running test. */
export async function startGrpcServer(
  credentials = grpc.ServerCredentials.createInsecure(),
): Promise<{ readonly port: number; readonly stop: () => void }> {
  const server = new grpc.Server();
  server.addService(service, implementation);
  const port = await new Promise<number>((resolve, reject) => {
    server.bindAsync('127.0.0.1:0', credentials, (error, bound) => (error ? reject(error) : resolve(bound)));
  });
  const stop = (): void => server.forceShutdown();
  onTestFinished(stop);
  return { port, stop };
}

/** What a client saw of a call. */
export interface Seen {
  readonly messages: readonly string[];
  readonly code: number;
  readonly details: string;
  readonly trailers: Readonly<Record<string, unknown>>;
  readonly headers: Readonly<Record<string, unknown>>;
}

export interface GrpcClient {
  readonly say: (text: string, deadlineMs?: number) => Promise<Seen>;
  readonly list: (text: string, cancelAfter?: number) => Promise<Seen>;
  readonly sum: (...parts: readonly string[]) => Promise<Seen>;
  /** One message at a time, each after the answer to the one before. */
  readonly talk: (...parts: readonly string[]) => Promise<Seen>;
}

/** Google's gRPC for Node as a client, for the rest of the running test. */
export function openGrpcClient(port: number, credentials = grpc.credentials.createInsecure()): GrpcClient {
  const client = new grpc.Client(`localhost:${port}`, credentials, { 'grpc.enable_retries': 0 });
  onTestFinished(() => client.close());
  const metadata = new grpc.Metadata();
  metadata.set('x-client', 'test');
  const { requestSerialize: write, responseDeserialize: read } = text;
  const watch = async (call: EventEmitter): Promise<Seen> => {
    const messages: string[] = [];
    let headers: Record<string, unknown> = {};
    call.on('metadata', (sent: grpc.Metadata) => {
      headers = withoutTime(sent.getMap());
    });
    call.on('data', (message: string) => messages.push(message));
    call.on('error', () => {});
    const status = await new Promise<grpc.StatusObject>((resolve) => call.on('status', resolve));
    const { code, details } = status;
    return { messages, code, details, trailers: withoutTime(status.metadata.getMap()), headers };
  };
  const unary = async (start: (done: grpc.requestCallback<string>) => grpc.ClientUnaryCall): Promise<Seen> => {
    const answered = Promise.withResolvers<string | undefined>();
    const call = start((_error, value) => answered.resolve(value));
    const seen = await watch(call);
    const value = await answered.promise;
    return { ...seen, messages: value === undefined ? [] : [value] };
  };
  return {
    say: (value, deadlineMs) => {
      const options = deadlineMs === undefined ? {} : { deadline: Date.now() + deadlineMs };
      return unary((done) => client.makeUnaryRequest(service.say.path, write, read, value, metadata, options, done));
    },
    list: (value, cancelAfter) => {
      const call = client.makeServerStreamRequest(service.list.path, write, read, value, metadata);
      let count = 0;
      call.on('data', () => {
        count += 1;
        if (count === cancelAfter) call.cancel();
      });
      return watch(call);
    },
    sum: (...parts) =>
      unary((done) => {
        const call = client.makeClientStreamRequest(service.sum.path, write, read, metadata, done);
        for (const part of parts) call.write(part);
        call.end();
        return call;
      }),
    talk: (...parts) => {
      const call = client.makeBidiStreamRequest(service.talk.path, write, read, metadata);
      const left = [...parts];
      const next = (): void => {
        const part = left.shift();
        if (part === undefined) call.end();
        else call.write(part);
      };
      let answers = 0;
      call.on('data', () => {
        answers += 1;
        if (answers <= parts.length) next();
      });
      next();
      return watch(call);
    },
  };
}

function withoutTime({ date, ...rest }: Record<string, unknown>): Record<string, unknown> {
  void date;
  return rest;
}
