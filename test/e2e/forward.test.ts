import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import http from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import type { SecureContext } from 'node:tls';
import { promisify } from 'node:util';
import { describe, expect, onTestFinished, test } from 'vitest';
import { openCertificateAuthority } from '../../src/proxy/certificate-authority.ts';
import { openReader } from '../support/cassette.ts';
import { runRetake, startRetake } from '../support/process.ts';
import { tempFolder } from '../support/temp-folder.ts';

const run = promisify(execFile);

/** Two real servers, with and without TLS, that tell what they were asked; the first trusts `authority`. */
async function startServers(folder: string) {
  const authority = await openCertificateAuthority(path.join(folder, 'upstream-ca'));
  const answer: http.RequestListener = (request, response) => {
    const scheme = 'encrypted' in request.socket ? 'https' : 'http';
    response.end(`${scheme} ${request.method} ${request.url} ${request.headers.host}`);
  };
  const plain = http.createServer(answer);
  const secure = https.createServer({ SNICallback: (name, done) => void contextOf(name, done) }, answer);
  const contextOf = async (name: string, done: (error: null, context: SecureContext) => void): Promise<void> =>
    done(null, await authority.secureContextFor(name));
  const ports = [];
  for (const server of [plain, secure]) {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    onTestFinished(() => void server.close());
    ports.push((server.address() as AddressInfo).port);
  }
  const stop = (): void => {
    for (const server of [plain, secure]) {
      server.closeAllConnections();
      server.close();
    }
  };
  const urls = { http: `http://localhost:${ports[0]}`, https: `https://localhost:${ports[1]}` };
  return { ...urls, ca: authority.certificatePath, stop };
}

async function curl(...args: readonly string[]): Promise<string> {
  const { stdout } = await run('curl', ['--silent', '--show-error', '--max-time', '20', ...args]);
  return stdout;
}

/** What a program of somebody else does: Node's own fetch, told by its environment alone. */
async function nodeFetch(url: string, proxy: string, ca: string): Promise<string> {
  const program = `fetch(${JSON.stringify(url)}).then((r) => r.text()).then((text) => process.stdout.write(text))`;
  const env = { NODE_USE_ENV_PROXY: '1', HTTP_PROXY: proxy, HTTPS_PROXY: proxy, NODE_EXTRA_CA_CERTS: ca };
  const { stdout } = await run(process.execPath, ['--no-warnings', '-e', program], { env });
  return stdout;
}

/** Everything a client can ask of a forward proxy: absolute form, a tunnel in clear text, TLS with both protocols. */
async function askEverything(servers: { http: string; https: string }, proxy: string, ca: string): Promise<string[]> {
  return [
    await curl('--proxy', proxy, `${servers.http}/absolute`),
    await curl('--proxy', proxy, '--proxytunnel', `${servers.http}/tunnel`),
    await curl('--proxy', proxy, '--cacert', ca, '--http1.1', `${servers.https}/tls`),
    await curl('--proxy', proxy, '--cacert', ca, '--http2', `${servers.https}/h2`),
    await nodeFetch(`${servers.http}/fetch`, proxy, ca),
    await nodeFetch(`${servers.https}/fetch`, proxy, ca),
  ];
}

describe('one session with every server a program talks to', () => {
  test('is recorded through a forward proxy and replayed through one when the servers are gone', async () => {
    const folder = tempFolder();
    const servers = await startServers(folder);
    const env = { RETAKE_CA_DIR: path.join(folder, 'ca') };
    const recording = await startRetake(['record', '--forward', '--cassette', 'all', '--no-control'], {
      cwd: folder,
      env: { ...env, NODE_EXTRA_CA_CERTS: servers.ca },
    });
    const { ca } = recording.ready;
    expect(ca).toBe(path.join(folder, 'ca', 'ca.pem'));
    const host = (url: string): string => new URL(url).host;
    const live = await askEverything(servers, recording.url, ca!);
    expect(live).toEqual([
      `http GET /absolute ${host(servers.http)}`,
      `http GET /tunnel ${host(servers.http)}`,
      `https GET /tls ${host(servers.https)}`,
      `https GET /h2 ${host(servers.https)}`,
      `http GET /fetch ${host(servers.http)}`,
      `https GET /fetch ${host(servers.https)}`,
    ]);
    const ended = await recording.stop();
    const { url } = recording;
    expect(ended.stderr).toContain(`  use    http_proxy=${url} HTTP_PROXY=${url} HTTPS_PROXY=${url}\n`);
    expect(ended.stderr).toContain(`         ${ca}\n`);
    expect(ended.stderr).toContain('serve it: retake replay all --forward');
    servers.stop();

    const reader = openReader(path.join(folder, 'cassettes', 'all.cassette'));
    expect(reader.session().targets).toEqual([
      { name: host(servers.http), url: servers.http },
      { name: host(servers.https), url: servers.https },
    ]);
    const replay = await startRetake(['replay', 'all', '--forward', '--no-control'], { cwd: folder, env });
    expect(await askEverything(servers, replay.url, replay.ready.ca!)).toEqual(live);
    expect((await replay.stop()).code).toBe(0);

    const shown = await runRetake(['show', 'all'], { cwd: folder, env });
    expect(shown.stdout).toContain(`${servers.http}, ${servers.https}`);
    expect(readFileSync(ca!, 'utf8')).toContain('BEGIN CERTIFICATE');
  });
});
