import { existsSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { printedMatch, waitUntilReady } from '../../src/demo/start-process.ts';
import { runRetake, startCli } from '../support/process.ts';
import { tempFolder } from '../support/temp-folder.ts';

describe('retake demo', () => {
  it('tells the whole story with real programs, ends well, and keeps what it made where it is told to', async () => {
    const folder = tempFolder();
    const startedAt = performance.now();
    const { code, stdout, stderr } = await runRetake(['demo', '--exit', '--no-open', '--folder', 'kept'], {
      cwd: folder,
    });
    expect(code, stdout + stderr).toBe(0);
    expect(stderr).toBe('');
    expect(stdout).not.toContain('✗ expected');
    expect([...stdout.matchAll(/^ {2}(\d) {2}/gm)].map(([, number]) => number)).toEqual(['1', '2', '3', '4', '5']);
    expect(stdout).toContain('23 exchanges are in cassettes/shop.cassette');
    expect(stdout).toContain('the same customer got the same 23 answers: 21 byte for byte');
    expect(stdout).toContain('✓ her password, her token and her cookie are not in it');
    expect(stdout).toContain('✓ 23 checks passed');
    expect(stdout).toMatch(/regression is found: .*7 totals/);
    expect(stdout).toMatch(/http:\/\/127\.0\.0\.1:\d+\/review\?token=/);
    expect(existsSync(path.join(folder, 'kept/cassettes/shop.cassette'))).toBe(true);
    expect(performance.now() - startedAt).toBeLessThan(30_000);
  });

  it('ends with 130 when it is interrupted on the way, and leaves no program and no folder behind', async () => {
    const folder = tempFolder();
    const demo = startCli(['demo', '--no-open'], { cwd: folder, env: { TMPDIR: folder } });
    await waitUntilReady(demo, () => printedMatch(demo, /(retake record)/));
    const { code } = await demo.stop('SIGINT');
    expect(code).toBe(130);
    expect(readdirSync(folder).filter((name) => name.startsWith('retake-demo-'))).toEqual([]);
    const shopUrl = printedMatch(demo, /runs at (http:\S+)/)!;
    await expect(fetch(shopUrl)).rejects.toThrow('fetch failed');
  });

  it('waits at the review until it is stopped, and that is a good end', async () => {
    const folder = tempFolder();
    const demo = startCli(['demo', '--no-open'], { cwd: folder, env: { TMPDIR: folder } });
    const url = await waitUntilReady(demo, () => printedMatch(demo, /difference at (http:\S+)[^]*Ctrl\+C/));
    expect((await fetch(url, { redirect: 'manual' })).status).toBe(303);
    expect(await demo.stop('SIGINT')).toMatchObject({ code: 0 });
    await expect(fetch(url)).rejects.toThrow('fetch failed');
  });
});
