import { mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { checkWritable, writeFile } from '../../src/base/write-file.ts';
import { tempFolder } from '../support/temp-folder.ts';

test('makes the folder, replaces the file and leaves nothing beside it', () => {
  const file = path.join(tempFolder(), 'a/b/report.xml');
  writeFile(file, 'one');
  writeFile(file, 'two');
  expect(readFileSync(file, 'utf8')).toBe('two');
  expect(readdirSync(path.dirname(file))).toEqual(['report.xml']);
});

test('a file that cannot be written is FILE_UNWRITABLE, and what was there stays', () => {
  const folder = tempFolder();
  writeFileSync(path.join(folder, 'plain'), 'kept');
  mkdirSync(path.join(folder, 'taken'));
  for (const file of ['plain/report.xml', 'taken']) {
    expect(() => writeFile(path.join(folder, file), 'x')).toThrow(expect.objectContaining({ code: 'FILE_UNWRITABLE' }));
  }
  expect(readFileSync(path.join(folder, 'plain'), 'utf8')).toBe('kept');
  expect(readdirSync(folder).toSorted()).toEqual(['plain', 'taken']);
});

test('whether a file can be written is known before there is anything to write, and leaves no trace', () => {
  const folder = tempFolder();
  writeFileSync(path.join(folder, 'plain'), 'kept');
  mkdirSync(path.join(folder, 'taken'));
  for (const file of ['plain/report.xml', 'taken']) {
    expect(() => checkWritable(path.join(folder, file))).toThrow(expect.objectContaining({ code: 'FILE_UNWRITABLE' }));
  }
  checkWritable(path.join(folder, 'plain'));
  checkWritable(path.join(folder, 'new/report.xml'));
  expect(readFileSync(path.join(folder, 'plain'), 'utf8')).toBe('kept');
  expect(readdirSync(path.join(folder, 'new'))).toEqual([]);
});
