import { describe, expect, test } from 'vitest';
import { CassetteReader } from '../../src/store/cassette-reader.ts';
import { startNotesApi, useNotesApi } from '../support/notes-api.ts';
import { runRetake } from '../support/process.ts';
import { recordSession } from '../support/record-session.ts';
import { tempFolder } from '../support/temp-folder.ts';

const env = { RETAKE_REDACT_KEY: 'test-key', RETAKE_SECRET_PASSWORD: 'correct horse', GIT_AUTHOR_NAME: 'Ada' };

interface Stage {
  readonly cwd: string;
  readonly file: string;
  readonly accept: (...args: string[]) => ReturnType<typeof runRetake>;
  readonly retest: () => ReturnType<typeof runRetake>;
}

/** A run in which checks 4 (PUT) and 5 (GET) changed. */
async function stage(): Promise<Stage> {
  const cwd = tempFolder();
  const recorded = await startNotesApi();
  const file = await recordSession({ folder: cwd, url: recorded.url, client: useNotesApi });
  await recorded.close();
  const { url } = await startNotesApi('regressed');
  const retest = (): ReturnType<typeof runRetake> => runRetake(['test', 'notes', '--target', url], { cwd, env });
  expect((await retest()).code).toBe(1);
  return { cwd, file, retest, accept: (...args) => runRetake(['accept', ...args], { cwd, env }) };
}

function versions(file: string): number[] {
  const reader = CassetteReader.open(file);
  try {
    const { id } = reader.session();
    return [...reader.exchanges(id)].map((exchange) => reader.baselines(exchange.id).length);
  } finally {
    reader.close();
  }
}

describe('retake accept', () => {
  test('makes what changed the new baseline, keeps the old one, and the next run passes', async () => {
    const { file, accept, retest } = await stage();
    const { code, stdout } = await accept('--note', 'versions are gone');
    expect(code).toBe(0);
    expect(stdout).toMatch(
      /^accepted {2}changed {2}PUT \/notes\/.* {2}notes:session-1\/4\naccepted {2}changed {2}GET /,
    );
    expect(stdout).toContain('2 responses are the baselines of notes:session-1 now; the earlier ones are kept\n');
    expect(versions(file)).toEqual([1, 1, 1, 1, 2, 2, 1, 1]);
    const reader = CassetteReader.open(file);
    const exchange = reader.exchange(reader.session().id, 4)!;
    expect(reader.baselines(exchange.id)[1]).toMatchObject({ author: 'Ada', note: 'versions are gone', run: '1' });
    reader.close();
    expect((await retest()).code).toBe(0);
    expect((await accept()).stdout).toBe('nothing to accept: every selected response of run 2 is as it was\n');
  });

  test('takes an address, a position, a pattern or a session', async () => {
    const { file, accept } = await stage();
    expect((await accept('PUT /notes/*')).stdout).toContain('1 response is the baseline');
    expect(versions(file)).toEqual([1, 1, 1, 1, 2, 1, 1, 1]);
    const again = await accept('notes:session-1/5', '--json');
    expect(JSON.parse(again.stdout)).toEqual({
      schema: 'retake.accept/1',
      run: 1,
      accepted: ['notes:session-1/5'],
      notAccepted: [],
    });
    expect(versions(file)).toEqual([1, 1, 1, 1, 2, 2, 1, 1]);
    expect((await accept('session-1')).code).toBe(0);
    expect(versions(file)).toEqual([1, 1, 1, 1, 2, 2, 1, 1]);
  });

  test('refuses an older run whose baseline has moved on', async () => {
    const { accept, retest, file } = await stage();
    await retest();
    await accept('session-1/4', '--run', '1');
    const { code, stderr } = await accept('session-1/4', '--run', '2');
    expect(code).toBe(2);
    expect(stderr).toContain('run 2 is out of date: the cassette has other baselines by now for notes:session-1/4');
    expect(versions(file)[4]).toBe(2);
  });

  test('does not work in CI', async () => {
    const { cwd, file } = await stage();
    const { code, stderr } = await runRetake(['accept'], { cwd, env: { ...env, CI: 'true' } });
    expect(code).toBe(2);
    expect(stderr).toContain('accept does not work in CI');
    expect(Math.max(...versions(file))).toBe(1);
  });

  test('says when there is no such run, check or cassette', async () => {
    const { accept } = await stage();
    const told = async (...args: string[]): Promise<string> => {
      const { code, stderr } = await accept(...args);
      return `${code} ${stderr.split('\n')[0]}`;
    };
    expect(await told('--run', '7')).toBe('2 error: there is no run 7');
    expect(await told('--cassette', 'shop')).toBe('2 error: there is no run of shop');
    expect(await told('--run', '1', '--cassette', 'shop')).toBe('2 error: run 1 is about notes, not shop');
    expect(await told('session-1/99')).toBe('2 error: no exchange matches session-1/99 in run 1');
    expect(await told('shop:session-1/4')).toBe('2 error: shop:session-1/4 is not in cassette notes');
  });

  test('a check without a response is named and not accepted', async () => {
    const cwd = tempFolder();
    const recorded = await startNotesApi();
    await recordSession({ folder: cwd, url: recorded.url, client: useNotesApi });
    const { url } = await startNotesApi('no-token');
    await runRetake(['test', 'notes', '--target', url], { cwd, env });
    const { code, stdout } = await runRetake(['accept'], { cwd, env });
    expect(code).toBe(1);
    expect(stdout).toContain('accepted  broken  POST /login  notes:session-1/0\n');
    expect(stdout).toContain(
      'not accepted  notes:session-1/1\n  nothing was sent, so there is no response to accept\n',
    );
  });
});
