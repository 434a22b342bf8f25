import { expect, test } from 'vitest';
import { parseTarget } from '../../src/model/target.ts';
import { fitsHost, upstreamSettings } from '../../src/proxy/upstream-settings.ts';

test('connections are direct and verified unless told otherwise', () => {
  const settings = upstreamSettings({ connectTimeoutMs: 5 });
  expect(settings).toMatchObject({ insecureHosts: [], clientCertificates: [], engine: 'node', connectTimeoutMs: 5 });
  expect(settings.proxyFor(parseTarget('https://a.test'))).toBeUndefined();
});

test.for([
  ['a.test', true],
  ['A.TEST', true],
  ['*.test', true],
  ['a.test:8443', true],
  ['*:8443', true],
  ['a.test:443', false],
  ['test', false],
  ['b.test', false],
] as const)('the host pattern %s for a.test:8443: %s', ([glob, fits]) => {
  expect(fitsHost(glob, parseTarget('https://a.test:8443'))).toBe(fits);
});
