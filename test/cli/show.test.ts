import { spawn } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { cassetteOf, newExchange, newSession, responseOutcome, tempCassette } from '../support/cassette.ts';
import { cliFile, runRetake } from '../support/process.ts';

const headers = ['Content-Type', 'application/octet-stream'];

/** Folder and name of a cassette with a JSON answer, a binary one and a failure. */
function project(): string {
  const file = cassetteOf([
    { method: 'POST', target: '/login', requestBytes: '{"user":"ada"}', responseBytes: '{"ok":true}' },
    { target: '/image', outcome: responseOutcome({ headers }), responseBytes: Buffer.from([0, 200, 255, 13, 10]) },
    { target: '/down', outcome: { kind: 'failure', code: 'refused', message: 'connect ECONNREFUSED' } },
  ]);
  return path.dirname(path.dirname(file));
}

/** Standard output as bytes. */
async function bytesOf(cwd: string, args: readonly string[]): Promise<Buffer> {
  const child = spawn(process.execPath, [cliFile, ...args], { cwd, stdio: ['ignore', 'pipe', 'inherit'] });
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => void chunks.push(chunk));
  await once(child, 'close');
  return Buffer.concat(chunks);
}

describe('retake show', () => {
  test('lists the exchanges of a cassette', async () => {
    const { code, stdout, stderr } = await runRetake(['show', 'checkout'], { cwd: project() });
    expect([code, stderr]).toEqual([0, '']);
    expect(
      stdout.split('\n').map((line) =>
        line
          .trim()
          .split(/\s{2,}/)
          .join(' | '),
      ),
    ).toEqual([
      expect.stringMatching(/^session-1 \| .* \| 3 exchanges \| http:\/\/127\.0\.0\.1:3000$/) as string,
      '0 | POST | 200 | 11\u00a0B | 5\u00a0ms | /login',
      '1 | GET | 200 | 5\u00a0B | 5\u00a0ms | /image',
      '2 | GET | refused | 0\u00a0B | 5\u00a0ms | /down',
      '',
    ]);
  });

  test('shows one exchange in full, named by selector or by address', async () => {
    const cwd = project();
    const bySelector = await runRetake(['show', 'checkout', 'session-1/0'], { cwd });
    expect(bySelector.stdout).toMatch(
      /^checkout:session-1\/0\n[^]*POST \/login HTTP\/1\.1\n[^]*\{\n {2}"ok": true\n\}\n$/,
    );
    expect((await runRetake(['show', 'checkout:session-1/0'], { cwd })).stdout).toBe(bySelector.stdout);
    expect((await runRetake(['show', 'cassettes/checkout.cassette', 'checkout:session-1/0'], { cwd })).stdout).toBe(
      bySelector.stdout,
    );
  });

  test('--json is one document of the selected exchanges', async () => {
    const { stdout } = await runRetake(['show', 'checkout', 'GET /*', '--json'], { cwd: project() });
    const document = JSON.parse(stdout) as { schema: string; exchanges: { address: string }[] };
    expect(document.schema).toBe('retake.show/1');
    expect(document.exchanges.map(({ address }) => address)).toEqual(['checkout:session-1/1', 'checkout:session-1/2']);
  });

  test('--json of an empty selection is an empty list, of a pattern that fits nothing an error', async () => {
    const cwd = path.dirname(path.dirname(cassetteOf([])));
    const empty = await runRetake(['show', 'checkout', '--json'], { cwd });
    expect(JSON.parse(empty.stdout)).toEqual({ schema: 'retake.show/1', exchanges: [] });
    const none = await runRetake(['show', 'checkout', 'GET /none', '--json'], { cwd });
    expect([none.code, none.stdout]).toEqual([2, '']);
    expect(JSON.parse(none.stderr)).toMatchObject({
      error: { code: 'EXCHANGE_MISSING', message: 'no exchange matches GET /none' },
    });
  });

  test('--raw of one exchange is its bytes and nothing else; of several, each has a heading', async () => {
    const cwd = project();
    const head = 'HTTP/1.1 200 OK\r\nContent-Type: application/octet-stream\r\n\r\n';
    const raw = await bytesOf(cwd, ['show', 'checkout', 'session-1/1', '--raw']);
    const request = 'GET /image HTTP/1.1\r\nHost: 127.0.0.1:3000\r\nAccept: */*\r\n\r\n';
    expect(raw.toString('latin1')).toBe(`${request}${head}\0\u00c8\u00ff\r\n`);
    const all = (await bytesOf(cwd, ['show', 'checkout', '--raw'])).toString('latin1');
    expect(all.match(/==> checkout:session-1\/\d <==\n/g)).toHaveLength(3);
  });

  test('of a conversation has its messages, as text and as JSON', async () => {
    const file = tempCassette((writer) => {
      const outcome = responseOutcome({ status: 101, reason: 'Switching Protocols', framing: 'none' });
      const id = writer.insertExchange(newExchange(writer.beginSession(newSession()), { target: '/chat', outcome }));
      const { sizeBytes, sha256 } = writer.putBody(Buffer.from('hello'));
      writer.addStreamEvents(id, [{ direction: 'request', offsetMs: 12, opcode: 1, sizeBytes, sha256 }]);
    });
    const cwd = path.dirname(path.dirname(file));
    const text = await runRetake(['show', 'checkout', 'session-1/0'], { cwd });
    expect(text.stdout).toContain('HTTP/1.1 101 Switching Protocols\n');
    expect(text.stdout.replaceAll('\u00a0', ' ')).toMatch(/\nmessages\n→ +12 ms {2}text +5 B {2}hello\n1 message\n$/);
    const json = await runRetake(['show', 'checkout', 'session-1/0', '--json'], { cwd });
    expect(JSON.parse(json.stdout)).toMatchObject({
      exchanges: [{ events: [{ direction: 'request', offsetMs: 12, opcode: 1, sizeBytes: 5, text: 'hello' }] }],
    });
  });

  test('--curl is a command to paste, with a word about pseudonyms on stderr', async () => {
    const { stdout, stderr } = await runRetake(['show', 'checkout', 'session-1/0', '--curl'], { cwd: project() });
    expect(stdout).toMatch(/^curl --globoff --path-as-is http:\/\/127\.0\.0\.1:3000\/login \\\n/);
    expect(stdout).toContain(`--data-raw '{"user":"ada"}'`);
    expect(stderr).toBe('note: secrets were redacted when this was recorded; the command carries pseudonyms\n');
  });

  test('ends quietly when the reader of the pipe has had enough', async () => {
    const file = cassetteOf(Array.from({ length: 3000 }, () => ({})));
    const child = spawn('/bin/sh', ['-c', `"${process.execPath}" "${cliFile}" show "${file}" | head -n 1`]);
    let stderr = '';
    child.stderr.on('data', (chunk) => (stderr += String(chunk)));
    await once(child, 'close');
    expect(stderr).toBe('');
  });

  test('refuses what makes no sense with exit 2, and a missing cassette with exit 4', async () => {
    const cwd = project();
    expect(await runRetake(['show', 'checkout', '--raw', '--curl'], { cwd })).toMatchObject({
      code: 2,
      stderr: 'error: --raw and --curl exclude each other\n  give one of --raw, --json, --curl\n',
    });
    expect(await runRetake(['show', 'checkout', 'session-1/9'], { cwd })).toMatchObject({
      code: 2,
      stderr: 'error: no exchange matches session-1/9\n  list what is there: retake show checkout\n',
    });
    expect(await runRetake(['show'], { cwd })).toMatchObject({ code: 2, stdout: '' });
    expect(await runRetake(['show', 'nope'], { cwd })).toMatchObject({ code: 4, stdout: '' });
  });
});
