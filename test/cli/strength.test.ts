import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { runRetake } from '../support/process.ts';
import { get, replayFolder } from '../support/replayable.ts';
import { tempFolder } from '../support/temp-folder.ts';

function strength(cwd: string, ...args: string[]): ReturnType<typeof runRetake> {
  return runRetake(['strength', 'shop', ...args], { cwd, env: { CI: '1' } });
}

/** Of the example shop: logins, orders, events. */
function demoFolder(): string {
  const cwd = tempFolder();
  mkdirSync(path.join(cwd, 'cassettes'));
  copyFileSync('cassettes/shop.cassette', path.join(cwd, 'cassettes', 'shop.cassette'));
  return cwd;
}

describe('retake strength', () => {
  test('tells the weakest endpoints with what passes and why, the kinds, and the score; works in CI', async () => {
    const cwd = replayFolder({ exchanges: [get('/items', '{"total":1}'), get('/hello', 'hi')] });
    const config = { compare: ['GET /items: expect json $.total ignored'] };
    writeFileSync(path.join(cwd, 'retake.config.json'), JSON.stringify(config));
    const { code, stdout, stderr } = await strength(cwd);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout.split('\n')[0]).toMatch(/^ {2}\d\d\.\d %  GET \/items {2}\d+ ways to be wrong$/);
    expect(stdout).toContain('          number /total  config rule 1  shop:session-1/0\n');
    expect(stdout).not.toContain('GET /hello');
    expect(stdout).toMatch(/\n   100 % {2}status {5}another status: \d+\n/);
    expect(stdout).toMatch(
      /shop:session-1 {2}2 answers, \d+ wrong ones tried\n\d\d\.\d % caught of \d+ ways to be wrong\n$/,
    );
    expect((await strength(cwd, '--verbose')).stdout).toContain('   100 %  GET /hello');
  });

  test('--min decides the exit code', async () => {
    const cwd = replayFolder({ exchanges: [get('/items', '[1,2]')] });
    expect(await strength(cwd, '--min', '50')).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/, 50 % asked: enough\n$/),
    });
    expect(await strength(cwd, '--min', '100')).toMatchObject({
      code: 1,
      stdout: expect.stringMatching(/, 100 % asked: not enough\n$/),
    });
    expect(await strength(cwd, '--min', '100', '--fail-on', 'added')).toMatchObject({ code: 0 });
    expect(await strength(cwd, '--min', '101')).toMatchObject({ code: 2 });
    expect(await strength(cwd, '--fail-on', 'nothing')).toMatchObject({ code: 2 });
  });

  test('what a test run takes from the configuration counts here, too', async () => {
    const cwd = replayFolder({ exchanges: [get('/items', '[1,2]')] });
    writeFileSync(path.join(cwd, 'retake.config.json'), JSON.stringify({ test: { failOn: 'added' } }));
    expect(await strength(cwd, '--min', '100')).toMatchObject({ code: 0 });
  });

  test('nothing to judge is a mistake in how it was called', async () => {
    const cwd = replayFolder({ exchanges: [] });
    const { code, stderr } = await strength(cwd);
    expect(code).toBe(2);
    expect(stderr).toContain('has no answer that a test run would judge');
  });

  test('nearly all is caught in the example shop by default, and --json says the same to programs', async () => {
    const { code, stdout } = await strength(demoFolder(), '--min', '95', '--json', '--limit', '400', '--seed', '7');
    expect(code).toBe(0);
    const document = JSON.parse(stdout) as Record<string, unknown>;
    expect(document).toMatchObject({
      schema: 'retake.strength/1',
      cassette: 'shop',
      session: 'visit',
      seed: 7,
      failOn: 'changed',
      min: 95,
      verdict: 'passed',
      answers: { looked: 23, of: 23 },
      tried: 400,
      unfit: [],
      skipped: [],
    });
    const endpoints = document['endpoints'] as { strength: number; survivors: { reason: string }[] }[];
    expect(endpoints.map((one) => one.strength)).toEqual(
      endpoints.map((one) => one.strength).toSorted((a, b) => a - b),
    );
    const reasons = new Set(endpoints.flatMap(({ survivors }) => survivors.map(({ reason }) => reason)));
    expect([...reasons].toSorted()).toEqual(['added does not fail', 'default-header']);
  });
});
