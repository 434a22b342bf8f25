import { readFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { TLSSocket } from 'node:tls';
import { callbackify } from 'node:util';
import { describe, expect, onTestFinished, test } from 'vitest';
import { runProcess } from '../../src/demo/start-process.ts';
import { type CertificateAuthority, openCertificateAuthority } from '../../src/proxy/certificate-authority.ts';
import { openssl } from '../support/openssl.ts';
import { tempFolder } from '../support/temp-folder.ts';

const now = Date.UTC(2026, 4, 1, 12);
const dayMs = 86_400_000;
const program = fileURLToPath(new URL('../support/open-authority.ts', import.meta.url));

/** A TLS server in the name of whatever host a client asks for; of `unnamed` for clients that name none. */
async function serve(authority: CertificateAuthority, unnamed: string, address: string): Promise<number> {
  const secureContext = await authority.secureContextFor(unnamed);
  const server = createServer((socket) => {
    const secure = new TLSSocket(socket, {
      isServer: true,
      secureContext,
      SNICallback: callbackify(authority.secureContextFor),
    });
    secure.on('error', () => socket.destroy());
    secure.once('data', () => secure.end('HTTP/1.1 200 OK\r\nContent-Length: 11\r\n\r\nintercepted'));
  });
  await new Promise<void>((resolve) => server.listen(0, address, resolve));
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}

interface Fetched {
  readonly code: number | null;
  readonly text: string;
}

async function curl(authority: CertificateAuthority, url: string, ...args: readonly string[]): Promise<Fetched> {
  const common = ['--silent', '--show-error', '--noproxy', '*', '--max-time', '20'];
  const { code, stdout, stderr } = await runProcess({
    command: 'curl',
    args: [...common, '--cacert', authority.certificatePath, ...args, url],
    env: { PATH: process.env['PATH'] },
  });
  return { code, text: stdout + stderr };
}

describe('the certificate authority', () => {
  test('says who it is, as openssl does', async () => {
    const folder = tempFolder();
    const authority = await openCertificateAuthority(folder);
    expect(authority.certificatePath).toBe(path.join(folder, 'ca.pem'));
    expect(readFileSync(authority.certificatePath, 'utf8')).toBe(authority.certificatePem);
    expect(authority.name).toMatch(/^Retake CA \S+@\S+ \d{4}-\d\d-\d\d [0-9a-f]{6}$/);
    const print = await openssl('x509', '-in', authority.certificatePath, '-noout', '-fingerprint', '-sha256');
    expect(print).toContain(`=${authority.fingerprint}\n`);
    expect(authority.validTo.getTime() - authority.validFrom.getTime()).toBe(365 * dayMs);
  });

  test('stays the same from one start to the next', async () => {
    const folder = tempFolder();
    const first = await openCertificateAuthority(folder);
    expect((await openCertificateAuthority(folder)).fingerprint).toBe(first.fingerprint);
    expect((await openCertificateAuthority(tempFolder())).fingerprint).not.toBe(first.fingerprint);
  });

  test('is one, also when several processes start at once', async () => {
    const folder = path.join(tempFolder(), 'ca');
    const open = async (): Promise<string> => {
      const ended = await runProcess({ command: process.execPath, args: [program, folder] });
      expect(ended).toMatchObject({ code: 0, stderr: '' });
      return ended.stdout;
    };
    const prints = await Promise.all([open(), open(), open(), open()]);
    expect(new Set(prints).size).toBe(1);
    expect(prints[0]).toContain((await openCertificateAuthority(folder)).fingerprint);
  });

  test('loads the library of certificates only for making one', async () => {
    const folder = tempFolder();
    const args = [program, folder, 'count-libraries'];
    const making = await runProcess({ command: process.execPath, args });
    expect(making.stdout).toMatch(/ [1-9]\d*\n$/);
    const opening = await runProcess({ command: process.execPath, args });
    expect(opening.stdout).toMatch(/ 0\n$/);
  });

  test('tells in its last thirty days that they are the last', async () => {
    const folder = tempFolder();
    const opened = await openCertificateAuthority(folder, { now: () => now });
    expect(opened.note).toBeUndefined();
    const late = await openCertificateAuthority(folder, { now: () => now + 334 * dayMs });
    expect(late.note).toBe(
      `the certificate authority expires on 2027-04-30; to get a new one: retake ca uninstall, then delete ${folder}/ca.pem and ${folder}/ca-key.pem`,
    );
    const expired = openCertificateAuthority(folder, { now: () => now + 365 * dayMs });
    await expect(expired).rejects.toMatchObject({ code: 'CA_UNUSABLE' });
  });
});

describe('curl, which trusts the authority', () => {
  test('accepts a name', async () => {
    const authority = await openCertificateAuthority(tempFolder());
    const port = await serve(authority, 'unnamed.example', '127.0.0.1');
    const resolve = `shop.example:${port}:127.0.0.1`;
    const fetched = await curl(authority, `https://shop.example:${port}/`, '--resolve', resolve);
    expect(fetched).toEqual({ code: 0, text: 'intercepted' });
  });

  test.each([
    ['127.0.0.1', '127.0.0.1'],
    ['::1', '[::1]'],
  ])('accepts the address %s', async (address, inUrl) => {
    const authority = await openCertificateAuthority(tempFolder());
    const port = await serve(authority, address, address);
    expect(await curl(authority, `https://${inUrl}:${port}/`)).toEqual({ code: 0, text: 'intercepted' });
  });

  test('refuses a certificate for another host, and one of another authority', async () => {
    const authority = await openCertificateAuthority(tempFolder());
    const port = await serve(authority, 'other.example', '127.0.0.1');
    expect((await curl(authority, `https://127.0.0.1:${port}/`)).code).toBe(60);
    const stranger = await openCertificateAuthority(tempFolder());
    const resolve = `shop.example:${port}:127.0.0.1`;
    expect((await curl(stranger, `https://shop.example:${port}/`, '--resolve', resolve)).code).toBe(60);
  });
});
