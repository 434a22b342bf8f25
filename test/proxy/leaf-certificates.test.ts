import type { X509Certificate } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { connect, createServer, type SecureContext } from 'node:tls';
import path from 'node:path';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type AuthorityFiles, makeAuthority } from '../../src/proxy/authority-files.ts';
import { leafCertificates } from '../../src/proxy/leaf-certificates.ts';
import { openssl } from '../support/openssl.ts';
import { tempFolder } from '../support/temp-folder.ts';

const start = Date.UTC(2026, 4, 1, 12);
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

interface Stage {
  readonly folder: string;
  readonly authority: AuthorityFiles;
  readonly clock: { now: number };
  readonly contextFor: (host: string) => Promise<SecureContext>;
}

async function stage(): Promise<Stage> {
  const folder = tempFolder();
  const clock = { now: start };
  const authority = await makeAuthority(folder, start);
  const { contextFor } = leafCertificates(authority, () => clock.now);
  return { folder, authority, clock, contextFor };
}

/** The chain that a server with this context presents, the leaf first. */
async function presented(context: SecureContext): Promise<X509Certificate[]> {
  const server = createServer({ SNICallback: (_name, done) => done(null, context) });
  onTestFinished(() => void server.close());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  const socket = connect({ port, host: '127.0.0.1', servername: 'any.example', rejectUnauthorized: false });
  await new Promise((resolve, reject) => socket.once('secureConnect', resolve).once('error', reject));
  const leaf = socket.getPeerX509Certificate()!;
  const issuer = leaf.issuerCertificate;
  socket.destroy();
  return issuer === undefined ? [leaf] : [leaf, issuer];
}

async function leafText(stage: Stage, host: string): Promise<string> {
  const [leaf] = await presented(await stage.contextFor(host));
  const file = path.join(stage.folder, 'leaf.pem');
  writeFileSync(file, leaf!.toString());
  const authorityFile = path.join(stage.folder, 'ca.pem');
  const seconds = String(stage.clock.now / 1000);
  const checks = ['-x509_strict', '-purpose', 'sslserver', '-attime', seconds];
  expect(await openssl('verify', ...checks, '-CAfile', authorityFile, file)).toContain(': OK');
  return openssl('x509', '-in', file, '-noout', '-text');
}

describe('a leaf certificate', () => {
  test('is for one name, for a week, and for servers only, as openssl reads and verifies it', async () => {
    const staged = await stage();
    const text = await leafText(staged, 'Shop.Example');
    expect(text).toContain('Subject: CN = shop.example\n');
    expect(text).toContain('DNS:shop.example\n');
    expect(text).toMatch(/Not Before: May  1 11:00:00 2026 GMT\s+Not After : May  8 12:00:00 2026 GMT/);
    expect(text).toMatch(/Basic Constraints: critical\s+CA:FALSE/);
    expect(text).toMatch(/Key Usage: critical\s+Digital Signature\n/);
    expect(text).toMatch(/Extended Key Usage: \s+TLS Web Server Authentication\n/);
    const keyId = /Subject Key Identifier: \s+([0-9A-F:]+)/;
    const authorityText = await openssl('x509', '-in', path.join(staged.folder, 'ca.pem'), '-noout', '-text');
    expect(text).toMatch(new RegExp(`Authority Key Identifier: \\s+${keyId.exec(authorityText)![1]!}`));
  });

  test('names an address as an address, and a name in punycode', async () => {
    const staged = await stage();
    expect(await leafText(staged, '127.0.0.1')).toContain('IP Address:127.0.0.1\n');
    expect(await leafText(staged, '[::1]')).toContain('IP Address:0:0:0:0:0:0:0:1\n');
    expect(await leafText(staged, 'bücher.example')).toContain('DNS:xn--bcher-kva.example\n');
  });

  test('has a common name of 64 characters at most; the alternative name is whole', async () => {
    const staged = await stage();
    const host = `${'a'.repeat(60)}.${'b'.repeat(60)}.example`;
    const text = await leafText(staged, host);
    expect(text).toContain(`Subject: CN = ${host.slice(0, 64)}\n`);
    expect(text).toContain(`DNS:${host}\n`);
  });

  test('is presented with its authority', async () => {
    const staged = await stage();
    const chain = await presented(await staged.contextFor('shop.example'));
    expect(chain.map(({ subject }) => subject.split('\n')[0])).toEqual([
      'CN=shop.example',
      staged.authority.certificate.subject.split('\n')[0],
    ]);
  });

  test('is made once for a host, also when many ask at once', async () => {
    const { contextFor } = await stage();
    const asked = await Promise.all(['a.example', 'A.example', 'a.example.'].map((host) => contextFor(host)));
    expect(new Set(asked).size).toBe(1);
    expect(await contextFor('a.example')).toBe(asked[0]);
    expect(await contextFor('b.example')).not.toBe(asked[0]);
  });

  test('is made anew before it expires', async () => {
    const staged = await stage();
    const first = await staged.contextFor('a.example');
    staged.clock.now += 5 * dayMs;
    expect(await staged.contextFor('a.example')).toBe(first);
    staged.clock.now += dayMs;
    const second = await staged.contextFor('a.example');
    expect(second).not.toBe(first);
    const [leaf] = await presented(second);
    expect(leaf!.validToDate.getTime()).toBe(start + 13 * dayMs);
  });

  test('ends with its authority at the latest, and then no more are made', async () => {
    const { clock, contextFor, authority } = await stage();
    const end = authority.certificate.validToDate.getTime();
    clock.now = end - hourMs;
    const context = await contextFor('a.example');
    expect(await contextFor('a.example')).toBe(context);
    const [leaf] = await presented(context);
    expect(leaf!.validToDate.getTime()).toBe(end);
    clock.now = end;
    await expect(contextFor('a.example')).rejects.toMatchObject({
      code: 'CERTIFICATE_REFUSED',
      message: 'no certificate is made for "a.example": the certificate authority expired while this process ran',
    });
  });

  test('begins with its authority at the earliest', async () => {
    const { clock, contextFor, authority } = await stage();
    clock.now = authority.certificate.validFromDate.getTime();
    const [leaf] = await presented(await contextFor('a.example'));
    expect(leaf!.validFromDate).toEqual(authority.certificate.validFromDate);
  });

  test('is refused for what is no host', async () => {
    const { contextFor } = await stage();
    await expect(contextFor('a\nb')).rejects.toMatchObject({
      code: 'CERTIFICATE_REFUSED',
      message: 'no certificate is made for "a\\nb": it is neither a host name nor an IP address',
    });
  });

  test('is refused to a flood of new hosts, while known ones are served', async () => {
    const { clock, contextFor } = await stage();
    const asked = await Promise.allSettled(Array.from({ length: 103 }, (_, i) => contextFor(`h${i}.example`)));
    expect(asked.map(({ status }) => status).lastIndexOf('fulfilled')).toBe(99);
    expect((asked[100] as PromiseRejectedResult).reason).toMatchObject({ code: 'CERTIFICATE_REFUSED' });
    await expect(contextFor('h99.example')).resolves.toBeDefined();
    clock.now += 100;
    await expect(contextFor('h100.example')).resolves.toBeDefined();
    await expect(contextFor('h101.example')).rejects.toThrow('more than 10 new hosts per second were asked for');
  });

  test('of the host not asked for longest gives way to new ones', async () => {
    const { clock, contextFor } = await stage();
    const [first, second] = [await contextFor('h0.example'), await contextFor('h1.example')];
    for (let i = 2; i <= 500; i += 1) {
      clock.now += 100;
      await contextFor(`h${i}.example`);
      if (i === 499) await contextFor('h0.example');
    }
    clock.now += 1000;
    expect(await contextFor('h0.example')).toBe(first);
    expect(await contextFor('h1.example')).not.toBe(second);
  });
});
