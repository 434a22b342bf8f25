import { expect, test } from 'vitest';
import { laneListeners } from '../../src/cli/lane-options.ts';
import { startRetake } from '../support/process.ts';
import { counter, replayFolder } from '../support/replayable.ts';

const api = { kind: 'reverse', name: 'api', port: 4001 } as const;
const web = { kind: 'reverse', name: 'web', port: 0 } as const;

test('a lane gets one more listener beside each', () => {
  expect(laneListeners([api], ['one=4002', 'a=b=0'])).toEqual([
    api,
    { ...api, port: 4002, lane: 'one' },
    { ...api, port: 0, lane: 'a=b' },
  ]);
  expect(laneListeners([api, web], ['one=0'])).toEqual([
    api,
    web,
    { ...api, port: 0, lane: 'one' },
    { ...web, port: 0, lane: 'one' },
  ]);
});

test.for([
  ['one', /is no lane with a port/],
  ['one=70000', /is no lane with a port/],
  ['=0', /is empty/],
  ['a\u0007=0', /cannot be shown/],
] as const)('--lane %s is refused', ([text, problem]) => {
  expect(() => laneListeners([api], [text])).toThrow(problem);
});

test('a lane has one port, and one port is one listener', () => {
  expect(() => laneListeners([api], ['one=1', 'one=2'])).toThrow(/names one twice/);
  expect(() => laneListeners([api, web], ['one=4002'])).toThrow(/one port for 2 listeners \(api, web\)/);
});

test('the ready file and the terminal name the lane of a port', async () => {
  const folder = replayFolder({ exchanges: counter });
  const replay = await startRetake(['replay', 'shop', '--lane', 'one=0'], { cwd: folder });
  const listeners: readonly { readonly url: string; readonly lane?: string }[] = replay.ready.listeners;
  expect(listeners.map(({ lane }) => lane)).toEqual([undefined, 'one']);
  const add = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"add":1}' };
  const [all, one] = listeners.map(({ url }) => `${url}/count`);
  expect(await (await fetch(one!, add)).text()).toBe('added');
  expect(await (await fetch(one!)).text()).toBe('1');
  expect(await (await fetch(all!)).text()).toBe('0');
  const { stderr } = await replay.stop();
  expect(stderr).toContain(`replaying ${listeners[1]!.url} in lane one`);
});
