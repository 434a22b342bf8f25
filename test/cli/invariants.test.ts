import { copyFileSync, mkdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { cassetteOf, fixedTime } from '../support/cassette.ts';
import { runRetake } from '../support/process.ts';
import { tempFolder } from '../support/temp-folder.ts';

/** A project with one cassette of three orders and what else was answered. */
function project(): string {
  const folder = tempFolder();
  mkdirSync(path.join(folder, 'cassettes'));
  const orders = [1, 2, 3].map((id) => ({
    target: `/orders/${id}`,
    responseBytes: JSON.stringify({
      id,
      madeAt: new Date(fixedTime + id * id * 1234).toISOString(),
      endsAt: new Date(fixedTime + id * id * 1234 + 900_000).toUTCString(),
    }),
  }));
  const file = cassetteOf([...orders, { target: '/', responseBytes: 'hello' }]);
  copyFileSync(file, path.join(folder, 'cassettes', 'shop.cassette'));
  return folder;
}

describe('retake invariants', () => {
  test('lists each with its evidence, by kind of response', async () => {
    const { code, stdout } = await runRetake(['invariants', 'shop'], { cwd: project() });
    expect(code).toBe(0);
    expect(stdout.replaceAll('\u00a0', ' ')).toBe(
      [
        'GET /orders/{id} 200',
        '  endsAt = madeAt + 900 s  3 responses, 3 different',
        '  id = segment 2 of the path  3 responses, 3 different',
        '  madeAt is like ‹ISO time Z›  3 responses, 3 different',
        '  endsAt is like ‹HTTP date›  3 responses, 3 different',
        '',
      ].join('\n'),
    );
  });

  test('--json has one document, --session another session, and a cassette without any says so', async () => {
    const cwd = project();
    const { stdout } = await runRetake(['invariants', 'shop', '--json'], { cwd });
    expect(JSON.parse(stdout)).toMatchObject({
      schema: 'retake.invariants/1',
      session: 'session-1',
      endpoints: [
        {
          targetName: 'default',
          method: 'GET',
          template: '/orders/{id}',
          status: 200,
          invariants: [
            { kind: 'later', words: 'endsAt = madeAt + 900 s', responses: 3, distinct: 3 },
            { kind: 'equal', words: 'id = segment 2 of the path', responses: 3, distinct: 3 },
            { kind: 'format' },
            { kind: 'format' },
          ],
        },
      ],
    });
    const missing = await runRetake(['invariants', 'shop', '--session', 'other'], { cwd });
    expect([missing.code, missing.stderr]).toEqual([2, expect.stringContaining('other') as string]);
    copyFileSync(cassetteOf([{}, {}]), path.join(cwd, 'cassettes', 'small.cassette'));
    const small = await runRetake(['invariants', 'small'], { cwd });
    expect([small.code, small.stdout]).toEqual([0, '']);
    expect(small.stderr).toContain('nothing was the same in three responses of one kind');
  });
});
