import { describe, expect, test } from 'vitest';
import { recordListeners, targetListeners } from '../../src/cli/target-options.ts';
import { appErrorOf } from '../support/app-error.ts';

const described = (targets: readonly string[], ports: readonly string[] = []): string[] =>
  targetListeners(targets, ports).map(({ target, port }) => `${target.name} ${target.url} ${port}`);

describe('--target and --port', () => {
  test('one target needs no name', () => {
    expect(described(['http://a.test'])).toEqual(['default http://a.test 0']);
    expect(described(['http://a.test'], ['4000'])).toEqual(['default http://a.test 4000']);
    expect(described(['api=http://a.test'], ['4000'])).toEqual(['api http://a.test 4000']);
  });

  test('several are told apart by name', () => {
    expect(described(['api=http://a.test', 'auth=https://b.test/x=y'], ['auth=4001'])).toEqual([
      'api http://a.test 0',
      'auth https://b.test/x=y 4001',
    ]);
  });

  test.for([
    [['http://a.test', 'http://b.test'], [], 'there are several targets named default'],
    [['a=http://a.test', 'b=http://b.test'], ['4000'], '--port does not say for which target'],
    [['a=http://a.test'], ['b=4000'], '--port names b, which is no target'],
    [['http://a.test'], ['70000'], '--port 70000 is no port'],
    [['http://a.test'], ['x'], '--port x is no port'],
  ] as const)('%j with ports %j: %s', ([targets, ports, problem]) => {
    expect(appErrorOf(() => targetListeners(targets, ports))).toMatchObject({ code: 'USAGE', message: problem });
  });
});

describe('--forward', () => {
  test('is one listener more, whose port goes by its name', () => {
    expect(recordListeners({ target: [], forward: true, port: ['4000'] })).toEqual([
      { kind: 'forward', name: 'forward', port: 4000 },
    ]);
    const listeners = recordListeners({ target: ['http://a.test'], forward: true, port: ['forward=4000'] });
    expect(listeners.map(({ kind, port }) => `${kind} ${port}`)).toEqual(['reverse 0', 'forward 4000']);
  });

  test.for([
    [{ target: [], port: [] }, 'there is no server to record from'],
    [
      { target: ['forward=http://a.test'], forward: true, port: [] },
      'a target cannot be named forward beside --forward',
    ],
    [{ target: ['http://a.test'], forward: true, port: ['1'] }, '--port does not say for which target'],
  ] as const)('%j: %s', ([options, problem]) => {
    expect(appErrorOf(() => recordListeners(options))).toMatchObject({ code: 'USAGE', message: problem });
  });
});
