import { existsSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { openssl } from '../support/openssl.ts';
import { runRetake } from '../support/process.ts';
import { tempFolder } from '../support/temp-folder.ts';

describe('retake ca path', () => {
  test('makes the authority in the user’s folder and prints where, who and how long', async () => {
    const home = tempFolder();
    const env = { HOME: home, XDG_CONFIG_HOME: '' };
    const { code, stdout, stderr } = await runRetake(['ca', 'path'], { cwd: home, env });
    expect({ code, stdout }).toEqual({ code: 0, stdout: `${home}/.config/retake/ca.pem\n` });
    const print = await openssl('x509', '-in', stdout.trim(), '-noout', '-fingerprint', '-sha256');
    expect(stderr).toMatch(/^Retake CA \S+ \d{4}-\d\d-\d\d [0-9a-f]{6}\n {2}SHA-256 \S+\n {2}valid from \S+ to \S+\n$/);
    expect(stderr).toContain(`SHA-256 ${print.trim().split('=')[1]}\n`);
    expect((await runRetake(['ca', 'path'], { cwd: home, env })).stderr).toBe(stderr);
  });

  test('with --json is one document', async () => {
    const cwd = tempFolder();
    const { code, stdout, stderr } = await runRetake(['ca', 'path', '--ca-dir', 'mine', '--json'], { cwd });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(JSON.parse(stdout)).toEqual({
      schema: 'retake.ca/1',
      action: 'path',
      path: path.join(cwd, 'mine', 'ca.pem'),
      name: expect.stringMatching(/^Retake CA /),
      fingerprint: expect.stringMatching(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/),
      validFrom: expect.stringMatching(/Z$/),
      validTo: expect.stringMatching(/Z$/),
      note: null,
    });
  });

  test('takes the folder from RETAKE_CA_DIR', async () => {
    const cwd = tempFolder();
    const folder = path.join(cwd, 'elsewhere');
    await runRetake(['ca', 'path'], { cwd, env: { RETAKE_CA_DIR: folder } });
    expect(existsSync(path.join(folder, 'ca.pem'))).toBe(true);
  });
});

describe('retake ca', () => {
  test('names the actions it knows', async () => {
    const cwd = tempFolder();
    const { code, stderr } = await runRetake(['ca', 'trust'], { cwd, env: { RETAKE_CA_DIR: cwd } });
    expect(code).toBe(2);
    expect(stderr).toBe('error: "trust" is nothing that retake ca can do\n  known actions: path, install, uninstall\n');
  });

  test('takes --fingerprint for uninstall only', async () => {
    const cwd = tempFolder();
    const args = ['ca', 'install', '--fingerprint', 'AB'];
    const { code, stderr } = await runRetake(args, { cwd, env: { RETAKE_CA_DIR: cwd } });
    expect(code).toBe(2);
    expect(stderr).toContain('retake ca uninstall --fingerprint AB');
  });
});
