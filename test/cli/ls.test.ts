import { copyFileSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { cassetteOf } from '../support/cassette.ts';
import { runRetake } from '../support/process.ts';
import { tempFolder } from '../support/temp-folder.ts';

/** A project folder with cassettes/NAME.cassette files. */
function project(...names: string[]): string {
  const folder = tempFolder();
  mkdirSync(path.join(folder, 'cassettes'));
  for (const name of names) {
    copyFileSync(cassetteOf([{}, {}]), path.join(folder, 'cassettes', `${name}.cassette`));
  }
  return folder;
}

describe('retake ls', () => {
  test('lists the cassettes of the folder with their sessions', async () => {
    const { code, stdout, stderr } = await runRetake(['ls'], { cwd: project('b', 'a') });
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout.replaceAll('\u00a0', ' ')).toMatch(
      /^cassettes\/a\.cassette {2}\d+ kB, format 2\n {2}session-1 {2}[-\d]{10} [:\d]{8} {2}2 exchanges {2}http:\/\/127\.0\.0\.1:3000\n\ncassettes\/b\.cassette/,
    );
  });

  test('prints one JSON document with the fields other programs rely on', async () => {
    const cwd = project('checkout');
    const { stdout } = await runRetake(['ls', '--json', 'checkout'], { cwd });
    expect(JSON.parse(stdout)).toEqual({
      schema: 'retake.ls/1',
      cassettes: [
        {
          path: 'cassettes/checkout.cassette',
          name: 'checkout',
          formatVersion: 2,
          sizeBytes: expect.any(Number) as number,
          sessions: [
            {
              name: 'session-1',
              startedAt: '2025-01-15T10:00:00.000Z',
              target: 'http://127.0.0.1:3000',
              exchanges: 2,
              incomplete: false,
            },
          ],
        },
      ],
    });
  });

  test('shows with --verbose a hash of the content, equal for equal content', async () => {
    const { stdout } = await runRetake(['ls', '--json', '--verbose'], { cwd: project('a', 'b') });
    const { cassettes } = JSON.parse(stdout) as { cassettes: { contentHash: string }[] };
    expect(cassettes[0]!.contentHash).toMatch(/^[0-9a-f]{64}$/);
    expect(cassettes[1]!.contentHash).toBe(cassettes[0]!.contentHash);
  });

  test('reports a broken cassette and lists the others', async () => {
    const cwd = project('good');
    writeFileSync(path.join(cwd, 'cassettes', 'bad.cassette'), 'text');
    const { code, stdout, stderr } = await runRetake(['ls'], { cwd });
    expect(code).toBe(4);
    expect(stdout).toContain('cassettes/good.cassette');
    expect(stderr).toMatch(/^error: .*bad\.cassette is not a cassette: it is not a SQLite file\n {2}check the path/);
  });

  test('says on stderr when there is nothing, and names a cassette that is missing', async () => {
    const cwd = tempFolder();
    expect(await runRetake(['ls'], { cwd })).toMatchObject({
      code: 0,
      stdout: '',
      stderr: 'no cassettes here yet: retake record --target URL --cassette NAME\n',
    });
    expect(JSON.parse((await runRetake(['ls', '--json'], { cwd })).stdout)).toEqual({
      schema: 'retake.ls/1',
      cassettes: [],
    });
    const missing = await runRetake(['ls', 'nope', '--json'], { cwd });
    expect(missing.code).toBe(4);
    expect(JSON.parse(missing.stderr)).toMatchObject({ error: { code: 'CASSETTE_MISSING' } });
  });
});
