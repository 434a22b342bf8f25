import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { describe, expect, test } from 'vitest';
import { ResponseCollector, keptBodyBytes } from '../../src/suite/response-collector.ts';

function response(statusCode: number, rawHeaders: string[]): IncomingMessage {
  const parts = { statusCode, statusMessage: 'Words', httpVersion: '1.1', rawHeaders, rawTrailers: [] };
  return parts as unknown as IncomingMessage;
}

describe('collecting a response', () => {
  test.each([
    ['GET', 200, ['Content-Length', '3'], 'length'],
    ['GET', 200, ['Transfer-Encoding', 'chunked'], 'chunked'],
    ['GET', 200, [], 'close'],
    ['HEAD', 200, ['Content-Length', '3'], 'none'],
    ['GET', 204, [], 'none'],
    ['GET', 304, ['Content-Length', '3'], 'none'],
  ])('%s answered %i with %j ends by %s', (method, status, headers, framing) => {
    const collector = new ResponseCollector();
    collector.begin(response(status, headers), method);
    expect(collector.result(undefined).outcome).toMatchObject({ kind: 'response', framing, reason: 'Words' });
  });

  test('bytes are kept in order with their hash', () => {
    const collector = new ResponseCollector();
    collector.begin(response(200, []), 'GET');
    for (const piece of ['a', 'bc', '']) collector.addChunk(Buffer.from(piece));
    const { body, outcome } = collector.result(undefined);
    expect(body?.toString()).toBe('abc');
    const sha256 = createHash('sha256').update('abc').digest('hex');
    expect(outcome).toMatchObject({ body: { sizeBytes: 3, fullSizeBytes: 3, sha256, truncated: false } });
  });

  test('one byte more than the limit is not kept, but counted', () => {
    const collector = new ResponseCollector();
    collector.begin(response(200, []), 'GET');
    collector.addChunk(Buffer.alloc(keptBodyBytes));
    expect(collector.result(undefined).body?.length).toBe(keptBodyBytes);
    collector.addChunk(Buffer.alloc(1));
    const { body, outcome } = collector.result(undefined);
    expect(body).toBeUndefined();
    expect(outcome).toMatchObject({ body: { sizeBytes: keptBodyBytes + 1 } });
  });

  test('a problem before the head is a failure without a response', () => {
    const collector = new ResponseCollector();
    expect(collector.hasHead).toBe(false);
    expect(collector.result(new Error('no')).outcome).toEqual({ kind: 'failure', code: 'protocol', message: 'no' });
  });
});
