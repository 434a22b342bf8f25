import { execFile } from 'node:child_process';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { promisify } from 'node:util';
import { expect, onTestFinished, test } from 'vitest';
import { startRetake } from '../support/process.ts';
import { until } from '../support/recording.ts';
import { tempFolder } from '../support/temp-folder.ts';

const run = promisify(execFile);

async function curl(...args: readonly string[]): Promise<string> {
  const { stdout } = await run('curl', ['--silent', '--show-error', '--max-time', '20', ...args]);
  return stdout;
}

test('one port speaks HTTP and HTTPS, with our certificate, while recording and while replaying', async () => {
  const server = http.createServer((request, response) => {
    const { host } = request.headers;
    response.setHeader('Location', `http://${host}/next`);
    response.setHeader('Set-Cookie', 'sid=1; Secure; SameSite=None');
    response.statusCode = 302;
    response.end(`hello from ${request.url}`);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const folder = tempFolder();
  const options = { cwd: folder, env: { RETAKE_CA_DIR: path.join(folder, 'ca') } };
  const target = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const recording = await startRetake(
    ['record', '--target', target, '--tls', '--rewrite', '--cassette', 'a', '--no-control'],
    options,
  );
  expect(recording.url).toMatch(/^https:\/\/127\.0\.0\.1:\d+$/);
  const { port } = new URL(recording.url);
  const trust = ['--cacert', recording.ready.ca!];
  const all = (): Promise<string[]> =>
    Promise.all([
      curl(...trust, '--http1.1', `https://127.0.0.1:${port}/1`),
      curl(...trust, '--http2', `https://localhost:${port}/2`),
      curl(`http://127.0.0.1:${port}/3`),
    ]);
  expect(await all()).toEqual(['hello from /1', 'hello from /2', 'hello from /3']);
  const head = await curl(...trust, '--http1.1', '--include', `https://localhost:${port}/1`);
  expect(head).toContain(`Location: https://localhost:${port}/next\r\n`);
  expect(head).toContain('Set-Cookie: sid=1; Secure; SameSite=None\r\n');
  const plain = await curl('--include', `http://localhost:${port}/1`);
  expect(plain).toContain(`Location: http://localhost:${port}/next\r\n`);
  expect(plain).toContain('Set-Cookie: sid=1\r\n');
  await recording.stop();
  server.closeAllConnections();
  server.close();

  const replay = await startRetake(['replay', 'a', '--tls', '--no-control'], options);
  const again = new URL(replay.url).port;
  expect(await curl('--cacert', replay.ready.ca!, `https://localhost:${again}/2`)).toBe('hello from /2');
  expect(await curl(`http://localhost:${again}/3`)).toBe('hello from /3');
  await expect(curl(`https://localhost:${again}/2`)).rejects.toThrow('certificate');
  await until(() => replay.stderr().includes('warning'));
  const { stderr } = await replay.stop();
  expect(stderr).toContain(
    'warning: a client does not trust our certificate for localhost (unknown ca): give it our CA',
  );
  expect(stderr).toContain('1 connection closed by clients that did not go through with TLS: localhost');
});
