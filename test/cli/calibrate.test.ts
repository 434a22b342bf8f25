import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { cassetteOf } from '../support/cassette.ts';
import { runRetake } from '../support/process.ts';

/** A server whose `load` is new in every answer. */
async function startLoaded(): Promise<string> {
  let load = 0;
  const server = createServer((_request, response) => {
    load += 1;
    response.setHeader('Content-Type', 'application/json').end(JSON.stringify({ load, name: 'tea' }));
  });
  server.listen(0, '127.0.0.1');
  onTestFinished(() => void server.close());
  await new Promise((resolve) => server.once('listening', resolve));
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test('retake test --calibrate learns what a build changes by itself, and the next test goes by it', async () => {
  const file = cassetteOf([{ target: '/status', responseBytes: '{"load":0,"name":"tea"}' }]);
  const cwd = path.dirname(file);
  const url = await startLoaded();
  const retake = (...args: string[]) => runRetake(['test', file, '--target', url, ...args], { cwd, env: {} });
  const name = path.parse(file).name;

  expect((await retake()).code).toBe(1);
  const first = await retake('--calibrate', '3');
  expect(first.stderr).toBe('');
  expect(first.stdout).toBe(
    [
      `${name}:session-1 sent 3 times to ${url}: 1 exchange, 2 pairs of answers`,
      '  learned   calibration 1  GET /status: expect json $.load of same type  differed in 2 of 2 pairs (surely in 34 % of all)',
      '',
    ].join('\n'),
  );
  expect(first.code).toBe(0);
  const judged = await retake();
  expect(judged.stdout).toContain('passed');
  expect(judged.code).toBe(0);

  const again = await retake('--calibrate', '2', '--json');
  expect(JSON.parse(again.stdout)).toMatchObject({
    schema: 'retake.calibrate/1',
    calibrations: [{ session: 'session-1', pairs: 1, learned: [], again: [{ number: 1, differed: 3, compared: 3 }] }],
  });
});

test('a calibration judges nothing, needs two runs, and is not for CI', async () => {
  const file = cassetteOf([{ target: '/status', responseBytes: '{}' }]);
  const retake = async (...args: string[]) => {
    const { code, stderr } = await runRetake(['test', file, '--target', 'http://127.0.0.1:9', ...args], {
      cwd: path.dirname(file),
      env: {},
    });
    return `${code} ${stderr.split('\n')[0]}`;
  };
  expect(await retake('--calibrate', '3', '--fail-on', 'added')).toBe(
    '2 error: --fail-on has no effect with --calibrate: a calibration judges nothing',
  );
  expect(await retake('--calibrate', '1')).toBe(
    '2 error: --calibrate 1 has nothing to compare: answers of one build are compared with each other',
  );
  expect(await retake('--calibrate', '3', '--ci')).toBe(
    '2 error: nothing is calibrated in CI: what counts is decided by a person',
  );
});
