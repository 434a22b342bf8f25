import { expect, test } from 'vitest';
import { isLoopback, isLoopbackHost } from '../../src/model/loopback.ts';
import { parseTarget } from '../../src/model/target.ts';

test.each([
  ['http://localhost:1', true],
  ['http://app.localhost', true],
  ['http://127.8.9.1', true],
  ['http://2130706433', true],
  ['http://[::1]:8', true],
  ['http://[::ffff:127.0.0.1]', true],
  ['http://10.0.0.1', false],
  ['http://localhost.example', false],
  ['http://127.0.0.1.example', false],
  ['http://[2001:db8::1]', false],
])('%s on this machine: %s', (url, expected) => {
  expect(isLoopback(parseTarget(url))).toBe(expected);
});

test('this machine has many names', () => {
  for (const host of ['localhost', 'LocalHost', 'a.localhost', '127.0.0.1', '127.8.9.10', '::1']) {
    expect(isLoopbackHost(host), host).toBe(true);
  }
  for (const host of ['example.com', 'localhost.example', '128.0.0.1', '127.example', '0.0.0.0', '']) {
    expect(isLoopbackHost(host), host).toBe(false);
  }
});
