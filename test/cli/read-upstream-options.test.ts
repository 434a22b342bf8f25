import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readUpstreamOptions, upstreamTags } from '../../src/cli/read-upstream-options.ts';
import type { UpstreamOptions } from '../../src/cli/upstream-options.ts';
import { parseTarget } from '../../src/model/target.ts';
import type { UpstreamSettings } from '../../src/proxy/upstream-settings.ts';
import { type BadCertificates, makeBadCertificates } from '../support/bad-certificates.ts';
import { tempFolder } from '../support/temp-folder.ts';

let made: BadCertificates;
beforeAll(() => {
  made = makeBadCertificates();
});
afterAll(() => made.remove());

interface Read {
  readonly settings: UpstreamSettings;
  readonly warnings: readonly string[];
}

function read(options: UpstreamOptions, env: Record<string, string> = {}): Read {
  const cwd = tempFolder();
  writeFileSync(path.join(cwd, 'root.pem'), `some words\n${made.root}`);
  writeFileSync(path.join(cwd, 'client.pem'), made.client.cert);
  writeFileSync(path.join(cwd, 'client.key'), made.client.key);
  writeFileSync(path.join(cwd, 'good.pem'), made.good.cert + made.good.key);
  writeFileSync(path.join(cwd, 'good.key'), made.good.key);
  writeFileSync(path.join(cwd, 'words.txt'), 'no certificate');
  writeFileSync(path.join(cwd, 'broken.pem'), '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n');
  const warnings: string[] = [];
  const log = { info: () => {}, error: () => {}, debug: () => {}, warn: (line: string) => void warnings.push(line) };
  return { settings: readUpstreamOptions({ cwd, env, log }, options), warnings };
}

describe('how servers are reached', () => {
  test('is directly and verified when nothing is said', () => {
    const { settings, warnings } = read({});
    expect(settings).toMatchObject({ insecureHosts: [], caPem: undefined, clientCertificates: [], engine: 'node' });
    expect(settings.proxyFor(parseTarget('https://api.test'))).toBeUndefined();
    expect(warnings).toEqual([]);
  });

  test('connecting takes at most 10 s and a peer may stall for 5 minutes, unless told otherwise', () => {
    expect(read({}).settings).toMatchObject({ connectTimeoutMs: 10_000, idleTimeoutMs: 300_000 });
    const { settings } = read({ connectTimeout: 500, idleTimeout: 0 });
    expect(settings).toMatchObject({ connectTimeoutMs: 500, idleTimeoutMs: 0 });
  });

  test('the engine and the version are as given', () => {
    const { settings } = read({ engine: 'http-proxy', upstreamHttp: '1.1' });
    expect(settings).toMatchObject({ engine: 'http-proxy', http: '1.1' });
  });

  test('an exception from checking is said and noted with the session', () => {
    const options = { insecureUpstream: ['*.dev.test', 'old.test'] };
    const { settings, warnings } = read(options);
    expect(settings.insecureHosts).toEqual(['*.dev.test', 'old.test']);
    expect(warnings).toEqual(['certificates of *.dev.test, old.test are not checked (--insecure-upstream)']);
    expect(upstreamTags(options)).toEqual({ 'insecure-upstream': '*.dev.test, old.test' });
    expect(upstreamTags({})).toEqual({});
  });

  test('certificates come from files, those for certain servers first', () => {
    const { settings } = read(
      { upstreamCa: ['root.pem'], clientCert: ['good.pem', 'api.test=client.pem'], clientKey: ['api.test=client.key'] },
      { RETAKE_CLIENT_KEY_PASSPHRASE: 'secret' },
    );
    expect(settings.caPem).toBe(made.root.trim());
    expect(settings.clientCertificates.map(({ host }) => host)).toEqual(['api.test', undefined]);
    expect(settings.clientCertificates[0]!.keyPem).toBe(made.client.key);
  });

  test('a proxy given stands for every server, none for no proxy whatever the environment says', () => {
    const env = { HTTPS_PROXY: 'http://env.test', NO_PROXY: 'no.test' };
    const api = parseTarget('https://api.test');
    expect(read({}, env).settings.proxyFor(api)?.url).toBe('http://env.test');
    expect(read({}, env).settings.proxyFor(parseTarget('https://no.test'))).toBeUndefined();
    expect(read({ upstreamProxy: 'http://given.test' }, env).settings.proxyFor(api)?.url).toBe('http://given.test');
    expect(read({ upstreamProxy: 'none' }, env).settings.proxyFor(api)).toBeUndefined();
  });

  test('a proxy of the environment that cannot be used is said once, without its credentials', () => {
    expect(read({}, { ALL_PROXY: 'socks5://me:geheim@s.test' }).warnings).toEqual([
      'ALL_PROXY=socks5://s.test is no HTTP proxy and is not used; --upstream-proxy URL names one, none needs none',
    ]);
  });
});

describe('what cannot be meant is refused', () => {
  test.for([
    [{ upstreamCa: ['none.pem'] }, /^none\.pem: it cannot be read: ENOENT/],
    [{ upstreamCa: ['words.txt'] }, /^words\.txt: it holds no certificate in PEM$/],
    [{ upstreamCa: ['broken.pem'] }, /^broken\.pem: a certificate in it cannot be read/],
    [{ clientCert: ['words.txt'] }, /^words\.txt: it holds no certificate in PEM$/],
    [{ clientCert: ['client.pem'] }, /^client\.pem: it holds no private key in PEM$/],
    [{ clientCert: ['client.pem'], clientKey: ['client.key'] }, /^client\.key: it is locked with a passphrase$/],
    [{ clientCert: ['client.pem'], clientKey: ['good.key'] }, /^good\.key: it is not the key of the certificate/],
    [{ clientKey: ['good.key'] }, /^--client-key good\.key has no --client-cert$/],
    [{ upstreamProxy: 'socks5://me:geheim@s.test' }, /^--upstream-proxy socks5:\/\/s\.test is no HTTP proxy$/],
  ] as const)('%j', ([options, words]) => {
    expect(() => read(options)).toThrow(words);
  });

  test('a passphrase that does not open the key', () => {
    const options = { clientCert: ['client.pem'], clientKey: ['client.key'] };
    expect(() => read(options, { RETAKE_CLIENT_KEY_PASSPHRASE: 'wrong' })).toThrow(
      'client.key: the passphrase does not open it',
    );
  });
});
