import { createHash, randomBytes } from 'node:crypto';
import { execFile } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import net, { type AddressInfo } from 'node:net';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type RunningProcess, startProcess, waitUntilReady } from '../../src/demo/start-process.ts';
import { makeBadCertificates } from '../support/bad-certificates.ts';
import { programProblem } from '../support/debian-package.ts';
import { startRetake, stopWithTest } from '../support/process.ts';
import { makeTempFolder } from '../support/temp-folder.ts';

const [curl, nghttp, h2load, nghttpd] = ['/usr/bin/curl', '/usr/bin/nghttp', '/usr/bin/h2load', '/usr/sbin/nghttpd'];
const problem =
  programProblem('curl', curl) ??
  programProblem('nghttp2-client', nghttp, h2load) ??
  programProblem('nghttp2-server', nghttpd);
const execute = promisify(execFile);
const large = { encoding: 'latin1', maxBuffer: 64 * 1024 * 1024 } as const;

async function freePort(): Promise<number> {
  const server = net.createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => server.once('listening', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** What nghttp was told in header frames, trailers too: `recv (stream_id=13) x-sum: 42`. */
function headersIn(frames: string): string[] {
  return Array.from(frames.matchAll(/recv \(stream_id=\d+(?:, sensitive)?\) (.*)/g), ([, header]) => header!);
}

/** nghttp2's own server for a folder of files, with a certificate or in clear text. */
async function startNghttpd(
  folder: string,
  keys: readonly string[],
): Promise<RunningProcess & { readonly url: string }> {
  const port = await freePort();
  const kind = keys.length === 0 ? ['--no-tls'] : [];
  const args = [
    ...kind,
    '--address=127.0.0.1',
    `--htdocs=${folder}`,
    '--trailer=x-sum: 42',
    '--echo-upload',
    '--verbose',
  ];
  const running = startProcess({ command: nghttpd, args: [...args, String(port), ...keys] });
  stopWithTest(running);
  await waitUntilReady(running, () => /listen 127\.0\.0\.1:\d+/.exec(running.stdout())?.[0]);
  return { ...running, url: `http${keys.length === 0 ? '' : 's'}://127.0.0.1:${port}` };
}

describe.skipIf(problem !== undefined)(`peers over HTTP/2${problem ? ` (skipped: ${problem})` : ''}`, () => {
  describe.each(['clear text', 'TLS'])('in %s', (how) => {
    const isSecure = how === 'TLS';
    const { folder, remove } = makeTempFolder();
    const files = path.join(folder, 'files');
    const upload = path.join(folder, 'upload');
    const ca = path.join(folder, 'ca');
    let recorded: readonly string[] = [];
    let replayed: readonly string[] = [];
    let exitCodes: (number | null)[] = [];
    let load = '';

    /** What clients say of answers, without what is theirs: times and sizes of frames. */
    async function askAll(url: string, trust: string): Promise<readonly string[]> {
      const speak = isSecure ? ['--http2', '--cacert', trust] : ['--http2-prior-knowledge'];
      const base = ['--silent', '--show-error', '--include', ...speak];
      const asked: string[] = [];
      for (const args of [
        [`${url}/small.txt`],
        [`${url}/large.bin`],
        ['--head', `${url}/small.txt`],
        [`${url}/missing`],
        ['--data-binary', `@${upload}`, `${url}/echo`],
        ['--header', 'cookie: a=1', '--header', 'cookie: b=2', `${url}/small.txt?cookies`],
      ]) {
        const { stdout } = await execute(curl, [...base, ...args], large);
        asked.push(stdout);
      }
      const { stdout } = await execute(nghttp, [`${url}/large.bin`], large);
      const { stdout: frames } = await execute(nghttp, ['--verbose', '--null-out', `${url}/small.txt`], large);
      return [...asked, stdout, headersIn(frames).join('\n')];
    }

    beforeAll(async () => {
      mkdirSync(files);
      writeFileSync(path.join(files, 'small.txt'), 'hello over HTTP/2\n');
      writeFileSync(path.join(files, 'large.bin'), randomBytes(3_000_000));
      writeFileSync(upload, randomBytes(500_000));
      const { good, root, remove: forget } = makeBadCertificates();
      forget();
      const [key, cert, rootFile] = ['key.pem', 'cert.pem', 'root.pem'].map((name) => path.join(folder, name)) as [
        string,
        string,
        string,
      ];
      writeFileSync(key, good.key);
      writeFileSync(cert, good.cert);
      writeFileSync(rootFile, root);
      const server = await startNghttpd(files, isSecure ? [key, cert] : []);
      const tls = isSecure ? ['--tls', '--ca-dir', ca] : [];
      const trust = isSecure ? ['--upstream-ca', rootFile] : [];
      const recorder = await startRetake(['record', '--target', server.url, '--cassette', 'peers', ...tls, ...trust], {
        cwd: folder,
      });
      const ours = recorder.ready.ca ?? '';
      recorded = await askAll(recorder.url, ours);
      ({ stdout: load } = await execute(h2load, ['-n', '500', '-c', '5', '-m', '20', `${recorder.url}/small.txt`]));
      const { code: recordExit } = await recorder.stop();
      await server.stop('SIGKILL');
      const player = await startRetake(['replay', 'peers', ...tls], { cwd: folder });
      replayed = await askAll(player.url, ours);
      exitCodes = [recordExit, (await player.stop()).code];
    }, 120_000);
    afterAll(remove);

    it('curl and nghttp got what the server has', () => {
      const digest = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');
      const fileDigest = digest(readFileSync(path.join(files, 'large.bin')));
      expect(recorded[0]).toMatch(/^HTTP\/2 200 \r\n[^]*hello over HTTP\/2\n/);
      expect(digest(Buffer.from(recorded[6]!, 'latin1'))).toBe(fileDigest);
      expect(recorded[7]).toContain('x-sum: 42');
      expect(recorded[3]).toMatch(/^HTTP\/2 404 /);
      expect(Buffer.from(recorded[4]!, 'latin1').includes(readFileSync(upload))).toBe(true);
    });

    it('and get the same from the recording', () => {
      expect(replayed.map((text) => text.length)).toEqual(recorded.map((text) => text.length));
      expect(replayed).toEqual(recorded);
      expect(exitCodes).toEqual([0, 0]);
    });

    it('h2load has all of its requests answered', () => {
      expect(load).toMatch(/500 total, 500 started, 500 done, 500 succeeded, 0 failed, 0 errored, 0 timeout/);
    });
  });
});
