import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { FirstMessage, firstMessageOf, isGrpcCall } from '../../src/proxy/grpc-first-message.ts';
import { recordRequest } from '../../src/proxy/message-record.ts';

const message = (payload: Buffer): Buffer => {
  const prefix = Buffer.alloc(5);
  prefix.writeUInt32BE(payload.length, 1);
  return Buffer.concat([prefix, payload]);
};
const hashOf = (bytes: Buffer) => ({
  sha256: createHash('sha256').update(bytes).digest('hex'),
  sizeBytes: bytes.length,
});

test('the first message is found however the body is cut, and whatever follows it', () => {
  const bytes = fc.uint8Array({ maxLength: 40 }).map((array) => Buffer.from(array));
  fc.assert(
    fc.property(bytes, bytes, fc.array(fc.integer({ min: 1, max: 9 }), { minLength: 1 }), (payload, rest, sizes) => {
      const whole = Buffer.concat([message(payload), rest]);
      const first = new FirstMessage();
      for (let at = 0, i = 0; at < whole.length; i += 1) {
        const size = sizes[i % sizes.length]!;
        first.push(whole.subarray(at, at + size));
        at += size;
      }
      expect(first.hash).toEqual(hashOf(message(payload)));
      expect(firstMessageOf(whole)).toEqual(first.hash);
    }),
  );
});

test('a message that has not come whole is none', () => {
  expect(firstMessageOf(Buffer.alloc(0))).toBeUndefined();
  expect(firstMessageOf(Buffer.alloc(4))).toBeUndefined();
  expect(firstMessageOf(message(Buffer.from('hello')).subarray(0, 9))).toBeUndefined();
});

test('only gRPC over HTTP/2 is meant', () => {
  const types = ['application/grpc', 'application/grpc+proto', 'application/grpc; charset=x', 'application/grpc-web'];
  expect(types.map((type) => isGrpcCall(['Content-Type', type]))).toEqual([true, true, true, false]);
});

test('the key of a call depends on its first message only, whether the request was cut or not', () => {
  const headers = ['content-type', 'application/grpc'];
  const keyOf = (body: Buffer, isCut: boolean): string =>
    recordRequest(
      { method: 'POST', target: '/a.B/C', headers, trailers: [], body },
      {
        targetName: 'default',
        redactor: undefined,
        streamed: undefined,
        cut: isCut ? { sizeBytes: undefined } : undefined,
        firstMessage: firstMessageOf(body),
      },
    ).key;
  const one = message(Buffer.from('one'));
  const two = Buffer.concat([one, message(Buffer.from('two'))]);
  expect(new Set([keyOf(one, false), keyOf(two, false), keyOf(two, true)]).size).toBe(1);
  expect(keyOf(message(Buffer.from('uno')), false)).not.toBe(keyOf(one, false));
});
