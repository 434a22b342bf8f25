import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openReader } from '../support/cassette.ts';
import { upstreamOf } from '../support/forwarding.ts';
import { runRetake, startRetake } from '../support/process.ts';
import { sendRaw } from '../support/raw-client.ts';
import { answering } from '../support/raw-upstream.ts';
import { tempFolder } from '../support/temp-folder.ts';

const body = '{"id":"ord_8f3a2c91","token":"0123456789abcdef"}';
const ok = `HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n${body}`;

const shop = () => upstreamOf(answering(ok));
const portOf = (url: string): number => Number(new URL(url).port);
const get = (url: string, target: string) =>
  sendRaw(portOf(url), `GET ${target} HTTP/1.1\r\nHost: c\r\nConnection: close\r\n\r\n`);

function targetsIn(folder: string, session?: string): string[] {
  const reader = openReader(path.join(folder, 'cassettes', 'shop.cassette'));
  return [...reader.exchanges(reader.session(session).id)].map(({ request }) => request.target);
}

/** Records requests for these targets and stops. */
async function recorded(folder: string, url: string, args: readonly string[], targets: readonly string[]) {
  const running = await startRetake(['record', '--target', url, '--cassette', 'shop', '--no-control', ...args], {
    cwd: folder,
  });
  for (const target of targets) await get(running.url, target);
  return running.stop('SIGINT');
}

test('listeners for one server and for every server stand in one ready file, ports by name', async () => {
  const folder = tempFolder();
  const running = await startRetake(
    ['record', '--forward', '--target', 'api=http://127.0.0.1:9', '--port', 'forward=0', '--cassette', 'shop'],
    { cwd: folder, env: { RETAKE_CA_DIR: path.join(folder, 'ca') } },
  );
  expect(running.ready).toMatchObject({
    ca: path.join(folder, 'ca', 'ca.pem'),
    listeners: [
      { name: 'api', kind: 'reverse', target: 'http://127.0.0.1:9' },
      { name: 'forward', kind: 'forward' },
    ],
  });
});

describe('a recording from start to stop', () => {
  test('says where it listens, a line for each exchange without its secrets, and what it came to', async () => {
    const upstream = await shop();
    const folder = tempFolder();
    const running = await startRetake(['record', '--target', upstream.url, '--cassette', 'shop'], { cwd: folder });
    expect(running.ready).toMatchObject({
      cassette: path.join(folder, 'cassettes', 'shop.cassette'),
      listeners: [{ name: 'default', kind: 'reverse', url: running.url, target: upstream.url }],
      control: { token: expect.stringMatching(/^.{32,}$/) as string },
    });
    await get(running.url, '/orders?api_key=geheim-geheim-1');
    const { code, stdout, stderr } = await running.stop('SIGTERM');
    expect({ code, stdout }).toEqual({ code: 0, stdout: '' });
    const lines = stderr.split('\n');
    expect(lines[0]).toBe(`● recording ${running.url} → ${upstream.url}`);
    expect(lines[1]).toBe('  into   cassettes/shop.cassette, session session-1');
    expect(lines[2]).toMatch(/^ {2}review http:\/\/127\.0\.0\.1:\d+\/\?token=/);
    expect(lines[4]).toMatch(/^ {4}0 {2}200 {2}GET {3}\/orders\?api_key=.{15} {2}48\u00a0B {2}/);
    expect(lines.slice(5)).toEqual([
      'recorded 1 exchange, 48\u00a0B as shop:session-1',
      '  look at it: retake show shop   serve it: retake replay shop',
      '',
    ]);
    expect(stderr).not.toContain('geheim');
    expect(readdirSync(folder).sort()).toEqual(['.retake', 'cassettes']);
    expect(readdirSync(path.join(folder, 'cassettes'))).toEqual(['shop.cassette']);
    expect(readFileSync(path.join(folder, 'cassettes', 'shop.cassette')).includes('geheim')).toBe(false);
  });

  test('a request that can be read in two ways is refused, said once, and not stored', async () => {
    const upstream = await shop();
    const folder = tempFolder();
    const running = await startRetake(['record', '--target', upstream.url, '--cassette', 'shop', '--no-control'], {
      cwd: folder,
    });
    const port = portOf(running.url);
    const two = 'POST /x HTTP/1.1\r\nHost: c\r\nTransfer-Encoding: a\x9bb\r\n\r\n';
    for (let i = 0; i < 3; i += 1) expect((await sendRaw(port, two)).startLine).toBe('HTTP/1.1 400 Bad Request');
    const broken = 'GET /x y HTTP/1.1\r\nHost: c\r\n\r\n';
    for (let i = 0; i < 2; i += 1) expect((await sendRaw(port, broken)).startLine).toBe('HTTP/1.1 400 Bad Request');
    await get(running.url, '/fine');
    const { stderr } = await running.stop('SIGTERM');
    expect(stderr.split('\n').filter((line) => line.startsWith('warning'))).toEqual([
      'warning: a request was refused with 400 and not passed on: the request is ambiguous: Transfer-Encoding a?b is not "chunked"',
      expect.stringContaining(
        'refused with 400 and not passed on: not a valid HTTP/1.1 request: Parse Error',
      ) as string,
    ]);
    expect(targetsIn(folder)).toEqual(['/fine']);
  });

  test('with --json prints one document for each event, and nothing else', async () => {
    const upstream = await shop();
    const folder = tempFolder();
    const { code, stdout, stderr } = await recorded(folder, upstream.url, ['--json', '--session', 'first'], ['/a']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const events = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(events).toMatchObject([
      { schema: 'retake.record/1', event: 'started', session: 'first', listeners: [{ target: upstream.url }] },
      {
        schema: 'retake.record/1',
        event: 'exchange',
        session: 'first',
        position: 0,
        method: 'GET',
        target: '/a',
        status: 200,
      },
      { schema: 'retake.record/1', event: 'stopped', session: 'first', exchanges: 1, lost: 0 },
    ]);
  });

  test('the review UI runs beside it, and ends with it', async () => {
    const folder = tempFolder();
    const running = await startRetake(['record', '--target', 'http://127.0.0.1:9', '--cassette', 'shop'], {
      cwd: folder,
    });
    const { url, token } = running.ready.control!;
    const asked = await fetch(`${url}/api/v1/status`, { headers: { authorization: `Bearer ${token}` } });
    expect(asked.status).not.toBe(401);
    expect((await fetch(`${url}/api/v1/status`)).status).toBe(401);
    await running.stop('SIGTERM');
    await expect(fetch(url)).rejects.toThrow('fetch failed');
  });

  test('a target that is not there is said in full once, and recorded', async () => {
    const folder = tempFolder();
    const running = await startRetake(
      ['record', '--target', 'http://127.0.0.1:9', '--cassette', 'shop', '--no-control'],
      { cwd: folder },
    );
    for (const target of ['/1', '/2'])
      expect((await get(running.url, target)).startLine).toBe('HTTP/1.1 502 Bad Gateway');
    const { code, stderr } = await running.stop('SIGTERM');
    expect(code).toBe(0);
    expect(stderr.split('target http://127.0.0.1:9 cannot be reached: refused')).toHaveLength(2);
    expect(stderr).toContain('recorded 2 exchanges, 2 failed');
  });

  test('keeps tags and the session of a name; without redaction it warns and stores what came', async () => {
    const upstream = await shop();
    const folder = tempFolder();
    const { stderr } = await recorded(
      folder,
      upstream.url,
      ['--no-redact', '--session', 'raw', '--tag', 'env=ci=1'],
      ['/a?token=plain-secret'],
    );
    expect(stderr).toContain('warning: secrets are stored as they are (--no-redact)\n');
    expect(targetsIn(folder, 'raw')).toEqual(['/a?token=plain-secret']);
    expect(openReader(path.join(folder, 'cassettes', 'shop.cassette')).session()).toMatchObject({
      tags: { env: 'ci=1' },
      redacted: false,
    });
    expect(existsSync(path.join(folder, '.retake', 'key'))).toBe(false);
  });

  test('nothing came by: no session is kept', async () => {
    const folder = tempFolder();
    const { code, stderr } = await recorded(folder, 'http://127.0.0.1:9', [], []);
    expect(code).toBe(0);
    expect(stderr).toContain('nothing came by, so that no session was kept');
    expect(openReader(path.join(folder, 'cassettes', 'shop.cassette')).sessions()).toEqual([]);
  });
});

describe('modes', () => {
  test('append adds sessions, and refuses a name that is taken without touching it', async () => {
    const upstream = await shop();
    const folder = tempFolder();
    await recorded(folder, upstream.url, [], ['/1']);
    await recorded(folder, upstream.url, [], ['/2']);
    expect([targetsIn(folder, 'session-1'), targetsIn(folder, 'session-2')]).toEqual([['/1'], ['/2']]);
    const { code, stderr } = await runRetake(
      ['record', '--target', upstream.url, '--cassette', 'shop', '--session', 'session-1', '--no-control'],
      { cwd: folder },
    );
    expect(code).toBe(2);
    expect(stderr).toMatch(/^error: session session-1 already exists in .*\n {2}choose another --session name/);
    expect(targetsIn(folder, 'session-1')).toEqual(['/1']);
  });

  test('once records the first time and replays from then on', async () => {
    const upstream = await shop();
    const folder = tempFolder();
    await recorded(folder, upstream.url, ['--mode', 'once'], ['/1']);
    await upstream.close();
    const running = await startRetake(
      ['record', '--target', upstream.url, '--cassette', 'shop', '--mode', 'once', '--no-control'],
      { cwd: folder },
    );
    expect((await get(running.url, '/1')).startLine).toBe('HTTP/1.1 200 OK');
    const { code, stderr } = await running.stop('SIGINT');
    expect(code).toBe(0);
    expect(stderr).toContain('shop has this session already: it is replayed');
    expect(targetsIn(folder)).toEqual(['/1']);
  });

  test('rewrite replaces a session at a clean stop, and keeps the old one when nothing came', async () => {
    const upstream = await shop();
    const folder = tempFolder();
    await recorded(folder, upstream.url, ['--session', 'login'], ['/old', '/same']);
    const same = openReader(path.join(folder, 'cassettes', 'shop.cassette'));
    const keptTime = same.exchange(same.session('login').id, 1)!.startedAt;
    const idle = await recorded(folder, upstream.url, ['--mode', 'rewrite'], []);
    expect(idle.stderr).toContain('session login stays as it was');
    expect(targetsIn(folder)).toEqual(['/old', '/same']);
    const { code } = await recorded(
      folder,
      upstream.url,
      ['--mode', 'rewrite', '--session', 'login'],
      ['/same', '/new'],
    );
    expect(code).toBe(0);
    const reader = openReader(path.join(folder, 'cassettes', 'shop.cassette'));
    expect(reader.sessions().map(({ name }) => name)).toEqual(['login']);
    expect(targetsIn(folder)).toEqual(['/same', '/new']);
    expect(reader.exchange(reader.session('login').id, 0)!.startedAt).toBe(keptTime);
  });
});

describe('a rewrite that crashed', () => {
  test('leaves the session it was to replace as the newest, and the next one takes its place', async () => {
    const upstream = await shop();
    const folder = tempFolder();
    await recorded(folder, upstream.url, ['--session', 'login'], ['/old']);
    const crashing = await startRetake(
      ['record', '--target', upstream.url, '--cassette', 'shop', '--mode', 'rewrite'],
      { cwd: folder },
    );
    await get(crashing.url, '/half');
    await expect.poll(() => openReader(path.join(folder, 'cassettes', 'shop.cassette')).sessions()).toHaveLength(2);
    await crashing.stop('SIGKILL');
    expect(targetsIn(folder)).toEqual(['/old']);
    await recorded(folder, upstream.url, ['--mode', 'rewrite'], ['/new']);
    expect(targetsIn(folder)).toEqual(['/new']);
    const reader = openReader(path.join(folder, 'cassettes', 'shop.cassette'));
    expect(reader.sessions().map(({ name }) => name)).toEqual(['login']);
  });
});

describe('what keeps it from starting is one error with a hint', () => {
  async function refusal(args: readonly string[], folder = tempFolder()) {
    const { code, stderr, stdout } = await runRetake(['record', ...args], { cwd: folder });
    expect(stdout).toBe('');
    expect(stderr).not.toMatch(/^\s+at /m);
    return { code, stderr };
  }

  test.for([
    [['--target', 'http://127.0.0.1:9'], 2, 'there is no cassette to record into'],
    [['--cassette', 'a', '--target', 'http://h', '--tunnel', 'x'], 2, '--tunnel has no effect without --forward'],
    [['--cassette', 'a'], 2, 'there is no server to record from'],
    [['--cassette', 'a', '--target', 'localhost:1'], 2, 'target localhost:1 is not usable: it has no scheme'],
    [['--cassette', 'a', '--target', 'http://u:p@h/'], 2, 'it contains credentials'],
    [['--cassette', 'a', '--target', 'http://h', '--mode', 'often'], 2, 'Allowed choices are append, once, rewrite'],
    [['--cassette', 'a', '--target', 'http://h', '--max-body', 'much'], 2, 'It must be a size such as'],
    [['--cassette', 'a', '--target', 'http://h', '--exclude', 'x:y'], 2, 'not one of host:, path:, method:, type:'],
    [['--cassette', 'a', '--target', 'http://h', '--session', 'a/b'], 2, 'a/b cannot be the name of a session'],
    [['--cassette', 'a', '--target', 'http://h', '--tag', 'x'], 2, '--tag x has no value'],
    [['--cassette', 'a', '--target', 'http://h', '--host', '192.0.2.1'], 3, 'cannot listen on 192.0.2.1:0'],
    [['--cassette', 'a', '--target', 'http://h', '--ready-file', '/no/such/dir/f'], 3, 'cannot write /no/such/dir/f'],
  ] as const)('%j', async ([args, exitCode, words]) => {
    const folder = tempFolder();
    const { code, stderr } = await refusal(args, folder);
    expect(stderr).toContain(words);
    expect(code).toBe(exitCode);
  });

  test('a port that is taken, with no cassette left behind', async () => {
    const server = net.createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => server.once('listening', resolve));
    onTestFinished(() => void server.close());
    const { port } = server.address() as net.AddressInfo;
    const folder = tempFolder();
    const { code, stderr } = await refusal(['--target', 'http://h', '--cassette', 'a', '--port', String(port)], folder);
    expect(code).toBe(3);
    expect(stderr).toBe(
      `error: port ${port} on 127.0.0.1 is already in use\n  choose another with --port, or --port 0 for any free port\n`,
    );
    expect(existsSync(path.join(folder, 'cassettes'))).toBe(false);
  });

  test('a target that is the proxy itself', async () => {
    const { code, stderr } = await refusal([
      '--target',
      'http://localhost:48211',
      '--cassette',
      'a',
      '--port',
      '48211',
    ]);
    expect(code).toBe(2);
    expect(stderr).toContain('target http://localhost:48211 is this proxy itself');
  });

  test('a cassette that another process records into, which is left alone', async () => {
    const upstream = await shop();
    const folder = tempFolder();
    const running = await startRetake(['record', '--target', upstream.url, '--cassette', 'shop', '--no-control'], {
      cwd: folder,
    });
    const { code, stderr } = await refusal(['--target', upstream.url, '--cassette', 'shop', '--no-control'], folder);
    expect(code).toBe(4);
    expect(stderr).toContain(`is being written by process ${running.ready.pid}`);
    await get(running.url, '/still-works');
    expect((await running.stop('SIGTERM')).code).toBe(0);
    expect(targetsIn(folder)).toEqual(['/still-works']);
  });

  test('a file that is no cassette, which is left alone', async () => {
    const folder = tempFolder();
    const { code, stderr } = await refusal(
      ['--target', 'http://h', '--cassette', process.execPath, '--no-control'],
      folder,
    );
    expect(code).toBe(4);
    expect(stderr).toContain('is not a cassette');
    expect(statSync(process.execPath).size).toBeGreaterThan(1_000_000);
  });
});
