import { once } from 'node:events';
import { writeFileSync } from 'node:fs';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { type BadCertificates, makeBadCertificates } from '../support/bad-certificates.ts';
import { openReader } from '../support/cassette.ts';
import { startChainedProxy } from '../support/chained-proxy.ts';
import { runRetake, startRetake } from '../support/process.ts';
import { sendRaw } from '../support/raw-client.ts';
import { tempFolder } from '../support/temp-folder.ts';

let made: BadCertificates;
beforeAll(() => {
  made = makeBadCertificates();
});
afterAll(() => made.remove());

async function tlsUpstream(options: https.ServerOptions): Promise<number> {
  const server = https.createServer(options, (_, response) => response.end('hello'));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

const get = 'GET /x HTTP/1.1\r\nHost: c\r\nConnection: close\r\n\r\n';

/** Records one request; what the client got, what was said, and the session. */
async function recordOne(target: string, args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const cwd = tempFolder();
  writeFileSync(path.join(cwd, 'root.pem'), made.root);
  writeFileSync(path.join(cwd, 'client.pem'), made.client.cert);
  writeFileSync(path.join(cwd, 'client.key'), made.client.key);
  const common = ['--cassette', 'shop', '--no-control', '--quiet'];
  const running = await startRetake(['record', '--target', target, ...common, ...args], { cwd, env });
  const answer = await sendRaw(Number(new URL(running.url).port), get);
  const { stderr } = await running.stop('SIGINT');
  const session = openReader(path.join(cwd, 'cassettes', 'shop.cassette')).session();
  return { body: answer.body.toString(), startLine: answer.startLine, stderr, tags: session.tags };
}

test('a certificate that fails is told with the options that help, each of which helps', async () => {
  const target = `https://localhost:${await tlsUpstream(made.good)}`;
  const refused = await recordOne(target, []);
  expect(refused.startLine).toBe('HTTP/1.1 502 Bad Gateway');
  expect(refused.body).toContain(
    "add --upstream-ca FILE with its issuer's certificate, or --insecure-upstream localhost",
  );
  expect(await recordOne(target, ['--upstream-ca', 'root.pem'])).toMatchObject({ body: 'hello', stderr: '', tags: {} });
  expect(await recordOne(target, ['--insecure-upstream', 'localhost'])).toMatchObject({
    body: 'hello',
    stderr: 'warning: certificates of localhost are not checked (--insecure-upstream)\n',
    tags: { 'insecure-upstream': 'localhost' },
  });
});

test('a server that wants to know who we are is shown the certificate for it', async () => {
  const port = await tlsUpstream({ ...made.good, requestCert: true, rejectUnauthorized: true, ca: made.root });
  const args = ['--upstream-ca', 'root.pem', '--client-cert', 'client.pem', '--client-key', 'client.key'];
  const env = { RETAKE_CLIENT_KEY_PASSPHRASE: 'secret' };
  expect((await recordOne(`https://localhost:${port}`, args, env)).body).toBe('hello');
  expect((await recordOne(`https://localhost:${port}`, args.slice(0, 2))).startLine).toBe('HTTP/1.1 502 Bad Gateway');
});

test('the proxy of the environment is used, and --upstream-proxy none goes without it', async () => {
  const port = await tlsUpstream({ key: made.wrongName.key, cert: made.wrongName.cert });
  const proxy = await startChainedProxy({ credentials: 'me:geheim' });
  const env = { HTTPS_PROXY: proxy.url.replace('//', '//me:geheim@') };
  const target = `https://other.test:${port}`;
  const { body, stderr } = await recordOne(target, ['--upstream-ca', 'root.pem', '--engine', 'http-proxy'], env);
  expect({ body, stderr }).toEqual({ body: 'hello', stderr: '' });
  expect(proxy.asked).toEqual([`CONNECT other.test:${port} Basic ${Buffer.from('me:geheim').toString('base64')}`]);
  const direct = await recordOne(target, ['--upstream-proxy', 'none'], env);
  expect(direct.body).toContain('the name does not resolve');
  expect(proxy.asked).toHaveLength(1);
});

test('a test run reaches its server by the same options', async () => {
  const cwd = tempFolder();
  writeFileSync(path.join(cwd, 'root.pem'), made.root);
  const url = `https://localhost:${await tlsUpstream(made.good)}`;
  const recording = [
    'record',
    '--target',
    url,
    '--cassette',
    'shop',
    '--no-control',
    '--insecure-upstream',
    'localhost',
  ];
  const running = await startRetake(recording, { cwd });
  await sendRaw(Number(new URL(running.url).port), get);
  await running.stop('SIGINT');
  const distrusted = await runRetake(['test', 'shop', '--target', url], { cwd });
  expect(distrusted).toMatchObject({ code: 3, stderr: expect.stringContaining('issued by "Test Root"') as string });
  expect(await runRetake(['test', 'shop', '--target', url, '--upstream-ca', 'root.pem'], { cwd })).toMatchObject({
    code: 0,
    stderr: '',
  });
  const proxy = await startChainedProxy();
  const through = ['--upstream-ca', 'root.pem', '--upstream-proxy', proxy.url];
  expect((await runRetake(['test', 'shop', '--target', url, ...through], { cwd })).code).toBe(0);
  expect(proxy.asked.length).toBeGreaterThan(0);
});

test('a file that does not hold what it should ends the command before anything is opened', async () => {
  const cwd = tempFolder();
  const args = ['record', '--target', 'http://127.0.0.1:9', '--cassette', 'shop', '--upstream-ca', 'none.pem'];
  const { code, stderr } = await runRetake(args, { cwd });
  expect(code).toBe(2);
  expect(stderr).toMatch(
    /^error: none\.pem: it cannot be read: ENOENT.*\n {2}give an existing file to --upstream-ca\n$/,
  );
});
