import { expect, test } from 'vitest';
import { AppError } from '../../src/base/errors.ts';
import { maxHeldBodyBytes, RecordingCache } from '../../src/proxy/recording-cache.ts';
import { cassetteOf, openReader, responseOutcome } from '../support/cassette.ts';
import Database from 'better-sqlite3';

function idsOf(reader: ReturnType<typeof openReader>): number[] {
  return [...reader.exchanges(reader.session().id)].map((exchange) => exchange.id);
}

test('a recording is held from the second time on', () => {
  const reader = openReader(cassetteOf([{ responseBytes: 'hello' }]));
  const cache = new RecordingCache(reader);
  const [id = 0] = idsOf(reader);
  const first = cache.get(id);
  expect(first?.body?.toString()).toBe('hello');
  expect(cache.heldBytes).toBe(0);
  const second = cache.get(id);
  expect(second).toEqual({ ...first, isHeld: true });
  expect(cache.heldBytes).toBeGreaterThan(0);
  expect(cache.get(id)).toBe(second);
});

test('an exchange that is not there is undefined', () => {
  const cache = new RecordingCache(openReader(cassetteOf([{}])));
  expect(cache.get(12_345)).toBeUndefined();
});

test('the cache stays within its bytes and lets go of what was served longest ago', () => {
  const big = (fill: string): { responseBytes: string } => ({ responseBytes: fill.repeat(100_000) });
  const reader = openReader(cassetteOf([big('a'), big('b'), big('c')]));
  const cache = new RecordingCache(reader, 250_000);
  const [a = 0, b = 0, c = 0] = idsOf(reader);
  const twice = (id: number): unknown => (cache.get(id), cache.get(id));
  const heldA = twice(a);
  const heldB = twice(b);
  cache.get(a);
  twice(c);
  expect(cache.heldBytes).toBeLessThanOrEqual(250_000);
  expect(cache.get(a)).toBe(heldA);
  expect(cache.get(b)).not.toBe(heldB);
});

test('a large body is never held: it comes in pieces', () => {
  const bytes = Buffer.alloc(maxHeldBodyBytes * 2 + 5, 'x');
  const reader = openReader(cassetteOf([{ responseBytes: bytes }]));
  const cache = new RecordingCache(reader);
  const recording = cache.get(idsOf(reader)[0]!)!;
  expect(recording.body).toBeUndefined();
  expect(cache.heldBytes).toBeLessThan(10_000);
  const pieces = [...cache.bodyOf(recording)];
  expect(Math.max(...pieces.map((piece) => piece.length))).toBeLessThanOrEqual(maxHeldBodyBytes);
  expect(Buffer.concat(pieces).equals(bytes)).toBe(true);
});

test('of a failure the body is what had arrived', () => {
  const response = responseOutcome();
  if (response.kind !== 'response') throw new Error('not a response');
  const reader = openReader(
    cassetteOf([{ outcome: { kind: 'failure', code: 'reset', message: 'gone', response }, responseBytes: 'half' }]),
  );
  const cache = new RecordingCache(reader);
  const recording = cache.get(idsOf(reader)[0]!)!;
  expect([...cache.bodyOf(recording)].map(String)).toEqual(['half']);
});

test('a body that does not fit its checksum is refused, the others are not', () => {
  const file = cassetteOf([{ responseBytes: 'good' }, { responseBytes: 'bad' }]);
  const database = new Database(file);
  database.prepare("UPDATE bodies SET content = x'424144' WHERE content = CAST('bad' AS BLOB)").run();
  database.close();
  const reader = openReader(file);
  const cache = new RecordingCache(reader);
  const [good = 0, bad = 0] = idsOf(reader);
  expect(cache.get(good)?.body?.toString()).toBe('good');
  expect(() => cache.get(bad)).toThrow(AppError);
  expect(() => cache.get(bad)).toThrow(/does not fit its checksum/);
});

test('what is asked once does not push out what is asked again', () => {
  const reader = openReader(cassetteOf(Array.from({ length: 200 }, () => ({ responseBytes: 'x'.repeat(1000) }))));
  const cache = new RecordingCache(reader, 100_000);
  const [popular = 0, ...others] = idsOf(reader);
  cache.get(popular);
  const held = cache.get(popular);
  for (const id of others) cache.get(id);
  expect(cache.get(popular)).toBe(held);
});
