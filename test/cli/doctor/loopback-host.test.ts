import { expect, test } from 'vitest';
import { isLoopbackHost } from '../../../src/cli/doctor/loopback-host.ts';

test('this machine has many names', () => {
  for (const host of ['localhost', 'LocalHost', 'a.localhost', '127.0.0.1', '127.8.9.10', '::1']) {
    expect(isLoopbackHost(host), host).toBe(true);
  }
  for (const host of ['example.com', 'localhost.example', '128.0.0.1', '127.example', '0.0.0.0', '']) {
    expect(isLoopbackHost(host), host).toBe(false);
  }
});
