import { readFileSync, readdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { RunStore } from '../../src/store/run-store.ts';
import type { TestDocument } from '../../src/suite/reporters/json.ts';
import { startProcess } from '../../src/demo/start-process.ts';
import { cassetteOf } from '../support/cassette.ts';
import { type NotesBuild, startNotesApi, useNotesApi } from '../support/notes-api.ts';
import { cliFile, runRetake } from '../support/process.ts';
import { startRawUpstream } from '../support/raw-upstream.ts';
import { recordSession } from '../support/record-session.ts';
import { tempFolder } from '../support/temp-folder.ts';

const env = { RETAKE_REDACT_KEY: 'test-key', RETAKE_SECRET_PASSWORD: 'correct horse' };

/** A folder with a recorded cassette `notes`, and a build of the service that is running. */
async function stage(build: NotesBuild): Promise<{ readonly cwd: string; readonly url: string }> {
  const cwd = tempFolder();
  const recorded = await startNotesApi();
  await recordSession({ folder: cwd, url: recorded.url, client: useNotesApi });
  await recorded.close();
  return { cwd, url: (await startNotesApi(build)).url };
}

describe('retake test', () => {
  test('tells a regression, exits 1 and keeps the run', async () => {
    const { cwd, url } = await stage('regressed');
    const { code, stdout, stderr } = await runRetake(['test', 'notes', '--target', url], { cwd, env });
    expect(code).toBe(1);
    expect(stdout).toMatch(
      /^~ changed {2}PUT \/notes\/[0-9a-f-]{36} {2}notes:session-1\/4\n {4}~ body \/version 2 → 1\n/,
    );
    expect(stdout).toContain(`notes:session-1 against ${url}\n8 checks · `);
    expect(stdout).toContain('failed, kept as run 1\n  review it   retake ui   (page /runs/1)\n');
    expect(stderr).toBe('');
    const store = RunStore.open(cwd);
    onTestFinished(() => store.close());
    expect(store.latestRun()).toMatchObject({ id: 1, verdict: 'failed', checkCount: 8, target: url });
  });

  test('exits 0 when everything is as it was', async () => {
    const { cwd, url } = await stage('first');
    const { code, stdout } = await runRetake(['test', 'notes', '--target', url], { cwd, env });
    expect(stdout).toMatch(/\npassed, kept as run 1\n$/);
    expect(code).toBe(0);
  });

  test('--json prints one document, reporters write their files, and nothing else is printed', async () => {
    const { cwd, url } = await stage('regressed');
    const reporter = 'junit=out/junit.xml,json=out/test.json';
    const args = ['test', 'notes', '--target', url, '--json', '--reporter', reporter];
    const { code, stdout, stderr } = await runRetake(args, { cwd, env });
    expect(code).toBe(1);
    expect(stderr).toBe('');
    const document = JSON.parse(stdout) as TestDocument;
    expect(document).toMatchObject({ schema: 'retake.test/1', run: 1, verdict: 'failed', counts: { changed: 2 } });
    expect(document.checks.map(({ address }) => address)[7]).toBe('notes:session-1/7');
    expect(readFileSync(path.join(cwd, 'out/test.json'), 'utf8')).toBe(stdout);
    expect(readFileSync(path.join(cwd, 'out/junit.xml'), 'utf8')).toContain('tests="8" failures="2"');
    expect(readdirSync(path.join(cwd, 'out')).toSorted()).toEqual(['junit.xml', 'test.json']);
  });

  test('--fail-on added fails on an addition, --grep judges a part', async () => {
    const { cwd, url } = await stage('extended');
    expect((await runRetake(['test', 'notes', '--target', url], { cwd, env })).code).toBe(0);
    const strict = await runRetake(['test', 'notes', '--target', url, '--fail-on', 'added'], { cwd, env });
    expect(strict.code).toBe(1);
    expect(strict.stdout).toContain('+ body /links added: ');
    const part = await runRetake(['test', 'notes', '--target', url, '--grep', '^DELETE'], { cwd, env });
    expect(part.stdout).toContain('1 check · ');
    expect(part.stdout).toContain('3 supporting requests sent');
  });

  test('rules explain by name, and may hide only so much: by flag, or by the configuration, also in CI', async () => {
    const { cwd, url } = await stage('regressed');
    const rule = { in: '*', expect: 'json $..version', within: '1' };
    const config = (test: object): void =>
      writeFileSync(path.join(cwd, 'retake.config.json'), JSON.stringify({ compare: [rule], test }));
    config({});
    const test = (...args: string[]) => runRetake(['test', 'notes', '--target', url, ...args], { cwd, env });
    const loose = await test('--verbose');
    expect(loose).toMatchObject({ code: 0, stdout: expect.stringContaining('passed, kept as run 1') as string });
    const tight = await test('--max-blind-spot', '1%', '--ci');
    expect(tight.code).toBe(1);
    expect(tight.stdout).toMatch(
      /\n✗ blind spot {2}rules hide \d\.\d % of \d+ compared fields, more than 1\.0 %: config rule 1 \d\.\d %\nfailed, /,
    );
    config({ maxBlindSpot: '1%' });
    expect((await test()).code).toBe(1);
    expect((await test('--max-blind-spot', '50%')).code).toBe(0);
    config({ maxBlindSpot: 'half' });
    const wrong = await test();
    expect(wrong.code).toBe(2);
    expect(wrong.stderr).toMatch(/test\.maxBlindSpot: "half" is not valid\n {2}It must be a share such as 20%\./);
  });

  test('several cassettes are several runs with one verdict', async () => {
    const { cwd, url } = await stage('regressed');
    const api = await startNotesApi();
    await recordSession({
      folder: cwd,
      cassette: 'login',
      url: api.url,
      client: async (proxy) => {
        await fetch(`${proxy}/login`, { method: 'POST', body: '{"user":"ada","password":"correct horse"}' });
      },
    });
    const { code, stdout } = await runRetake(['test', 'login', 'notes', '--target', url, '--json'], { cwd, env });
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({
      run: 2,
      verdict: 'failed',
      runs: [
        { run: 1, cassette: 'login', verdict: 'passed' },
        { run: 2, cassette: 'notes', verdict: 'failed' },
      ],
    });
  });

  test('a missing server, secret or cassette is one clear error, and no run is made', async () => {
    const { cwd, url } = await stage('first');
    const attempt = async (args: readonly string[], own: NodeJS.ProcessEnv = env): Promise<string> => {
      const { code, stderr, stdout } = await runRetake(['test', ...args], { cwd, env: own });
      expect(stdout).toBe('');
      return `${code} ${stderr.split('\n')[0]}`;
    };
    expect(await attempt(['notes'])).toBe('2 error: there is no server to test');
    expect(await attempt(['notes', '--target', url], { RETAKE_REDACT_KEY: 'test-key' })).toBe(
      '2 error: the recording needs secrets that were redacted: RETAKE_SECRET_PASSWORD (json:/password of POST /login)',
    );
    expect(await attempt(['nothing', '--target', url])).toMatch(
      /^4 error: cassette .*nothing\.cassette does not exist$/,
    );
    expect(await attempt(['notes', '--target', 'http://127.0.0.1:1'])).toMatch(/^3 error: target .* cannot be reached/);
    expect(await attempt(['notes', '--target', 'http://192.0.2.1'])).toMatch(
      /^2 error: .* of the recorded requests 4 would change its data/,
    );
    expect(await attempt(['notes', '--target', url, '--session', 'x'])).toMatch(/^2 error: there is no session x in/);
    expect(await attempt(['notes', '--target', url, '--reporter', 'html'])).toBe(
      '2 error: there is no reporter "html"',
    );
    expect(await attempt(['notes', '--target', url, '--grep', '('])).toMatch(/^2 error: --grep \( is not a regular/);
    expect(await attempt(['notes', '--target', url, '--fail-on', 'x'])).toBe('2 error: --fail-on x is not known');
    expect(await attempt(['notes', '--target', url, '--bail', '0'])).toMatch(/^2 error: option '--bail <n>'/);
    expect(JSON.parse((await runRetake(['runs', '--json'], { cwd })).stdout)).toMatchObject({ runs: [] });
  });

  test('a reporter file that cannot be written is exit 3, after the summary', async () => {
    const { cwd, url } = await stage('first');
    const reporter = 'default,json=cassettes/notes.cassette/x.json';
    const { code, stdout, stderr } = await runRetake(['test', 'notes', '--target', url, '--reporter', reporter], {
      cwd,
      env,
    });
    expect(code).toBe(3);
    expect(stdout).toContain('passed, kept as run 1');
    expect(stderr).toMatch(/^error: cannot write .*x\.json/);
  });

  test('interrupted, it keeps the run as interrupted and exits 130', async () => {
    const asked = Promise.withResolvers<void>();
    const server = await startRawUpstream(async (connection) => {
      await connection.read.request();
      asked.resolve();
      await connection.closed;
    });
    onTestFinished(() => server.close());
    const file = cassetteOf([{ responseBytes: '{}' }, { responseBytes: '{}' }]);
    const cwd = tempFolder();
    const args = [cliFile, 'test', file, '--target', server.url];
    const running = startProcess({ command: process.execPath, args, cwd, env: { ...process.env, CI: '' } });
    await asked.promise;
    const ended = await running.stop('SIGINT');
    expect(ended.code).toBe(130);
    expect(ended.stdout).toContain('0 checks · 2 not run');
    expect(ended.stdout).toContain('interrupted, kept as run 1');
  });
});
