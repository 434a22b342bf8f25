import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Connection } from '../../src/store/connection.ts';
import { replaceByCopy } from '../../src/store/replace-by-copy.ts';
import { cassetteOf } from '../support/cassette.ts';
import { connectTo } from '../support/sqlite-file.ts';

const open = (file: string): Connection => connectTo(file, 'write');

describe('replaceByCopy', () => {
  test('puts a prepared copy in the place of the file; readers keep what they had', () => {
    const file = cassetteOf([{}]);
    const reader = open(file);
    const before = statSync(file).ino;
    writeFileSync(`${file}-copy`, 'left by a crash');
    const writer = open(file);
    writer.pragma('journal_mode = WAL');
    writer.run('DELETE FROM exchanges');
    const now = replaceByCopy(writer, file, (copy) => void copy.pragma('user_version = 5'));
    expect(statSync(file).ino).not.toBe(before);
    expect(readdirSync(path.dirname(file))).toEqual(['checkout.cassette']);
    expect([now.pragma('user_version'), now.pragma('journal_mode')]).toEqual([5, 'delete']);
    expect(now.get('SELECT count(*) AS n FROM exchanges')).toEqual({ n: 0 });
    expect(reader.pragma('user_version')).toBe(2);
    reader.close();
    now.close();
  });

  test('leaves everything as it was when the preparation fails, the connection too', () => {
    const file = cassetteOf([{}]);
    const before = readFileSync(file);
    const writer = open(file);
    const fail = (): never => {
      throw new Error('no');
    };
    expect(() => replaceByCopy(writer, file, fail)).toThrow('no');
    expect(readFileSync(file).equals(before)).toBe(true);
    expect(readdirSync(path.dirname(file))).toEqual(['checkout.cassette']);
    expect(writer.get('SELECT count(*) AS n FROM exchanges')).toEqual({ n: 1 });
    writer.close();
  });
});
