import { describe, expect, test } from 'vitest';
import { requestMarker, responseMarker, streamPauseMs } from '../../src/proxy/stream-marker.ts';

const typed = (type: string): string[] => ['Content-Type', type];
const chunk = Buffer.alloc(10);

describe('a response', () => {
  test.each([
    ['text/event-stream; charset=utf-8', 'chunked'],
    ['application/x-ndjson', 'close'],
    ['application/jsonl', 'chunked'],
    ['multipart/x-mixed-replace; boundary=b', 'length'],
  ] as const)('of type %s has every chunk marked', (type, framing) => {
    const marker = responseMarker({ headers: typed(type), framing }, 5)!;
    expect([...marker(chunk, 6), ...marker(chunk, 6.5)]).toEqual([
      { offsetMs: 6, sizeBytes: 10 },
      { offsetMs: 6.5, sizeBytes: 10 },
    ]);
  });

  test.each([
    ['application/json', 'length'],
    ['', 'none'],
  ] as const)('of type "%s" with the framing %s is never looked at', (type, framing) => {
    expect(responseMarker({ headers: typed(type), framing }, 5)).toBeUndefined();
  });

  test('of another type has no marks while it comes in one go', () => {
    const marker = responseMarker({ headers: typed('application/json'), framing: 'chunked' }, 5)!;
    for (let i = 1; i <= 100; i += 1) expect(marker(chunk, 5 + i * streamPauseMs)).toEqual([]);
  });

  test('of another type is a stream from its first pause on, with what came before as one piece', () => {
    const marker = responseMarker({ headers: typed('application/json'), framing: 'close' }, 5)!;
    expect([6, 7, 100, 101].flatMap((at) => marker(chunk, at))).toEqual([
      { offsetMs: 7, sizeBytes: 20 },
      { offsetMs: 100, sizeBytes: 10 },
      { offsetMs: 101, sizeBytes: 10 },
    ]);
  });

  test('whose first byte comes long after its head has nothing before it', () => {
    const marker = responseMarker({ headers: [], framing: 'chunked' }, 5)!;
    expect(marker(chunk, 500)).toEqual([{ offsetMs: 500, sizeBytes: 10 }]);
  });
});

describe('gRPC', () => {
  const message = Buffer.from([0, 0, 0, 0, 3, 1, 2, 3]);

  test.each(['application/grpc', 'application/grpc+proto', 'application/grpc-web', 'application/grpc-web+proto'])(
    'of type %s has its messages marked, both ways',
    (type) => {
      const response = responseMarker({ headers: typed(type), framing: 'none' }, 1)!;
      const request = requestMarker(typed(type))!;
      for (const marker of [response, request]) {
        expect(marker(message.subarray(0, 6), 2)).toEqual([]);
        expect(marker(Buffer.concat([message.subarray(6), message]), 3)).toEqual([
          { offsetMs: 3, sizeBytes: 8 },
          { offsetMs: 3, sizeBytes: 8 },
        ]);
      }
    },
  );

  test('in Base64, and other requests, have no messages to be seen', () => {
    expect(requestMarker(typed('application/grpc-web-text'))).toBeUndefined();
    expect(requestMarker(typed('application/json'))).toBeUndefined();
  });
});
