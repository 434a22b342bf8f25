import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { certificateHost } from '../../src/proxy/certificate-host.ts';

describe('the host of a certificate', () => {
  test.each([
    ['example.com', 'dns', 'example.com'],
    ['Example.COM.', 'dns', 'example.com'],
    ['localhost', 'dns', 'localhost'],
    ['my_service-1', 'dns', 'my_service-1'],
    ['Bücher.example', 'dns', 'xn--bcher-kva.example'],
    ['xn--bcher-kva.example', 'dns', 'xn--bcher-kva.example'],
    ['127.0.0.1', 'ip', '127.0.0.1'],
    ['::1', 'ip', '::1'],
    ['[::1]', 'ip', '::1'],
    ['0:0::0:1', 'ip', '::1'],
    ['FE80::1%eth0', 'ip', 'fe80::1'],
  ] as const)('%s is the %s host %s', (text, kind, value) => {
    expect(certificateHost(text)).toEqual({ kind, value });
  });

  test.each([
    '',
    '.',
    'a..b',
    '.example.com',
    '../../etc/passwd',
    'a/b',
    'a\\b',
    'a b',
    'a\0b',
    'a\nb',
    'a\r\nHost: b',
    '*.example.com',
    'example.com:443',
    '-a.example',
    'a-.example',
    '[example.com]',
    'user@example.com',
    'a%41.example',
    `${'a'.repeat(64)}.example`,
    `${'a.'.repeat(130)}example`,
    '%'.repeat(100_000),
  ])('%j is none', (text) => {
    expect(certificateHost(text)).toBeUndefined();
  });

  test('whatever is accepted is plain, and means itself', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.domain(), fc.ipV4(), fc.ipV6()), (text) => {
        const host = certificateHost(text);
        if (host === undefined) return;
        expect(host.value).toMatch(/^[a-z0-9_.:-]{1,253}$/);
        expect(certificateHost(host.value)).toEqual(host);
      }),
    );
  });
});
