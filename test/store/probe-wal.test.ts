import { readdirSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { probeWal } from '../../src/store/probe-wal.ts';
import { tempFolder } from '../support/temp-folder.ts';

test('a folder on a local disk carries a cassette, and the probe leaves nothing', () => {
  const folder = tempFolder();
  expect(probeWal(folder)).toBe('works');
  expect(readdirSync(folder)).toEqual([]);
});

test('a folder that is none throws', () => {
  expect(() => probeWal(path.join(tempFolder(), 'missing'))).toThrow('directory does not exist');
});
