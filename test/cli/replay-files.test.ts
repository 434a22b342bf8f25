import { readFileSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { runRetake, startRetake } from '../support/process.ts';
import { replayFolder, shop } from '../support/replayable.ts';

const get = async (url: string, target: string): Promise<string> => (await fetch(`${url}${target}`)).text();

describe('what a replay leaves behind', () => {
  test('--ledger and --certificate write files at the end, also when the replay fails', async () => {
    const folder = replayFolder(shop);
    const files = ['--ledger', 'out/ledger.json', '--certificate', 'out/certificate.json'];
    const texts: string[] = [];
    for (const order of [
      ['/a', '/nothing'],
      ['/nothing', '/a'],
    ]) {
      const replay = await startRetake(['replay', 'shop', '--no-control', ...files], { cwd: folder });
      for (const target of order) await get(replay.url, target);
      expect((await replay.stop()).code).toBe(1);
      texts.push(readFileSync(path.join(folder, 'out', 'certificate.json'), 'utf8'));
      rmSync(path.join(folder, 'out', 'certificate.json'));
    }
    expect(texts[1]).toBe(texts[0]);
    expect(JSON.parse(texts[0]!)).toMatchObject({
      schema: 'retake.certificate/1',
      hermetic: true,
      verdict: 'failed',
      cassettes: [{ name: 'shop', sessions: ['session-1'] }],
      counts: { hits: 1, misses: 1, unused: 2, upstreamConnections: 0 },
    });
    expect(texts[0]).not.toContain(folder);
    expect(JSON.parse(readFileSync(path.join(folder, 'out', 'ledger.json'), 'utf8'))).toMatchObject({
      schema: 'retake.ledger/1',
      failed: ['unmatched'],
      missList: [{ code: 'unmatched', asked: { target: '/nothing' }, count: 1 }],
    });
  });

  test.each(['--ledger', '--certificate'])(
    '%s: a file that cannot be written is told at once, with 3',
    async (flag) => {
      const folder = replayFolder(shop);
      writeFileSync(path.join(folder, 'file'), '');
      const { code, stderr } = await runRetake(['replay', 'shop', '--no-control', flag, 'file/c.json'], {
        cwd: folder,
      });
      expect(stderr).toMatch(new RegExp(`^error: cannot write ${path.join(folder, 'file', 'c.json')}`));
      expect(code).toBe(3);
    },
  );
});
