import { expect, test } from 'vitest';
import { proxyLines } from '../../src/cli/proxy-lines.ts';

test('a forward listener comes with what its clients need, to be copied', () => {
  const listeners = [
    { kind: 'reverse', url: 'http://127.0.0.1:1' },
    { kind: 'forward', url: 'http://127.0.0.1:2' },
  ];
  const authority = { name: 'Retake CA of me', fingerprint: 'AB:CD', certificatePath: '/home/me/ca.pem' };
  expect(proxyLines(listeners, authority)).toEqual([
    '  use    http_proxy=http://127.0.0.1:2 HTTP_PROXY=http://127.0.0.1:2 HTTPS_PROXY=http://127.0.0.1:2',
    '  CA     Retake CA of me',
    '         SHA-256 AB:CD',
    '         /home/me/ca.pem',
  ]);
});
