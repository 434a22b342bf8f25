import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { ensureRetakeFolder, keyFile, runsFile } from '../../src/store/retake-folder.ts';
import { tempFolder } from '../support/temp-folder.ts';

test('the folder is made once, ignored by git, and what is in it stays', () => {
  const project = tempFolder();
  ensureRetakeFolder(project);
  const ignore = path.join(project, '.retake', '.gitignore');
  expect(readFileSync(ignore, 'utf8')).toBe('*\n');
  writeFileSync(ignore, '*\n!kept\n');
  ensureRetakeFolder(project);
  expect(readFileSync(ignore, 'utf8')).toBe('*\n!kept\n');
});

test('runs and the key lie in it', () => {
  expect(runsFile('/p')).toBe(path.join('/p', '.retake', 'runs.sqlite'));
  expect(keyFile('/p')).toBe(path.join('/p', '.retake', 'key'));
});
