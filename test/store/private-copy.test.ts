import { chmodSync, existsSync, readdirSync, readFileSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { privateCopy } from '../../src/store/private-copy.ts';
import { tempFolder } from '../support/temp-folder.ts';

describe('a private copy', () => {
  test('brings the journal along but not its index, also from behind a link, and goes away', () => {
    const folder = tempFolder();
    for (const suffix of ['', '-wal', '-shm']) writeFileSync(path.join(folder, `x.cassette${suffix}`), `main${suffix}`);
    const link = path.join(tempFolder(), 'link.cassette');
    symlinkSync(path.join(folder, 'x.cassette'), link);
    const copy = privateCopy(link);
    expect(readdirSync(path.dirname(copy.path)).sort()).toEqual(['link.cassette', 'link.cassette-wal']);
    expect(readFileSync(`${copy.path}-wal`, 'utf8')).toBe('main-wal');
    copy.remove();
    expect(existsSync(path.dirname(copy.path))).toBe(false);
    copy.remove();
  });

  test('can be written where the file cannot', () => {
    const file = path.join(tempFolder(), 'x.cassette');
    for (const suffix of ['', '-wal']) {
      writeFileSync(file + suffix, 'main');
      chmodSync(file + suffix, 0o444);
    }
    const copy = privateCopy(file);
    for (const suffix of ['', '-wal']) expect(statSync(copy.path + suffix).mode & 0o777).toBe(0o600);
    copy.remove();
  });

  test('of nothing is an error', () => {
    expect(() => privateCopy(path.join(tempFolder(), 'none'))).toThrow('ENOENT');
  });
});
