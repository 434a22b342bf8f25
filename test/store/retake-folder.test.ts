import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { ensureRetakeFolder } from '../../src/store/retake-folder.ts';
import { tempFolder } from '../support/temp-folder.ts';

test('the folder is made once, ignored by git, and what is in it stays', () => {
  const project = tempFolder();
  const folder = ensureRetakeFolder(project);
  expect(folder).toBe(path.join(project, '.retake'));
  const ignore = path.join(folder, '.gitignore');
  expect(readFileSync(ignore, 'utf8')).toBe('*\n');
  writeFileSync(ignore, '*\n!kept\n');
  ensureRetakeFolder(project);
  expect(readFileSync(ignore, 'utf8')).toBe('*\n!kept\n');
});
