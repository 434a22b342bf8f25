import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import tls from 'node:tls';
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import { parseTarget } from '../../src/model/target.ts';
import { hopFailureOf } from '../../src/proxy/hop-failure.ts';
import { connectUpstream, serverNameOf } from '../../src/proxy/upstream-connection.ts';
import { upstreamSettings, type UpstreamSettings } from '../../src/proxy/upstream-settings.ts';
import { type BadCertificates, makeBadCertificates } from '../support/bad-certificates.ts';

let made: BadCertificates;
beforeAll(() => {
  made = makeBadCertificates();
});
afterAll(() => made.remove());

interface Seen {
  serverName: string | false | undefined;
  shown: string | undefined;
  bytes: number;
}

/** A TLS server for the rest of the running test that says hello and writes down what it sees. */
async function tlsServer(options: tls.TlsOptions): Promise<{ readonly port: number; readonly seen: Seen }> {
  const seen: Seen = { serverName: undefined, shown: undefined, bytes: 0 };
  const server = tls.createServer(options, (socket) => {
    socket.on('error', () => {});
    seen.serverName = (socket as tls.TLSSocket & { servername?: string | false }).servername;
    seen.shown = socket.getPeerCertificate().subject?.CN?.toString();
    socket.on('data', (chunk: Buffer) => (seen.bytes += chunk.length));
    socket.end('hello');
  });
  server.on('tlsClientError', () => {});
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => void server.close());
  return { port: (server.address() as AddressInfo).port, seen };
}

/** What the server said, or the failure in the words of the outcome. */
async function reach(url: string, given: Partial<UpstreamSettings> = {}): Promise<string> {
  const target = parseTarget(url);
  try {
    const socket = await connectUpstream(target, upstreamSettings(given), { isOwnAddress: () => false });
    const chunks: Buffer[] = [];
    for await (const chunk of socket) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks).toString();
  } catch (thrown) {
    const { code, message } = hopFailureOf(thrown, target.origin);
    return `${code}: ${message.replace(/:\d{4,5}/, '')}`;
  }
}

describe('a certificate', () => {
  test('of a root given is accepted, the name is checked and asked for', async () => {
    const { port, seen } = await tlsServer(made.good);
    expect(await reach(`https://localhost:${port}`, { caPem: made.root })).toBe('hello');
    expect(seen.serverName).toBe('localhost');
  });

  test('for an address needs no name', async () => {
    const { port, seen } = await tlsServer(made.good);
    expect(await reach(`https://127.0.0.1:${port}`, { caPem: made.root })).toBe('hello');
    expect(seen.serverName).toBe(false);
  });

  test.for([
    [
      'expired',
      'tls: upstream https://localhost has no valid TLS: its certificate expired on 2020-03-01; --insecure-upstream localhost goes on all the same (CERT_HAS_EXPIRED)',
    ],
    [
      'wrongName',
      'tls: upstream https://localhost has no valid TLS: its certificate is for other.test, *.more.test, not for localhost; --insecure-upstream localhost goes on all the same (ERR_TLS_CERT_ALTNAME_INVALID)',
    ],
    [
      'selfSigned',
      "tls: upstream https://localhost has no valid TLS: its certificate is self-signed: nobody this machine trusts vouches for it; add --upstream-ca FILE with its issuer's certificate, or --insecure-upstream localhost (DEPTH_ZERO_SELF_SIGNED_CERT)",
    ],
  ] as const)(
    'that is %s is refused before a byte is sent, and accepted for a host that is named',
    async ([fault, words]) => {
      const { port, seen } = await tlsServer(made[fault]);
      const url = `https://localhost:${port}`;
      expect(await reach(url, { caPem: made.root })).toBe(words);
      expect(await reach(url, { insecureHosts: ['*.example.test'] })).toContain('tls: ');
      expect(seen.bytes).toBe(0);
      expect(await reach(url, { insecureHosts: ['local*'] })).toBe('hello');
      expect(await reach(url, { insecureHosts: [`localhost:${port}`] })).toBe('hello');
    },
  );

  test('of an issuer nobody trusts is refused with the name of the issuer', async () => {
    const { port } = await tlsServer(made.good);
    expect(await reach(`https://localhost:${port}`)).toBe(
      'tls: upstream https://localhost has no valid TLS: its certificate was issued by "Test Root", which this machine does not trust; add --upstream-ca FILE with its issuer\'s certificate, or --insecure-upstream localhost (UNABLE_TO_VERIFY_LEAF_SIGNATURE)',
    );
  });

  test('that is self-signed is accepted when it is the one given', async () => {
    const { port } = await tlsServer(made.selfSigned);
    expect(await reach(`https://localhost:${port}`, { caPem: made.selfSigned.cert })).toBe('hello');
  });
});

describe('a server that asks for a certificate', () => {
  const asking = () => tlsServer({ ...made.good, requestCert: true, rejectUnauthorized: false, ca: made.root });

  test('sees the one for its host, and others do not', async () => {
    const one = { certificatePem: made.client.cert, keyPem: made.client.key, passphrase: 'secret' };
    const { port, seen } = await asking();
    const url = `https://localhost:${port}`;
    const caPem = made.root;
    expect(await reach(url, { caPem, clientCertificates: [{ ...one, host: 'other.test' }] })).toBe('hello');
    expect(seen.shown).toBeUndefined();
    expect(await reach(url, { caPem, clientCertificates: [{ ...one, host: 'localhost' }] })).toBe('hello');
    expect(seen.shown).toBe('a client');
    seen.shown = undefined;
    expect(await reach(url, { caPem, clientCertificates: [{ ...one, host: undefined }] })).toBe('hello');
    expect(seen.shown).toBe('a client');
  });
});

test('a bare address has no name for SNI', () => {
  expect(serverNameOf(parseTarget('https://192.0.2.1'))).toBe('');
  expect(serverNameOf(parseTarget('https://[::1]'))).toBe('');
  expect(serverNameOf(parseTarget('https://api.test'))).toBe('api.test');
});

test('what was given up already does not begin', async () => {
  const { port, seen } = await tlsServer(made.good);
  const begun = connectUpstream(parseTarget(`http://127.0.0.1:${port}`), upstreamSettings(), {
    isOwnAddress: () => false,
    signal: AbortSignal.abort(),
  });
  await expect(begun).rejects.toMatchObject({ code: 'ECONNABORTED' });
  expect(seen.bytes).toBe(0);
});
