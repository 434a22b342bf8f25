import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { runRetake, startRetake } from '../support/process.ts';
import { type ReplayableSession, replayFolder, shop } from '../support/replayable.ts';
import { tempFolder } from '../support/temp-folder.ts';

const get = async (url: string, target: string): Promise<string> => (await fetch(`${url}${target}`)).text();

describe('a replay from start to stop', () => {
  test('says where it listens, what it serves, and the verdict', async () => {
    const replay = await startRetake(['replay', 'shop'], { cwd: replayFolder(shop) });
    expect(await get(replay.url, '/a')).toBe('one');
    const { code, stdout, stderr } = await replay.stop('SIGINT');
    expect(code).toBe(0);
    expect(stdout).toBe('');
    const lines = stderr.split('\n');
    expect(lines[0]).toBe(`▶ replaying ${replay.url} (recorded from http://127.0.0.1:3000)`);
    expect(lines[1]).toBe('  from   shop:session-1');
    expect(lines[2]).toMatch(/^  review http:\/\/127\.0\.0\.1:\d+\/\?token=/);
    expect(stderr).toMatch(/^ {4}0 {2}200 {2}GET {3}\/a {2}3\sB {2}/m);
    expect(lines.slice(-5)).toEqual([
      '1 hit, 0 misses, 2 unused recordings',
      'unused recordings (2):',
      '  shop:session-1/1 POST /a',
      '  shop:session-1/2 GET /b',
      '',
    ]);
  });

  test('warns of a session that was not recorded to its end', async () => {
    const replay = await startRetake(['replay', 'shop'], { cwd: replayFolder(shop, { ...shop, end: 'missing' }) });
    const { stderr } = await replay.stop();
    expect(stderr).toContain('warning: shop:session-2 is incomplete: its recorder was killed; without its end, values');
  });

  test('a miss is explained once in full and makes the exit code 1', async () => {
    const replay = await startRetake(['replay', 'shop'], { cwd: replayFolder(shop) });
    await get(replay.url, '/c');
    await get(replay.url, '/c');
    const { code, stderr } = await replay.stop('SIGTERM');
    expect(code).toBe(1);
    expect(stderr.split('miss: no recording answers GET /c (shop:session-1, lane default)')).toHaveLength(3);
    expect(stderr.split('  near shop:session-1/0 GET /a')).toHaveLength(2);
    expect(stderr).toContain(
      '  help: record it: retake record --target http://127.0.0.1:3000 --cassette cassettes/shop.cassette --no-redact\n',
    );
    expect(stderr).toContain('misses (2):\n  2 × GET /c: nothing was recorded at this path\n');
    expect(stderr.endsWith('failed: unmatched\n')).toBe(true);
  });

  test('--json prints one document per event, the summary last', async () => {
    const replay = await startRetake(['replay', 'shop', '--json'], { cwd: replayFolder(shop) });
    await get(replay.url, '/b');
    await get(replay.url, '/c');
    const { stdout, stderr } = await replay.stop();
    expect(stderr).toBe('');
    const events = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(events.map(({ schema, event }) => [schema, event])).toEqual(
      ['started', 'hit', 'miss', 'stopped'].map((event) => ['retake.replay/1', event]),
    );
    expect(events[0]).toMatchObject({
      sessions: [{ cassette: replay.ready.cassette, session: 'session-1' }],
      listeners: [{ name: 'default', kind: 'reverse', url: replay.url, target: 'http://127.0.0.1:3000' }],
    });
    expect(events[1]).toMatchObject({
      address: 'shop:session-1/2',
      lane: 'default',
      method: 'GET',
      target: '/b',
      status: 200,
      responseBytes: 3,
      relaxations: ['later-epoch'],
    });
    expect(events[2]).toMatchObject({ code: 'unmatched', answer: 'error', asked: { method: 'GET', target: '/c' } });
    expect(events[3]).toMatchObject({
      verdict: 'failed',
      failed: ['unmatched'],
      hits: 1,
      misses: 1,
      relaxed: 1,
      unused: 2,
      missList: [{ code: 'unmatched', count: 1 }],
      unusedList: [{ address: 'shop:session-1/0' }, { address: 'shop:session-1/1' }],
    });
  });

  test('--quiet says nothing when all is well, and what is wrong when not', async () => {
    const folder = replayFolder(shop);
    const good = await startRetake(['replay', 'shop', '--quiet'], { cwd: folder });
    await get(good.url, '/a');
    expect(await good.stop()).toMatchObject({ code: 0, stdout: '', stderr: '' });
    const bad = await startRetake(['replay', 'shop', '--quiet'], { cwd: folder });
    await get(bad.url, '/c');
    const { code, stderr } = await bad.stop();
    expect(code).toBe(1);
    expect(stderr).toMatch(/^miss: no recording answers GET \/c/);
  });

  test('the ready file is there while it listens, for its owner only', async () => {
    const folder = replayFolder(shop);
    const replay = await startRetake(['replay', 'shop'], { cwd: folder });
    const file = path.join(
      folder,
      readdirSync(folder).find((name) => name.startsWith('ready-'))!,
    );
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual({
      pid: replay.pid,
      cassette: path.join(folder, 'cassettes', 'shop.cassette'),
      listeners: [{ name: 'default', kind: 'reverse', url: replay.url, target: 'http://127.0.0.1:3000' }],
      control: {
        url: expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/) as string,
        token: expect.any(String) as string,
      },
    });
    const { url, token } = replay.ready.control!;
    const page = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
    expect(page.status).toBe(200);
    await replay.stop();
    expect(existsSync(file)).toBe(false);
  });

  test('--no-control starts no review UI', async () => {
    const replay = await startRetake(['replay', 'shop', '--no-control'], { cwd: replayFolder(shop) });
    expect(replay.ready.control).toBeUndefined();
    expect((await replay.stop()).stderr).not.toContain('review');
  });

  test('an answer in flight is finished after the first signal; a second one ends it with 130', async () => {
    const slow: ReplayableSession = {
      exchanges: [{ target: '/slow', answer: 'x'.repeat(100), firstByteMs: 0, durationMs: 700 }],
    };
    const folder = replayFolder(slow);
    const patient = await startRetake(['replay', 'shop', '--timing', 'recorded'], { cwd: folder });
    const response = await fetch(`${patient.url}/slow`);
    const [body, { code }] = await Promise.all([response.text(), patient.stop('SIGINT')]);
    expect(body).toHaveLength(100);
    expect(code).toBe(0);
    const impatient = await startRetake(['replay', 'shop', '--timing', '0.1x'], { cwd: folder });
    const hanging = await fetch(`${impatient.url}/slow`);
    process.kill(impatient.pid, 'SIGINT');
    await waitForRefusal(impatient.url);
    expect((await impatient.stop('SIGINT')).code).toBe(130);
    await hanging.body?.cancel().catch(() => {});
  });

  test('works on a read-only file, and leaves it as it was', async () => {
    const folder = replayFolder(shop);
    const file = path.join(folder, 'cassettes', 'shop.cassette');
    const before = readFileSync(file);
    const replay = await startRetake(['replay', file], { cwd: folder });
    expect(await get(replay.url, '/a')).toBe('one');
    await replay.stop();
    expect(readFileSync(file).equals(before)).toBe(true);
  });
});

describe('the verdict', () => {
  test.each([
    ['unmatched', '/c', 1],
    ['unmatched', '/b', 0],
    ['relaxed', '/b', 1],
    ['relaxed', '/c', 0],
    ['unused,relaxed', '/a', 1],
    ['none', '/c', 0],
  ])('--fail-on %s, asked for %s: exit %i', async (failOn, target, code) => {
    const replay = await startRetake(['replay', 'shop', '--no-control', '--fail-on', failOn], {
      cwd: replayFolder(shop),
    });
    await get(replay.url, target);
    expect((await replay.stop()).code).toBe(code);
  });

  test('in CI recordings that nobody asked for fail too', async () => {
    const replay = await startRetake(['replay', 'shop', '--no-control'], { cwd: replayFolder(shop), env: { CI: '1' } });
    await get(replay.url, '/a');
    const { code, stderr } = await replay.stop();
    expect(code).toBe(1);
    expect(stderr.endsWith('failed: unused\n')).toBe(true);
  });
});

describe('what the verdict may look at besides', () => {
  test('sessions that are older than --max-age fail in CI', async () => {
    const folder = replayFolder({
      startedAt: Date.now() - 3 * 86_400_000,
      exchanges: [{ target: '/a', answer: 'one' }],
    });
    const replay = await startRetake(['replay', 'shop', '--no-control', '--max-age', '2d'], {
      cwd: folder,
      env: { CI: '1' },
    });
    await get(replay.url, '/a');
    const { code, stderr } = await replay.stop();
    expect(stderr).toContain('1 hit, 0 misses, 0 unused recordings, 1 expired session\nexpired sessions (1):\n');
    expect(stderr.endsWith('3 days ago\nfailed: expired\n')).toBe(true);
    expect(code).toBe(1);
  });

  test('stored secrets fail with 5, and are told without their values', async () => {
    const folder = replayFolder({ exchanges: [{ target: '/a?api_key=k-1234567890', answer: 'one' }] });
    const replay = await startRetake(['replay', 'shop', '--no-control', '--fail-on', 'secrets,unused', '--json'], {
      cwd: folder,
    });
    const { code, stdout } = await replay.stop();
    const ended = JSON.parse(stdout.trimEnd().split('\n').at(-1)!) as Record<string, unknown>;
    expect(ended).toMatchObject({
      event: 'stopped',
      verdict: 'failed',
      failed: ['unused', 'secrets'],
      secrets: 1,
      unscanned: 0,
      secretList: [{ address: 'shop:session-1/0', side: 'request', place: 'query:api_key[0]', rule: 'query:apikey' }],
      expiredList: [],
      obsoleteList: [],
      lanes: [],
    });
    expect(JSON.stringify(ended['secretList'])).not.toContain('k-1234567890');
    expect(code).toBe(5);
  });
});

describe('what cannot be', () => {
  test.each([
    [['--fail-on', 'unmatched,unusual'], 2, '--fail-on does not know "unusual"'],
    [['--timing', 'soon'], 2, '--timing soon is no timing'],
    [['--port', '70000'], 2, '--port 70000 is no port'],
    [['--port', 'web=4000'], 2, '--port names web, which is no target'],
    [['--sequence', 'random'], 2, "option '--sequence <rule>' argument 'random' is invalid"],
    [['--session', 'nightly'], 2, 'there is no session nightly'],
    [['--target', 'http://127.0.0.1:1'], 2, '--target has no effect: replay needs no server'],
    [['--on-miss', 'forward', '--target', 'ftp://x'], 2, 'target ftp://x is not usable'],
    [['--ci', '--on-miss', 'record'], 2, '--on-miss record would call a real server, which never happens in CI'],
    [['--ready-file', 'no/such/folder/ready.json'], 3, 'cannot write'],
  ])('%j is refused with exit %i', async (args, code, words) => {
    const ended = await runRetake(['replay', 'shop', ...args], { cwd: replayFolder(shop) });
    expect(ended.stderr).toContain(words);
    expect(ended.stderr).not.toContain('    at ');
    expect(ended.code).toBe(code);
  });

  test('a port that is taken', async () => {
    const server = net.createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    const { port } = server.address() as net.AddressInfo;
    const ended = await runRetake(['replay', 'shop', '--port', String(port)], { cwd: replayFolder(shop) });
    expect(ended.stderr).toBe(
      `error: port ${port} on 127.0.0.1 is already in use\n  choose another with --port, or --port 0 for any free port\n`,
    );
    expect(ended.code).toBe(3);
  });

  test('no cassette, and a file that is none', async () => {
    const folder = tempFolder();
    expect((await runRetake(['replay', 'nothing'], { cwd: folder })).code).toBe(4);
    writeFileSync(path.join(folder, 'text.cassette'), 'hello '.repeat(1000));
    const ended = await runRetake(['replay', 'text.cassette'], { cwd: folder });
    expect(ended.stderr).toContain('text.cassette is not a cassette');
    expect(ended.code).toBe(4);
    expect((await runRetake(['replay'], { cwd: folder })).code).toBe(2);
  });
});

/** Until the listener no longer accepts. */
async function waitForRefusal(url: string): Promise<void> {
  const { hostname, port } = new URL(url);
  const deadline = performance.now() + 10_000;
  while (performance.now() < deadline) {
    const accepted = await new Promise<boolean>((resolve) => {
      const socket = net.connect(Number(port), hostname);
      socket.once('connect', () => {
        socket.destroy();
        resolve(true);
      });
      socket.once('error', () => resolve(false));
    });
    if (!accepted) return;
  }
  throw new Error(`${url} still accepts connections`);
}
