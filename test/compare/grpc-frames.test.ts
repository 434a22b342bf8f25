import zlib from 'node:zlib';
import { expect, test } from 'vitest';
import { grpcFrames } from '../../src/compare/grpc-frames.ts';
import { frame } from '../support/protobuf.ts';

const text = Buffer.from('hello hello hello');

test('messages are decompressed whatever the coding was called', () => {
  for (const compressed of [zlib.gzipSync(text), zlib.deflateSync(text), zlib.zstdCompressSync(text)]) {
    expect(grpcFrames(frame(compressed, 1))).toEqual([{ payload: text, isTrailers: false }]);
  }
  expect(grpcFrames(frame(text, 1))[0]).toMatchObject({ problem: 'it holds a message that cannot be decompressed' });
});

test('a message that unfolds into too much stays as it is', () => {
  const bomb = zlib.gzipSync(Buffer.alloc(65 * 1024 * 1024));
  expect(grpcFrames(frame(bomb, 1))[0]).toMatchObject({ payload: bomb, problem: expect.any(String) as string });
});

test('the rest of a body is a message that was cut off', () => {
  expect(grpcFrames(Buffer.concat([frame(text), frame(text).subarray(0, 9)]))).toMatchObject([
    { payload: text },
    { problem: 'it is cut off in the middle of a message' },
  ]);
  expect(grpcFrames(Buffer.from([0, 0]))).toHaveLength(1);
});
