import { describe, expect, test } from 'vitest';
import { clockCheck, nodeCheck, portChecks } from '../../../src/cli/doctor/machine-checks.ts';

describe('the machine', () => {
  test('has a Node', () => {
    expect(nodeCheck()).toMatchObject({
      name: 'Node',
      state: 'ok',
      detail: expect.stringContaining(process.versions.node),
    });
  });

  test('opens ports on loopback; without IPv6 it may still do', async () => {
    expect((await portChecks())[0]).toEqual({ name: 'IPv4 port', state: 'ok', detail: 'opens on 127.0.0.1' });
    // Addresses kept for documentation belong to no machine (RFC 5737, RFC 3849).
    const [v4, v6] = await portChecks(['192.0.2.1', '2001:db8::1']);
    expect(v4).toMatchObject({
      state: 'fail',
      detail: expect.stringMatching(/^does not open on 192\.0\.2\.1: .*EADDRNOTAVAIL/),
    });
    expect(v6).toMatchObject({ state: 'warn', detail: expect.stringMatching(/^does not open on 2001:db8::1: /) });
  });
});

describe('the clock', () => {
  const now = Date.UTC(2026, 4, 1);

  test('is fine in our times, with its zone', () => {
    expect(clockCheck(now, undefined)).toMatchObject({
      state: 'ok',
      detail: expect.stringMatching(/^2026-05-01T00:00:00\.000Z, time zone \S+$/),
    });
    expect(clockCheck(now, ':Europe/Berlin').state).toBe('ok');
  });

  test('that was never set fails', () => {
    expect(clockCheck(0, undefined)).toEqual({
      name: 'clock',
      state: 'fail',
      detail: 'says 1970-01-01T00:00:00.000Z',
      hint: 'set the clock of this machine right',
    });
  });

  test('in a zone nobody knows is a warning', () => {
    expect(clockCheck(now, 'Mars/Base')).toMatchObject({
      state: 'warn',
      detail: '2026-05-01T00:00:00.000Z; TZ=Mars/Base is unknown here, so UTC is used',
    });
  });
});
