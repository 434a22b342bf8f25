import { describe, expect, test } from 'vitest';
import { noProxyCheck } from '../../../src/cli/doctor/no-proxy-check.ts';

const detail = (NO_PROXY: string, no_proxy?: string): string => {
  const check = noProxyCheck({ NO_PROXY, no_proxy });
  expect(check.state).toBe('warn');
  expect(check.hint).toBe('take out what is to be recorded, and name each host in full');
  return check.detail;
};

describe('NO_PROXY', () => {
  test('is fine unset, empty, or naming other hosts', () => {
    expect(noProxyCheck({})).toEqual({ name: 'NO_PROXY', state: 'ok', detail: 'is not set' });
    expect(noProxyCheck({ NO_PROXY: '' }).state).toBe('ok');
    expect(noProxyCheck({ no_proxy: 'a.example,b.example:8080' })).toEqual({
      name: 'NO_PROXY',
      state: 'ok',
      detail: 'a.example,b.example:8080',
    });
  });

  test.each(['localhost', 'LOCALHOST:8080', '127.0.0.1', '[::1]:80', '::1', '127.0.0.0/8'])(
    'that covers this machine as %s keeps its servers out of a recording',
    (entry) => {
      expect(detail(`a.example,${entry}`)).toContain(
        `covers ${entry}, so requests to this machine pass a recording proxy by`,
      );
    },
  );

  test('that is read differently by different programs is told why', () => {
    expect(detail('*')).toBe('has *, so programs pass every proxy by and nothing is recorded');
    expect(detail('.a.example,*.b.example')).toBe(
      'has .a.example, *.b.example: whether that means the domain itself as well depends on the program',
    );
    expect(detail('a.example, b.example')).toBe('has spaces, which some programs take for part of a name');
    expect(detail('a.example b.example')).toBe('has spaces, which some programs take for part of a name');
    expect(detail('10.0.0.0/8')).toBe('has 10.0.0.0/8: many programs do not know ranges');
    expect(detail('a.example', 'b.example')).toBe(
      'differs from no_proxy ("b.example"), and which one counts depends on the program',
    );
  });
});
