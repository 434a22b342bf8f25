import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { CassetteLibrary, fileSignature, readCassette } from '../../src/ui/cassette-library.ts';
import { cassetteOf } from '../support/cassette.ts';
import { tempFolder } from '../support/temp-folder.ts';

function folderWith(...files: readonly string[]): string {
  const folder = tempFolder();
  for (const file of files) {
    mkdirSync(path.dirname(path.join(folder, file)), { recursive: true });
    writeFileSync(path.join(folder, file), file);
  }
  return folder;
}

describe('the cassettes of a folder', () => {
  test('are found below it, but not in packages and hidden folders', () => {
    const folder = folderWith(
      'a.cassette',
      'cassettes/b.cassette',
      'node_modules/x/c.cassette',
      '.git/d.cassette',
      'e.txt',
    );
    expect(new CassetteLibrary(folder, []).list().map(({ name }) => name)).toEqual(['a', 'b']);
  });

  test('have short names where these are unique, else names by path', () => {
    const folder = folderWith('one/shop.cassette', 'two/shop.cassette', 'two/other.cassette');
    expect(new CassetteLibrary(folder, []).list().map(({ name }) => name)).toEqual(['one/shop', 'other', 'two/shop']);
  });

  test('include those named besides, once they exist', () => {
    const folder = folderWith();
    const elsewhere = folderWith('far.cassette');
    const library = new CassetteLibrary(folder, [
      path.join(elsewhere, 'far.cassette'),
      path.join(folder, 'later.cassette'),
    ]);
    expect(library.list()).toEqual([{ name: 'far', path: path.join(elsewhere, 'far.cassette') }]);
    expect(library.shownPath(library.list()[0]!)).toBe(path.join(elsewhere, 'far.cassette'));
  });

  test('are only ever looked up by name, never by path', () => {
    const folder = folderWith('cassettes/a.cassette');
    const library = new CassetteLibrary(folder, []);
    expect(library.shownPath(library.named('a'))).toBe('cassettes/a.cassette');
    for (const name of ['../a', 'cassettes/a', 'cassettes/a.cassette', '/etc/passwd', 'A', '', '__proto__']) {
      expect(() => library.named(name)).toThrow(expect.objectContaining({ code: 'CASSETTE_MISSING' }));
    }
  });

  test('of a folder that is gone are none', () => {
    const folder = folderWith('a.cassette');
    rmSync(folder, { recursive: true });
    expect(new CassetteLibrary(folder, []).list()).toEqual([]);
  });

  test('are closed again after each look, also when the look fails', () => {
    const file = cassetteOf([{}]);
    const cassette = { name: 'checkout', path: file };
    expect(readCassette(cassette, (reader) => reader.sessions().length)).toBe(1);
    const closed = (): unknown =>
      readCassette(cassette, (reader) => {
        throw Object.assign(new Error('stop'), { reader });
      });
    expect(closed).toThrow('stop');
  });
});

test('a signature changes with the file, its journal, or another file in its place', () => {
  const folder = folderWith('a.cassette');
  const file = path.join(folder, 'a.cassette');
  const seen = new Set([fileSignature(file)]);
  writeFileSync(file, 'longer than before');
  seen.add(fileSignature(file));
  writeFileSync(`${file}-wal`, 'x');
  seen.add(fileSignature(file));
  rmSync(file);
  seen.add(fileSignature(file));
  expect(seen.size).toBe(4);
  expect(fileSignature(path.join(folder, 'none'))).toBe('|');
});
