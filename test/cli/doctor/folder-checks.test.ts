import { chmodSync, mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  cassetteFolderChecks,
  fileClockCheck,
  retakeFolderCheck,
  spaceVerdict,
} from '../../../src/cli/doctor/folder-checks.ts';
import { tempFolder } from '../../support/temp-folder.ts';
import { makeReadOnly, unprivileged } from '../../support/unprivileged.ts';

describe('the folder of cassettes', () => {
  test('is tried with a real database, of which nothing stays', async () => {
    const cwd = tempFolder();
    const [before] = await cassetteFolderChecks(cwd);
    expect(before).toMatchObject({ state: 'ok', detail: `${cwd} (cassettes/ is made there) takes cassettes` });
    mkdirSync(path.join(cwd, 'cassettes'));
    const [after, space] = await cassetteFolderChecks(cwd);
    expect(after).toMatchObject({ state: 'ok', detail: `${cwd}/cassettes takes cassettes` });
    expect(space?.detail).toMatch(/ free$/);
    expect(readdirSync(cwd, { recursive: true })).toEqual(['cassettes']);
  });

  test('that may not be written fails', async () => {
    const cwd = tempFolder();
    const restore = makeReadOnly(cwd);
    const checks = unprivileged(() => cassetteFolderChecks(cwd));
    expect((await checks)[0]).toMatchObject({
      state: 'fail',
      detail: expect.stringContaining(`${cwd} (cassettes/ is made there) cannot take cassettes: EACCES`),
      hint: 'check its rights, or choose another with --cwd',
    });
    restore();
  });

  test('needs some space', () => {
    expect(spaceVerdict(2 * 1024 ** 3).state).toBe('ok');
    expect(spaceVerdict(200 * 1024 ** 2)).toMatchObject({
      state: 'warn',
      hint: 'free some, or record with --max-body',
    });
    expect(spaceVerdict(1000)).toMatchObject({ state: 'fail', detail: expect.stringMatching(/^1\.0\skB free$/) });
  });
});

describe('.retake', () => {
  test('may be missing, and is fine with a key for its owner only', () => {
    const cwd = tempFolder();
    expect(retakeFolderCheck(cwd)).toMatchObject({ state: 'ok', detail: 'is not there yet; made at the first use' });
    mkdirSync(path.join(cwd, '.retake'));
    writeFileSync(path.join(cwd, '.retake', 'key'), '', { mode: 0o600 });
    expect(retakeFolderCheck(cwd)).toEqual({ name: '.retake', state: 'ok', detail: path.join(cwd, '.retake') });
  });

  test.skipIf(process.platform === 'win32')('whose key others may read is a warning with the command', () => {
    const cwd = tempFolder();
    mkdirSync(path.join(cwd, '.retake'));
    const key = path.join(cwd, '.retake', 'key');
    writeFileSync(key, '');
    chmodSync(key, 0o644);
    expect(retakeFolderCheck(cwd)).toMatchObject({ state: 'warn', hint: `chmod 600 ${key}` });
  });

  test('that its user may not write fails', () => {
    const cwd = tempFolder();
    const folder = path.join(cwd, '.retake');
    mkdirSync(folder);
    const restore = makeReadOnly(folder);
    expect(unprivileged(() => retakeFolderCheck(cwd))).toMatchObject({
      state: 'fail',
      hint: expect.stringContaining('chmod u+rwx'),
    });
    restore();
  });
});

describe('the times of files', () => {
  test('agree with the clock, or it is said by how much they do not', () => {
    const cwd = tempFolder();
    expect(fileClockCheck(cwd).state).toBe('ok');
    const hourMs = 3_600_000;
    expect(fileClockCheck(cwd, () => Date.now() + hourMs)).toMatchObject({
      state: 'warn',
      detail: expect.stringMatching(/^are 60\smin\s0\ss off the clock$/),
    });
    expect(fileClockCheck(cwd, () => Date.now() - hourMs).state).toBe('warn');
    expect(readdirSync(cwd)).toEqual([]);
  });

  test('cannot be compared in a folder that may not be written', () => {
    const cwd = tempFolder();
    const restore = makeReadOnly(cwd);
    expect(unprivileged(() => fileClockCheck(cwd))).toMatchObject({ state: 'fail' });
    restore();
  });
});
