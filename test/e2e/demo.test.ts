import { existsSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { runRetake } from '../support/process.ts';
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
    expect(stdout).toMatch(/regression is found: .*7 totals/);
    expect(stdout).toMatch(/http:\/\/127\.0\.0\.1:\d+\/review\?token=/);
    expect(existsSync(path.join(folder, 'kept/cassettes/shop.cassette'))).toBe(true);
    expect(performance.now() - startedAt).toBeLessThan(30_000);
  });
});
