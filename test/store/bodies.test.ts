import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { emptyBody } from '../../src/model/exchange.ts';
import { appErrorOf } from '../support/app-error.ts';
import { openReader, tempCassette } from '../support/cassette.ts';
import { connectTo } from '../support/sqlite-file.ts';

const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

/** Different at every 4 bytes, so that a lost, doubled or moved chunk shows. */
function counting(sizeBytes: number): Buffer {
  const bytes = Buffer.alloc(sizeBytes);
  for (let at = 0; at + 4 <= sizeBytes; at += 4) bytes.writeUInt32LE(at, at);
  return bytes;
}

function stored(file: string): { bodies: number; chunks: number; sizes: number[] } {
  const connection = connectTo(file, 'read');
  try {
    const count = (table: string): number => connection.get<{ n: number }>(`SELECT count(*) AS n FROM ${table}`)!.n;
    const sizes = connection.all<{ size: number }>('SELECT length(content) AS size FROM body_chunks ORDER BY position');
    return { bodies: count('bodies'), chunks: count('body_chunks'), sizes: sizes.map(({ size }) => size) };
  } finally {
    connection.close();
  }
}

describe('bodies', () => {
  test('of 256 KiB are one blob, larger ones are chunks of at most 1 MiB; both come back byte for byte', () => {
    const small = counting(256 * 1024);
    const large = counting(2 * 1024 * 1024 + 5);
    const file = tempCassette((writer) => {
      expect(writer.putBody(small)).toEqual({
        sizeBytes: small.length,
        sha256: sha256(small),
        truncated: false,
        fullSizeBytes: small.length,
      });
      writer.putBody(large);
    });
    expect(stored(file)).toEqual({ bodies: 2, chunks: 3, sizes: [1_048_576, 1_048_576, 5] });
    const reader = openReader(file);
    expect(reader.body(sha256(small)).equals(small)).toBe(true);
    expect(reader.body(sha256(large)).equals(large)).toBe(true);
    expect([...reader.bodyChunks(sha256(large))].map(({ length }) => length)).toEqual([1_048_576, 1_048_576, 5]);
    expect(Buffer.concat([...reader.bodyChunks(sha256(small))]).equals(small)).toBe(true);
  });

  test('that are equal are stored once, whichever way they came', () => {
    const small = counting(1000);
    const large = counting(300_000);
    const file = tempCassette((writer) => {
      for (const bytes of [small, large]) {
        const facts = writer.putBody(bytes);
        expect(writer.putBody(bytes)).toEqual(facts);
        const sink = writer.openBody();
        sink.write(bytes);
        expect(sink.finish()).toEqual(facts);
      }
    });
    expect(stored(file)).toEqual({ bodies: 2, chunks: 1, sizes: [300_000] });
  });

  test('that are streamed do not depend on how they were cut', () => {
    const limit = 256 * 1024;
    for (const size of [0, 1, limit - 1, limit, limit + 1, 2 * limit, 3 * limit + 7]) {
      for (const piece of [size || 1, 1000, 70_000, limit]) {
        const bytes = counting(size);
        const file = tempCassette((writer) => {
          const sink = writer.openBody();
          for (let at = 0; at < size; at += piece) sink.write(bytes.subarray(at, at + piece));
          expect(sink.finish()).toMatchObject({ sizeBytes: size, sha256: sha256(bytes) });
          expect(writer.reader().body(sha256(bytes)).equals(bytes)).toBe(true);
        });
        expect(stored(file).bodies).toBe(size === 0 ? 0 : 1);
        expect(stored(file).chunks).toBe(size <= limit ? 0 : Math.ceil(size / limit));
      }
    }
  });

  test('that are streamed through memory that is used again are stored as they were', () => {
    const bytes = counting(700_000);
    const memory = Buffer.alloc(50_000);
    const file = tempCassette((writer) => {
      const sink = writer.openBody();
      for (let at = 0; at < bytes.length; at += memory.length) {
        bytes.copy(memory, 0, at, at + memory.length);
        sink.write(memory);
      }
      memory.fill(0);
      expect(sink.finish().sha256).toBe(sha256(bytes));
    });
    expect(openReader(file).body(sha256(bytes)).equals(bytes)).toBe(true);
  });

  test('that are empty have no row and can always be read', () => {
    const file = tempCassette((writer) => expect(writer.putBody(Buffer.alloc(0))).toBe(emptyBody));
    expect(stored(file).bodies).toBe(0);
    expect(openReader(file).body(emptyBody.sha256)).toEqual(Buffer.alloc(0));
    expect([...openReader(file).bodyChunks(emptyBody.sha256)]).toEqual([]);
  });

  test('that are abandoned leave nothing', () => {
    const file = tempCassette((writer) => {
      const sink = writer.openBody();
      sink.write(counting(600_000));
      sink.abandon();
    });
    expect(stored(file)).toEqual({ bodies: 0, chunks: 0, sizes: [] });
  });

  test('that turn out to be there already go piece by piece, so that nobody waits for all of it', () => {
    const bytes = counting(40 * 256 * 1024);
    const file = tempCassette((writer) => {
      for (const round of ['first', 'again']) {
        const sink = writer.openBody();
        sink.write(bytes);
        expect(sink.finish(), round).toMatchObject({ sha256: sha256(bytes) });
      }
      let sweeps = 0;
      while (writer.sweepBodies()) sweeps += 1;
      expect(sweeps).toBe(2);
    });
    expect(stored(file)).toMatchObject({ bodies: 1, chunks: 40 });
    expect(openReader(file).body(sha256(bytes)).equals(bytes)).toBe(true);
  });

  test('that were altered are refused, and a large one never gives its last piece', () => {
    const small = counting(100);
    const large = counting(1_500_000);
    const file = tempCassette((writer) => {
      writer.putBody(small);
      writer.putBody(large);
    });
    const connection = connectTo(file, 'write');
    connection.run("UPDATE bodies SET content = x'00' WHERE content IS NOT NULL");
    connection.run('UPDATE body_chunks SET content = zeroblob(length(content)) WHERE position = 1');
    connection.close();
    const reader = openReader(file);
    const error = { code: 'CASSETTE_CORRUPT', message: expect.stringContaining('does not fit its checksum') as string };
    expect(appErrorOf(() => reader.body(sha256(small)))).toMatchObject(error);
    expect(appErrorOf(() => reader.body(sha256(large)))).toMatchObject(error);
    const pieces: Buffer[] = [];
    expect(
      appErrorOf(() => {
        for (const piece of reader.bodyChunks(sha256(large))) pieces.push(piece);
      }),
    ).toMatchObject(error);
    expect(pieces).toHaveLength(1);
    expect(appErrorOf(() => reader.body('ab'.repeat(32))).message).toContain(`body ${'ab'.repeat(32)} is not there`);
  });
});
