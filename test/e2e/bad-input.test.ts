import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { copyFileSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { writeLargeCassette } from '../../bench/large-cassette.ts';
import { type EndedProcess, runProcess } from '../../src/demo/start-process.ts';
import { cliFile, runRetake, startRetake } from '../support/process.ts';
import { makeTempFolder } from '../support/temp-folder.ts';
import { makeReadOnly } from '../support/unprivileged.ts';

const sha256 = (file: string): string => createHash('sha256').update(readFileSync(file)).digest('hex');

const { folder, remove } = makeTempFolder();
const good = path.join(folder, 'good.cassette');
let taken: Server;
let takenPort = 0;

/** A damaged relative of the good cassette. */
function relative(name: string, change: (file: string) => void): string {
  const file = path.join(folder, `${name}.cassette`);
  copyFileSync(good, file);
  change(file);
  return file;
}

function changeBytes(file: string, change: (bytes: Buffer) => Buffer): void {
  writeFileSync(file, change(readFileSync(file)));
}

function runSql(file: string, sql: string): void {
  const database = new DatabaseSync(file);
  database.exec(sql);
  database.close();
}

beforeAll(async () => {
  writeLargeCassette(good, 50);
  relative('text', (file) => writeFileSync(file, 'this is no cassette\n'.repeat(100)));
  relative('empty', (file) => writeFileSync(file, ''));
  relative('other-program', (file) => runSql(file, 'PRAGMA application_id = 1'));
  relative('newer', (file) => runSql(file, 'PRAGMA user_version = 99'));
  relative('cut', (file) => changeBytes(file, (bytes) => bytes.subarray(0, bytes.length / 2)));
  relative('torn', (file) => changeBytes(file, (bytes) => bytes.fill(0x5a, 4096, bytes.length)));
  taken = createServer().listen(0, '127.0.0.1');
  await once(taken, 'listening');
  takenPort = (taken.address() as AddressInfo).port;
});

afterAll(() => {
  taken.close();
  remove();
});

/** What every refusal has in common: nothing on stdout, at most three lines on stderr, no stack. */
function shapeOf({ code, stdout, stderr }: EndedProcess): object {
  const isShort = stderr.trim().split('\n').length <= 3;
  return { code, stdout, isShort, hasStack: /^\s+at /m.test(stderr) };
}

const refusal = (code: number): object => ({ code, stdout: '', isShort: true, hasStack: false });

const somewhere = 'http://127.0.0.1:9';

describe('the command line', () => {
  it.each([
    [
      'an unknown flag',
      ['record', '--tarrget', somewhere, '--cassette', 'x'],
      /unknown option '--tarrget'[^]*--target/,
    ],
    ['an unknown command', ['recrod'], /unknown command 'recrod'[^]*record/],
    ['record without a target', ['record', '--cassette', 'x'], /--target/],
    ['record without a cassette', ['record', '--target', somewhere], /--cassette/],
    ['a target that is no URL', ['record', '--target', 'localhost', '--cassette', 'x'], /localhost[^]*absolute URL/],
    ['a target of another scheme', ['record', '--target', 'ftp://h/', '--cassette', 'x'], /ftp/],
    ['a port that is no port', ['record', '--target', somewhere, '--cassette', 'x', '--port', '99999'], /99999/],
    ['a test without a target', ['test', 'good.cassette'], /--target/],
    ['a session that is not there', ['replay', 'good.cassette', '--session', 'gone'], /no session gone[^]*large/],
    [
      'a session name that exists',
      ['record', '--target', somewhere, '--cassette', 'good.cassette', '--session', 'large'],
      /large already exists/,
    ],
    ['a folder that is not there', ['ls', '--cwd', 'nowhere'], /nowhere is not a folder/],
  ])('refuses %s with exit code 2', async (_title, args, words) => {
    const ended = await runRetake(args, { cwd: folder });
    expect(ended.stderr).toMatch(words);
    expect(shapeOf(ended)).toEqual(refusal(2));
  });

  it('says so as JSON when asked to', async () => {
    const { code, stderr } = await runRetake(['show', 'gone.cassette', '--json'], { cwd: folder });
    expect(code).toBe(4);
    expect(JSON.parse(stderr)).toMatchObject({ error: { code: 'CASSETTE_MISSING' } });
  });
});

describe('the network', () => {
  it.each([['record', '--target', somewhere, '--cassette', 'new.cassette'], ['replay', 'good.cassette'], ['ui']])(
    '%s refuses a port that is in use, with exit code 3',
    async (...args) => {
      const ended = await runRetake([...args, '--port', String(takenPort)], { cwd: folder });
      expect(ended.stderr).toMatch(new RegExp(`port ${takenPort} on 127.0.0.1 is already in use[^]*--port 0`));
      expect(shapeOf(ended)).toEqual(refusal(3));
    },
  );

  it.each(['127.0.0.1', 'localhost', '0.0.0.0'])('refuses a target that is its own listener, as %s', async (host) => {
    const free = createServer().listen(0, '127.0.0.1');
    await once(free, 'listening');
    const { port } = free.address() as AddressInfo;
    free.close();
    await once(free, 'close');
    const args = ['record', '--target', `http://${host}:${port}`, '--cassette', 'loop', '--port', String(port)];
    const ended = await runRetake(args, { cwd: folder });
    expect(ended.stderr).toMatch(/is this proxy itself[^]*--target/);
    expect(shapeOf(ended)).toEqual(refusal(2));
  });

  it('records from a target that is not there: warned about, answered 502, kept as a failure', async () => {
    const closedPort = takenPort === 9 ? 10 : 9;
    const target = `http://127.0.0.1:${closedPort}`;
    const recorder = await startRetake(['record', '--target', target, '--cassette', 'down'], { cwd: folder });
    const response = await fetch(`${recorder.url}/anything`);
    expect(response.status).toBe(502);
    expect(response.headers.get('content-type')).toContain('application/problem+json');
    const { code, stderr } = await recorder.stop();
    expect(code).toBe(0);
    expect(stderr).toMatch(/refused/);
    const { stdout } = await runRetake(['show', 'down', '--json'], { cwd: folder });
    const { exchanges } = JSON.parse(stdout) as { exchanges: { outcome: unknown }[] };
    expect(exchanges[0]?.outcome).toMatchObject({ kind: 'failure', code: 'refused' });
  });

  it('does not pass a test whose target is not there', async () => {
    const { code, stdout, stderr } = await runRetake(['test', 'good.cassette', '--target', somewhere], { cwd: folder });
    expect([1, 3]).toContain(code);
    expect(stdout + stderr).toMatch(/refused|reached/);
  });
});

describe('cassettes', () => {
  const broken: [file: string, exitCode: number, words: RegExp][] = [
    ['gone.cassette', 4, /does not exist[^]*retake record/],
    ['text.cassette', 4, /text\.cassette is not a cassette[^]*untouched/],
    ['empty.cassette', 4, /empty\.cassette[^]*untouched/],
    ['other-program.cassette', 4, /is not a cassette[^]*untouched/],
    ['newer.cassette', 4, /has format 99[^]*update Retake[^]*untouched/],
    ['cut.cassette', 4, /cut\.cassette is damaged[^]*untouched/],
    ['torn.cassette', 4, /torn\.cassette is damaged[^]*untouched/],
  ];
  const commands: [title: string, args: (file: string) => string[]][] = [
    ['replay', (file) => ['replay', file, '--port', '0']],
    ['test', (file) => ['test', file, '--target', somewhere]],
    ['show', (file) => ['show', file]],
    ['record', (file) => ['record', '--target', somewhere, '--cassette', file, '--port', '0']],
  ];
  // A recording may begin in a file that is not there, and in one with nothing in it.
  const isNewFor = (file: string): boolean => file === 'gone.cassette' || file === 'empty.cassette';
  const cases = broken.flatMap(([file, code, words]) =>
    commands
      .filter(([title]) => title !== 'record' || !isNewFor(file))
      .map(([title, args]) => ({ title, file, args, code, words })),
  );

  it.each(cases)('$title refuses $file and leaves it as it was', async ({ file, args, code, words }) => {
    const isThere = file !== 'gone.cassette';
    const before = isThere ? sha256(path.join(folder, file)) : '';
    const ended = await runRetake(args(file), { cwd: folder });
    expect(ended.stderr).toMatch(words);
    expect(shapeOf(ended)).toEqual(refusal(code));
    expect(isThere ? sha256(path.join(folder, file)) : '').toBe(before);
    expect(readdirSync(folder).filter((name) => name.startsWith(`${file}-`))).toEqual([]);
  });

  it('replay never serves a body with a flipped bit, and still serves the others', async () => {
    relative('flipped', (file) =>
      changeBytes(file, (bytes) => {
        bytes[bytes.indexOf('"name":"item 7"') + '"name":"'.length]! ^= 1;
        return bytes;
      }),
    );
    const player = await startRetake(['replay', 'flipped.cassette'], { cwd: folder });
    const damaged = await fetch(`${player.url}/items/7`);
    expect([damaged.status, damaged.headers.get('x-retake-miss')]).toEqual([502, 'unreadable']);
    expect((await fetch(`${player.url}/items/8`)).status).toBe(200);
    const { code, stderr } = await player.stop();
    expect(code).toBe(1);
    expect(stderr).toContain('does not fit its checksum');
  });

  it('a cassette being recorded refuses a second writer and names the first', async () => {
    const target = `http://127.0.0.1:${takenPort}`;
    const recorder = await startRetake(['record', '--target', target, '--cassette', 'busy.cassette'], { cwd: folder });
    const second = await runRetake(['record', '--target', target, '--cassette', 'busy.cassette', '--port', '0'], {
      cwd: folder,
    });
    expect(second.stderr).toMatch(new RegExp(`being written by process ${recorder.pid} `));
    expect(shapeOf(second)).toEqual(refusal(4));
    await recorder.stop();
  });
});

describe.skipIf(process.platform !== 'linux')('a folder that cannot be written', () => {
  const readOnly = path.join(folder, 'read-only');
  const shipped = path.join(readOnly, 'shipped.cassette');
  let makeWritable = (): void => {};

  beforeAll(() => {
    mkdirSync(readOnly);
    copyFileSync(good, shipped);
    makeWritable = makeReadOnly(readOnly);
  });
  afterAll(() => makeWritable());

  /** Rights do not bind root, so root runs the command as nobody. */
  function runUnprivileged(args: readonly string[], env: NodeJS.ProcessEnv = {}): Promise<EndedProcess> {
    const nobody = ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'];
    const prefix = process.getuid?.() === 0 ? nobody : [];
    const [command, ...rest] = [...prefix, process.execPath, cliFile, ...args] as [string, ...string[]];
    return runProcess({ command, args: rest, cwd: readOnly, env: { PATH: process.env['PATH'], ...env } });
  }

  it('can be read from', async () => {
    const { code, stdout, stderr } = await runUnprivileged(['show', 'shipped.cassette', 'large/7', '--raw']);
    expect(code, stderr).toBe(0);
    expect(stdout).toContain('/items/7');
  });

  it.each([
    { what: 'a recording into a new file', file: 'new.cassette', env: { RETAKE_REDACT_KEY: 'k' }, code: 4 },
    { what: 'a recording into the one there', file: 'shipped.cassette', env: { RETAKE_REDACT_KEY: 'k' }, code: 4 },
    { what: 'a recording that needs a new key', file: 'new.cassette', env: {}, code: 3 },
  ])('refuses $what and stays as it was', async ({ file, env, code }) => {
    const before = sha256(shipped);
    const ended = await runUnprivileged(['record', '--target', somewhere, '--cassette', file, '--port', '0'], env);
    expect(ended.stderr).toMatch(/cannot (be written|write)[^]*rights/);
    expect(shapeOf(ended)).toEqual(refusal(code));
    expect(sha256(shipped)).toBe(before);
    expect(readdirSync(readOnly)).toEqual(['shipped.cassette']);
  });
});
