import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, onTestFinished, test } from 'vitest';
import { runProcess } from '../../src/demo/start-process.ts';
import { RunStore } from '../../src/store/run-store.ts';
import { type NotesBuild, startNotesApi, useNotesApi } from '../support/notes-api.ts';
import { runRetake } from '../support/process.ts';
import { recordSession } from '../support/record-session.ts';

const project = fileURLToPath(new URL('../..', import.meta.url));

/** A folder inside the package, so that `retake` in the generated file means the built package itself. */
async function stage(): Promise<string> {
  const parent = path.join(project, '.retake');
  mkdirSync(parent, { recursive: true });
  const cwd = mkdtempSync(path.join(parent, 'generated '));
  onTestFinished(() => rmSync(cwd, { recursive: true, force: true }));
  const api = await startNotesApi();
  await recordSession({ folder: cwd, url: api.url, client: useNotesApi });
  await api.close();
  return cwd;
}

interface VitestRun {
  readonly code: number | null;
  readonly text: string;
}

async function runVitest(cwd: string, env: NodeJS.ProcessEnv): Promise<VitestRun> {
  const vitest = path.join(project, 'node_modules/vitest/vitest.mjs');
  const { VITEST: _, CI: __, ...clean } = process.env;
  const ended = await runProcess({
    command: process.execPath,
    args: [vitest, 'run', '--root', cwd],
    cwd,
    env: { ...clean, NO_COLOR: '1', RETAKE_REDACT_KEY: 'test-key', RETAKE_SECRET_PASSWORD: 'correct horse', ...env },
  });
  return { code: ended.code, text: ended.stdout + ended.stderr };
}

async function build(kind: NotesBuild): Promise<string> {
  return (await startNotesApi(kind)).url;
}

describe('retake generate vitest', () => {
  test('writes a file that passes, fails in words, and says what it needs, run by vitest against live servers', async () => {
    const cwd = await stage();
    const written = await runRetake(['generate', 'vitest', 'notes', '--out', 'test/notes.test.ts'], { cwd });
    expect(written).toMatchObject({ code: 0, stdout: '' });

    const passing = await runVitest(cwd, { RETAKE_TARGET: await build('first') });
    expect(passing.text).toContain('8 passed');
    expect(passing.code).toBe(0);

    const failing = await runVitest(cwd, { RETAKE_TARGET: await build('regressed') });
    expect(failing.code).toBe(1);
    expect(failing.text).toContain('2 failed');
    expect(failing.text).toContain('+   "changed: body /version 2 → 1",');

    const unset = await runVitest(cwd, { RETAKE_TARGET: '' });
    expect(unset.code).toBe(1);
    expect(unset.text).toContain('set RETAKE_TARGET to the server under test, for example http://127.0.0.1:3000');

    const store = RunStore.open(cwd);
    onTestFinished(() => store.close());
    expect(store.runs(10).map(({ verdict, checkCount }) => [verdict, checkCount])).toEqual([
      ['failed', 8],
      ['passed', 8],
    ]);
  }, 120_000);

  test('prints the file without --out', async () => {
    const cwd = await stage();
    const { code, stdout } = await runRetake(['generate', 'vitest', 'notes'], { cwd });
    expect(code).toBe(0);
    expect(stdout).toContain("new URL('./cassettes/notes.cassette', import.meta.url)");
    expect(stdout).toContain("test('POST /login → 200', async () => {");
  });

  test('with --json it is one document, whether a file is written or not', async () => {
    const cwd = await stage();
    const printed = await runRetake(['generate', 'vitest', 'notes', '--json'], { cwd });
    const text = (await runRetake(['generate', 'vitest', 'notes'], { cwd })).stdout;
    expect(JSON.parse(printed.stdout)).toEqual({ schema: 'retake.generate/1', kind: 'vitest', file: null, text });
    const written = await runRetake(['generate', 'vitest', 'notes', '--json', '--out', 'n.test.ts'], { cwd });
    expect(written).toMatchObject({ code: 0, stderr: '' });
    const file = path.join(cwd, 'n.test.ts');
    expect(JSON.parse(written.stdout)).toMatchObject({ file, text: readFileSync(file, 'utf8') });
  });

  test('replaces no file unasked', async () => {
    const cwd = await stage();
    const file = path.join(cwd, 'mine.test.ts');
    writeFileSync(file, 'mine');
    const args = ['generate', 'vitest', 'notes', '--out', 'mine.test.ts'];
    const refused = await runRetake(args, { cwd });
    expect(refused.code).toBe(2);
    expect(refused.stderr).toContain('exists already');
    expect(readFileSync(file, 'utf8')).toBe('mine');
    expect((await runRetake([...args, '--force'], { cwd })).code).toBe(0);
    expect(readFileSync(file, 'utf8')).toContain('openSuite');
  });

  test('names the kinds it knows', async () => {
    const cwd = await stage();
    const { code, stderr } = await runRetake(['generate', 'jest', 'notes'], { cwd });
    expect(code).toBe(2);
    expect(stderr).toBe('error: cannot generate "jest"\n  known kinds: vitest\n');
  });
});
