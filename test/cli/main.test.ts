import { execFile } from 'node:child_process';
import { tmpdir } from 'node:os';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';

const run = promisify(execFile);

interface Finished {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function retake(args: readonly string[], node: readonly string[] = []): Promise<Finished> {
  try {
    const { stdout, stderr } = await run(process.execPath, [...node, 'dist/cli/main.js', ...args]);
    return { code: 0, stdout, stderr };
  } catch (thrown) {
    const failure = thrown as Error & Finished;
    return { code: failure.code, stdout: failure.stdout, stderr: failure.stderr };
  }
}

describe('the command line', () => {
  test('--help lists the commands and --version the version', async () => {
    expect((await retake(['--help'])).stdout).toMatch(
      /--version[\s\S]*Global options:[\s\S]*record[\s\S]*replay[\s\S]*test/,
    );
    expect((await retake(['--version'])).stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  });

  test('an unknown option is exit 2 with the nearest name', async () => {
    const { code, stderr } = await retake(['record', '--tarjet', 'http://127.0.0.1:1']);
    expect(code).toBe(2);
    expect(stderr).toContain("unknown option '--tarjet'");
    expect(stderr).toContain('--target');
  });

  test('a missing cassette is exit 2 and says what to add', async () => {
    const { code, stderr } = await retake(['record', '--target', 'http://127.0.0.1:1']);
    expect(code).toBe(2);
    expect(stderr).toBe(
      'error: there is no cassette to record into\n  add --cassette NAME, for example --cassette shop\n',
    );
  });

  test('an unknown command is exit 2 with the nearest name', async () => {
    const { code, stderr } = await retake(['recrod']);
    expect(code).toBe(2);
    expect(stderr).toContain('record');
  });

  test('an error is printed as JSON with --json', async () => {
    const { code, stderr } = await retake(['show', 'no-such-cassette', '--json']);
    expect(code).toBe(4);
    expect(JSON.parse(stderr)).toMatchObject({ error: { code: 'CASSETTE_MISSING' } });
  });

  test('with --json a mistake is JSON as well, and nothing else is printed', async () => {
    const { code, stderr, stdout } = await retake(['ls', '--jsom', '--json']);
    expect(code).toBe(2);
    expect(stdout).toBe('');
    expect(JSON.parse(stderr)).toEqual({
      error: { code: 'USAGE', message: "unknown option '--jsom' (Did you mean --json?)", hint: 'see retake --help' },
    });
    expect(JSON.parse((await retake(['--json'])).stderr)).toMatchObject({ error: { message: 'no command is named' } });
  });

  test('global options stand before the command or after it', async () => {
    const before = await retake(['--cwd', tmpdir(), '--json', 'ls']);
    expect(before).toMatchObject({ code: 0, stderr: '' });
    expect(JSON.parse(before.stdout)).toEqual(JSON.parse((await retake(['ls', '--cwd', tmpdir(), '--json'])).stdout));
  });

  test('an older Node is refused in words before anything native loads', async () => {
    const pretend = `data:text/javascript,Object.defineProperty(process.versions,'node',{value:'20.20.2'})`;
    const { code, stderr } = await retake(['--version'], ['--import', pretend]);
    expect(code).toBe(3);
    expect(stderr).toContain('Retake needs Node 22.18 or newer, this is 20.20.2');
    const json = await retake(['ls', '--json'], ['--import', pretend]);
    expect(JSON.parse(json.stderr)).toMatchObject({ error: { code: 'NODE_TOO_OLD' } });
  });
});
