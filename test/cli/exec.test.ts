import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createServer, type RequestListener, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { printedMatch, waitUntilReady } from '../../src/demo/start-process.ts';
import { openReader } from '../support/cassette.ts';
import { type HttpsServer, startHttpsServer } from '../support/https-server.ts';
import { replayFolder, shop } from '../support/replayable.ts';
import { runRetake, startCli } from '../support/process.ts';
import { makeTempFolder, tempFolder } from '../support/temp-folder.ts';

/** One authority for the file: making one takes a while. */
const shared = makeTempFolder();
const caDir = path.join(shared.folder, 'ca');
const exec = (...args: readonly string[]): string[] => ['exec', '--ca-dir', caDir, '--no-control', ...args];

let requests = 0;
const answer: RequestListener = (request, response) => {
  requests += 1;
  response.setHeader('Content-Type', 'text/plain').end(`${request.method} ${request.url} #${requests}`);
};
let plain: Server;
let secure: HttpsServer;
let plainUrl: string;

beforeAll(async () => {
  plain = createServer(answer).listen(0, '127.0.0.1');
  await once(plain, 'listening');
  plainUrl = `http://localhost:${(plain.address() as AddressInfo).port}`;
  secure = await startHttpsServer(shared.folder, answer);
});
afterAll(() => {
  plain.close();
  secure.close();
  shared.remove();
});

/** A program that asks for each URL and prints the answers, by fetch as Node has it. */
const fetching = (...urls: readonly string[]): string[] => [
  process.execPath,
  '-e',
  `(async () => { for (const url of ${JSON.stringify(urls)}) console.log(await (await fetch(url)).text()); })()`,
];
const failing = (url: string): string[] => [
  process.execPath,
  '-e',
  `fetch(${JSON.stringify(url)}).then((answer) => answer.text()).then(() => process.exit(5))`,
];

function targetsIn(folder: string, session?: string): string[] {
  const reader = openReader(path.join(folder, 'cassettes', 'shop.cassette'));
  return [...reader.exchanges(reader.session(session).id)].map(({ request }) => request.target);
}

describe('retake exec', () => {
  test('records a program the first time, and replays it from then on', async () => {
    const cwd = tempFolder();
    const command = exec('--cassette', 'shop', '--', ...fetching(`${plainUrl}/a`, `${plainUrl}/b`));
    const first = await runRetake(command, { cwd });
    expect(first).toMatchObject({
      code: 0,
      stderr: expect.stringMatching(/^recorded 2 exchanges, .+ as shop:session-1\n/),
    });
    const asked = requests;
    const again = await runRetake(command, { cwd });
    expect(again).toMatchObject({
      code: 0,
      stdout: first.stdout,
      stderr: 'replayed shop:session-1: 2 hits, 0 misses, 0 unused recordings\n',
    });
    expect(requests).toBe(asked);
    expect(readdirSync(path.join(cwd, 'cassettes'))).toEqual(['shop.cassette']);
  });

  test('sees what is said over HTTPS, through the certificates in the environment', async () => {
    const cwd = tempFolder();
    const command = exec('--cassette', 'shop', '--upstream-ca', secure.caFile, '--', ...fetching(`${secure.url}/a`));
    const first = await runRetake(command, { cwd });
    expect(first.stdout).toMatch(/^GET \/a #\d+\n$/);
    expect(targetsIn(cwd)).toEqual(['/a']);
    const again = await runRetake(command, { cwd });
    expect(again).toMatchObject({ code: 0, stdout: first.stdout });
  });
});

test('hosts that are to be tunnelled are reached and not recorded', async () => {
  const cwd = tempFolder();
  const program = [
    process.execPath,
    '-e',
    `const ca = require('node:fs').readFileSync(${JSON.stringify(secure.caFile)});
    require('node:https').get('${secure.url}/a', { ca }, (answer) => answer.pipe(process.stdout));`,
  ];
  const ended = await runRetake(exec('--cassette', 'shop', '--tunnel', 'localhost', '--', ...program), { cwd });
  expect(ended).toMatchObject({ code: 0, stdout: expect.stringMatching(/^GET \/a #\d+$/) });
  expect(ended.stderr).toContain('nothing came by');
});

describe('the exit code', () => {
  test("is the program's own when that is not 0, also when the replay failed", async () => {
    const cwd = tempFolder();
    expect((await runRetake(exec('--cassette', 'shop', '--', ...failing(`${plainUrl}/a`)), { cwd })).code).toBe(5);
    const missing = await runRetake(exec('--cassette', 'shop', '--', ...failing(`${plainUrl}/b`)), { cwd });
    expect(missing.code).toBe(5);
    expect(missing.stderr).toContain('failed: unmatched');
  });

  test('is 128 and more when a signal ended the program', async () => {
    const program = ['--cassette', 'shop', '--', process.execPath, '-e', 'process.kill(process.pid, "SIGKILL")'];
    expect((await runRetake(exec(...program), { cwd: tempFolder() })).code).toBe(137);
  });

  test('is 1 when a request of a successful program has no recording, unless nothing is to fail', async () => {
    const cwd = tempFolder();
    await runRetake(exec('--cassette', 'shop', '--', ...fetching(`${plainUrl}/a`)), { cwd });
    const other = fetching(`${plainUrl}/b`);
    const missed = await runRetake(exec('--cassette', 'shop', '--', ...other), { cwd });
    expect(missed.code).toBe(1);
    expect(missed.stderr).toMatch(/^miss: no recording answers GET [\w.-]+:\d+ \/b \(shop:session-1, lane default\)$/m);
    expect(missed.stderr).toContain('  help: record it: the same command with --mode append');
    expect(missed.stderr).toContain('failed: unmatched');
    const tolerated = await runRetake(exec('--cassette', 'shop', '--fail-on', 'none', '--', ...other), { cwd });
    expect(tolerated.code).toBe(0);
  });

  test('is 2 for a program that is not there, and nothing is recorded', async () => {
    const cwd = tempFolder();
    const { code, stderr } = await runRetake(exec('--cassette', 'shop', '--', 'no-such-program'), { cwd });
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr:
        'error: cannot start no-such-program: there is no such program\n' +
        '  check its name and rights; words that only a shell knows need one: -- sh -c "…"\n',
    });
  });

  test('is 2 without a cassette or a program', async () => {
    const cwd = tempFolder();
    const noCassette = await runRetake(exec('--', 'true'), { cwd });
    expect(noCassette).toMatchObject({
      code: 2,
      stderr:
        'error: there is no cassette to record into or to replay\n' +
        '  add --cassette NAME before the program: retake exec --cassette shop -- npm test\n',
    });
    expect((await runRetake(exec('--cassette', 'shop'), { cwd })).code).toBe(2);
  });
});

describe('the modes', () => {
  test('append adds a session each time', async () => {
    const cwd = tempFolder();
    for (const name of ['a', 'b']) {
      const command = exec('--cassette', 'shop', '--mode', 'append', '--', ...fetching(`${plainUrl}/${name}`));
      expect((await runRetake(command, { cwd })).code).toBe(0);
    }
    expect([targetsIn(cwd, 'session-1'), targetsIn(cwd, 'session-2')]).toEqual([['/a'], ['/b']]);
  });

  test('rewrite replaces the session only if the program succeeded', async () => {
    const cwd = tempFolder();
    const rewrite = exec('--cassette', 'shop', '--mode', 'rewrite', '--');
    await runRetake([...rewrite, ...fetching(`${plainUrl}/old`)], { cwd });
    const failed = await runRetake([...rewrite, ...failing(`${plainUrl}/new`)], { cwd });
    expect(failed).toMatchObject({ code: 5, stderr: 'session session-1 stays as it was: the program failed\n' });
    expect(targetsIn(cwd)).toEqual(['/old']);
    expect((await runRetake([...rewrite, ...fetching(`${plainUrl}/new`)], { cwd })).code).toBe(0);
    expect(targetsIn(cwd)).toEqual(['/new']);
  });

  test('replay needs a recording', async () => {
    const { code, stderr } = await runRetake(exec('--cassette', 'shop', '--mode', 'replay', '--', 'true'), {
      cwd: tempFolder(),
    });
    expect(code).toBe(4);
    expect(stderr).toContain('shop.cassette does not exist');
  });

  test('passthrough stores nothing and needs no cassette', async () => {
    const cwd = tempFolder();
    const command = exec('--mode', 'passthrough', '--upstream-ca', secure.caFile, '--', ...fetching(`${secure.url}/a`));
    const ended = await runRetake(command, { cwd });
    expect(ended).toMatchObject({ code: 0, stdout: expect.stringMatching(/^GET \/a #\d+\n$/) });
    expect(ended.stderr).toBe('passed on 1 request, stored nothing\n');
    const idle = await runRetake(exec('--mode', 'passthrough', '--', process.execPath, '-e', ''), { cwd });
    expect(idle.stderr).toMatch(/^nothing came by\n {2}if the program made requests/);
    expect(readdirSync(cwd)).toEqual([]);
  });
});

describe('in CI', () => {
  const env = { CI: 'true' };

  test('a recording is replayed, and without one nothing runs', async () => {
    const cwd = tempFolder();
    const command = exec('--cassette', 'shop', '--', ...fetching(`${plainUrl}/a`));
    const asked = requests;
    const { code, stdout, stderr } = await runRetake(command, { cwd, env });
    expect({ code, stdout, stderr }).toEqual({
      code: 4,
      stdout: '',
      stderr:
        `error: there is no recording in ${path.join(cwd, 'cassettes', 'shop.cassette')}, and in CI none is made\n` +
        '  run the same command on a desk, where it records, and commit the cassette\n',
    });
    expect(requests).toBe(asked);
    await runRetake(command, { cwd });
    expect((await runRetake(command, { cwd, env })).code).toBe(0);
  });

  test.each(['append', 'rewrite', 'passthrough'])('%s is refused', async (mode) => {
    const command = exec('--cassette', 'shop', '--mode', mode, '--', 'true');
    const { code, stderr } = await runRetake(command, { cwd: tempFolder(), env });
    expect(code).toBe(2);
    expect(stderr).toContain(`--mode ${mode} would call real servers, which never happens in CI`);
  });

  test('what has no recording is not passed on', async () => {
    const command = exec('--cassette', 'shop', '--on-miss', 'forward', '--', 'true');
    const { code, stderr } = await runRetake(command, { cwd: tempFolder(), env });
    expect(code).toBe(2);
    expect(stderr).toContain('--on-miss forward would call a real server, which never happens in CI');
  });
});

describe('what is said', () => {
  test('--quiet leaves the terminal to the program', async () => {
    const command = exec('--quiet', '--cassette', 'shop', '--', ...fetching(`${plainUrl}/a`));
    const cwd = tempFolder();
    expect((await runRetake(command, { cwd })).stderr).toBe('');
    expect((await runRetake(command, { cwd })).stderr).toBe('');
  });

  test('--json has events alone on stdout, and the words of the program on stderr', async () => {
    const cwd = tempFolder();
    const words = fetching(`${plainUrl}/a`);
    const command = exec('--json', '--cassette', 'shop', '--', ...words);
    const events = (stdout: string): Record<string, unknown>[] =>
      stdout
        .trim()
        .split('\n')
        .map((line) => JSON.parse(line) as Record<string, unknown>);
    const first = await runRetake(command, { cwd });
    expect(first.stderr).toMatch(/^GET \/a #\d+\n$/);
    expect(events(first.stdout)).toMatchObject([
      { schema: 'retake.exec/1', event: 'started', session: 'session-1' },
      { schema: 'retake.exec/1', event: 'exchange', target: '/a', status: 200 },
      { schema: 'retake.exec/1', event: 'stopped', exchanges: 1 },
      { schema: 'retake.exec/1', event: 'ended', mode: 'append', command: words, child: { code: 0 }, exitCode: 0 },
    ]);
    expect(events((await runRetake(command, { cwd })).stdout)).toMatchObject([
      { schema: 'retake.exec/1', event: 'started' },
      { schema: 'retake.exec/1', event: 'hit', address: 'shop:session-1/0' },
      { schema: 'retake.exec/1', event: 'stopped', verdict: 'passed' },
      { schema: 'retake.exec/1', event: 'ended', mode: 'replay', exitCode: 0 },
    ]);
  });

  test('options behind the name of the program are its own', async () => {
    const program = [process.execPath, '-p', 'process.argv.slice(1).join()', '--', '--json', '--cassette'];
    const ended = await runRetake(exec('--quiet', '--cassette', 'shop', ...program), { cwd: tempFolder() });
    expect(ended).toMatchObject({ code: 0, stdout: '--json,--cassette\n' });
  });

  test('a program whose traffic did not come by is told where to look', async () => {
    const ended = await runRetake(exec('--cassette', 'shop', '--', process.execPath, '-e', '0'), { cwd: tempFolder() });
    expect(ended.stderr).toBe(
      'nothing came by, so that no session was kept\n' +
        '  if the program made requests, it uses no proxy or does not trust its certificates: see docs/exec.md\n',
    );
    const replayed = await runRetake(exec('--cassette', 'shop', '--', process.execPath, '-e', '0'), {
      cwd: replayFolder(shop),
    });
    expect(replayed.stderr).toContain('0 hits, 0 misses, 3 unused recordings\n  nothing came by: if the program made');
  });

  test('hosts that NO_PROXY keeps out are named', async () => {
    const command = exec('--cassette', 'shop', '--', ...fetching(`${plainUrl}/a`));
    const env = { NO_PROXY: 'localhost,.corp.example' };
    const { stderr } = await runRetake(command, { cwd: tempFolder(), env });
    expect(stderr).toContain('warning: NO_PROXY keeps .corp.example out of this: requests to them are not recorded\n');
    expect(stderr).toContain('recorded 1 exchange');
  });
});

test('the temporary files of a run are gone after it', async () => {
  const temporary = tempFolder();
  const program = [process.execPath, '-p', 'require("node:fs").existsSync(process.env.SSL_CERT_FILE)'];
  const env = { TMPDIR: temporary };
  const { stdout } = await runRetake(exec('--cassette', 'shop', '--', ...program), { cwd: tempFolder(), env });
  expect(stdout).toBe('true\n');
  expect(readdirSync(temporary)).toEqual([]);
});

test('SIGTERM goes to the program; what it recorded until then is kept', async () => {
  const cwd = tempFolder();
  const program = `
    process.on('SIGTERM', () => process.exit(0));
    setInterval(() => {}, 1000);
    fetch(${JSON.stringify(`${plainUrl}/a`)}).then((answer) => answer.text()).then((text) => console.log('got ' + text));`;
  const ready = path.join(cwd, 'ready.json');
  const command = exec('--cassette', 'shop', '--ready-file', ready, '--', process.execPath, '-e', program);
  const running = startCli(command, { cwd });
  await waitUntilReady(running, () => printedMatch(running, /(got)/));
  expect(JSON.parse(readFileSync(ready, 'utf8'))).toMatchObject({ ca: path.join(caDir, 'ca.pem') });
  const { code, stderr } = await running.stop('SIGTERM');
  expect(code).toBe(0);
  expect(stderr).toContain('recorded 1 exchange');
  expect(targetsIn(cwd)).toEqual(['/a']);
  expect(existsSync(ready)).toBe(false);
});
