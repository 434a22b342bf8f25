import { describe, expect, test } from 'vitest';
import { parseTarget } from '../../src/model/target.ts';
import { checkReachable, resolveTargets } from '../../src/suite/suite-target.ts';
import { startRawUpstream } from '../support/raw-upstream.ts';

const one = [{ name: 'default', url: 'http://recorded.example' }];
const two = [
  { name: 'api', url: 'http://recorded.example' },
  { name: 'auth', url: 'http://recorded.example' },
];

describe('targets of a run', () => {
  test('a plain URL stands for the only recorded target', () => {
    const targets = resolveTargets(['http://127.0.0.1:3000/v2'], one);
    expect(targets.get('default')?.url).toBe('http://127.0.0.1:3000/v2');
  });

  test('several recorded targets are given by name', () => {
    const targets = resolveTargets(['auth=http://127.0.0.1:2', 'api=http://127.0.0.1:1'], two);
    expect(targets.get('api')?.port).toBe(1);
    expect(targets.get('auth')?.port).toBe(2);
    expect(() => resolveTargets(['http://127.0.0.1:1'], two)).toThrow('the session was recorded with 2 targets');
    expect(() => resolveTargets(['api=http://127.0.0.1:1'], two)).toThrow(
      'no server is given for the recorded target auth',
    );
    expect(() => resolveTargets(['web=http://127.0.0.1:1'], two)).toThrow('no target web');
  });

  test('a target named by its authority, as a forward proxy records it, is given by that name', () => {
    const recorded = [
      ...two,
      { name: 'api.example:443', url: 'https://api.example' },
      { name: '[::1]:80', url: 'http://[::1]' },
    ];
    const texts = [
      'api=http://a',
      'auth=http://b',
      'api.example:443=http://127.0.0.1:3',
      '[::1]:80=http://127.0.0.1:4',
    ];
    const targets = resolveTargets(texts, recorded);
    expect(targets.get('api.example:443')?.port).toBe(3);
    expect(targets.get('[::1]:80')?.port).toBe(4);
  });

  test('what is no usable URL is refused', () => {
    expect(() => resolveTargets(['localhost:3000'], one)).toThrow('it has no scheme');
  });

  test('a server that is not there is one clear error', async () => {
    const server = await startRawUpstream(async () => {});
    await expect(checkReachable(parseTarget(server.url))).resolves.toBeUndefined();
    await server.close();
    await expect(checkReachable(parseTarget(server.url))).rejects.toMatchObject({
      code: 'TARGET_UNREACHABLE',
      exitCode: 3,
      message: expect.stringContaining('ECONNREFUSED') as string,
    });
  });
});
