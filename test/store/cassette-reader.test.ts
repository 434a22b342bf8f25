import { globSync, readFileSync, renameSync, rmSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { CassetteReader } from '../../src/store/cassette-reader.ts';
import { cassetteOf, fixedTime, newExchange, newSession, openReader, openWriter } from '../support/cassette.ts';

describe('a reader', () => {
  test('follows a recording as it is committed, and never changes the file', () => {
    const file = cassetteOf([]);
    const writer = openWriter(file);
    const reader = openReader(file);
    const sessionId = writer.beginSession(newSession({ name: 'live' }));
    const before = readFileSync(file);
    for (const position of [0, 1, 2]) {
      writer.transaction(() => {
        writer.insertExchange(newExchange(sessionId, { position }));
        expect(reader.tail(sessionId, 1).map((summary) => summary.position)).toEqual(
          position === 0 ? [] : [position - 1],
        );
      });
      expect(reader.tail(sessionId, 1)).toMatchObject([{ position, session: 'live' }]);
    }
    expect(reader.session('live')).toMatchObject({ exchangeCount: 3 });
    expect(reader.session('live')).not.toHaveProperty('endedAt');
    expect(readFileSync(file).equals(before)).toBe(true);
    writer.finishSession(sessionId, { endedAt: fixedTime });
  });

  test('knows when another file has taken the place of its own', () => {
    const file = cassetteOf([{}]);
    const reader = openReader(file);
    expect(reader.formatVersion).toBe(2);
    expect(reader.isCurrent()).toBe(true);
    renameSync(cassetteOf([{}, {}]), file);
    expect(reader.isCurrent()).toBe(false);
    expect(reader.session().exchangeCount).toBe(1);
    rmSync(file);
    expect(reader.isCurrent()).toBe(false);
    expect(() => CassetteReader.open(file)).toThrow('does not exist');
  });
});

/** They are served by the examples and the demo, which no change of the format may break. */
test.each(['cassettes/shop.cassette', ...globSync('examples/*/cassettes/**/*.cassette')])('%s can be read', (file) => {
  const reader = openReader(file);
  expect(reader.sessions().every(({ endedAt }) => endedAt !== undefined)).toBe(true);
});
