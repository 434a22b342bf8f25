import { describe, expect, test } from 'vitest';
import { outgoingRequest } from '../../src/suite/outgoing-request.ts';
import { cassetteOf, openReader } from '../support/cassette.ts';

function read(requestBytes: string | Buffer): { reader: ReturnType<typeof openReader>; exchange: never } {
  const reader = openReader(cassetteOf([{ method: 'POST', target: '/a', requestBytes }]));
  return { reader, exchange: reader.exchange(1, 0) as never };
}

const bytesOf = (chunks: Iterable<Buffer>): Buffer => Buffer.concat([...chunks]);

describe('a recorded request on its way out', () => {
  test('goes with the values filled in, and the size of the new body', () => {
    const { reader, exchange } = read('{"id":"old"}');
    const request = outgoingRequest(reader, exchange, (recorded) => ({
      ...recorded,
      target: '/b',
      body: Buffer.from(recorded.body!.toString().replace('old', 'newer')),
    }));
    expect(request).toMatchObject({ method: 'POST', target: '/b', body: { sizeBytes: 14 } });
    expect(bytesOf(request.body.chunks()).toString()).toBe('{"id":"newer"}');
  });

  test('without a body has none', () => {
    const { reader, exchange } = read('');
    const request = outgoingRequest(reader, exchange, (recorded) => recorded);
    expect(request.body.sizeBytes).toBe(0);
    expect([...request.body.chunks()]).toEqual([]);
  });

  test('with a very large body is read piece by piece and not looked into', () => {
    const large = Buffer.alloc(17 * 1024 * 1024, 'ab');
    const { reader, exchange } = read(large);
    const request = outgoingRequest(reader, exchange, (recorded) => {
      expect(recorded.body).toBeUndefined();
      return recorded;
    });
    expect(request.body.sizeBytes).toBe(large.length);
    const chunks = [...request.body.chunks()];
    expect(Math.max(...chunks.map((chunk) => chunk.length))).toBeLessThanOrEqual(1024 * 1024);
    expect(bytesOf(chunks).equals(large)).toBe(true);
  });
});
