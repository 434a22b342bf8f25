import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { trustVariables } from '../../src/cli/trust-variables.ts';
import { runRetake } from '../support/process.ts';
import { tempFolder } from '../support/temp-folder.ts';

/** An environment in which nothing points anywhere. */
const plainEnv: NodeJS.ProcessEnv = Object.fromEntries(
  [
    ...trustVariables.map(({ name }) => name),
    ...['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY', 'NO_PROXY'].flatMap((name) => [name, name.toLowerCase()]),
  ].map((name) => [name, '']),
);

describe('retake doctor', () => {
  test('prints one line per check and changes nothing', async () => {
    const cwd = tempFolder();
    const env = { ...plainEnv, RETAKE_CA_DIR: path.join(cwd, 'ca'), TZ: 'UTC' };
    const { code, stdout, stderr } = await runRetake(['doctor'], { cwd, env });
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const lines = stdout.trimEnd().split('\n');
    for (const line of lines) expect(line).toMatch(/^(ok|warn) +\S/);
    for (const name of [
      'Node',
      'IPv4 port',
      'cassettes',
      'disk space',
      '.retake',
      'clock',
      'file times',
      'NO_PROXY',
      'authority',
    ]) {
      expect(stdout).toContain(`  ${name}  `);
    }
    expect(stdout).toContain(`none yet; made in ${cwd}/ca at the first use\n`);
    expect(readdirSync(cwd)).toEqual([]);
  });

  test('is exit 3 when a check fails, and says what to do next', async () => {
    const cwd = tempFolder();
    const env = { ...plainEnv, SSL_CERT_FILE: '/no/such.pem' };
    const { code, stdout } = await runRetake(['doctor', '--quiet', '--ca-dir', 'ca'], { cwd, env });
    expect(code).toBe(3);
    expect(stdout).toMatch(
      /^fail +SSL_CERT_FILE +names \/no\/such\.pem, which is not there → name an existing file, or unset it$/m,
    );
    expect(stdout).not.toContain('ok  ');
  });

  test('with --json is one document', async () => {
    const cwd = tempFolder();
    const env = { ...plainEnv, NO_PROXY: '*' };
    const { code, stdout } = await runRetake(['doctor', '--json', '--ca-dir', 'ca'], { cwd, env });
    expect(code).toBe(0);
    const document = JSON.parse(stdout) as { checks: unknown[] };
    expect(document).toMatchObject({ schema: 'retake.doctor/1', failed: 0, warned: expect.any(Number) });
    expect(document.checks).toContainEqual({
      name: 'NO_PROXY',
      state: 'warn',
      detail: 'has *, so programs pass every proxy by and nothing is recorded',
      hint: 'take out what is to be recorded, and name each host in full',
    });
    expect(document.checks).toContainEqual(expect.objectContaining({ name: 'authority', state: 'ok', hint: null }));
  });
});

test('the page about HTTPS shows every variable, with its effect', () => {
  const page = readFileSync('docs/https.md', 'utf8');
  const rows = [...page.matchAll(/^\| `(\w+)` \| (.*) \| (.*) \|$/gm)].map(([, name, clients, effect]) => ({
    name,
    clients,
    effect,
  }));
  expect(rows).toEqual(trustVariables);
});
