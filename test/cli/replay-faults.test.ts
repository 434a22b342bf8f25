import { describe, expect, test } from 'vitest';
import { runRetake, startRetake } from '../support/process.ts';
import { replayFolder, shop } from '../support/replayable.ts';

const statusOf = async (url: string, target: string): Promise<number> => (await fetch(`${url}${target}`)).status;

describe('retake replay --fault', () => {
  test('injects, says so as it happens and at the end, and fails nothing', async () => {
    const args = ['replay', 'shop', '--fault', 'GET /a: 503 first 1', '--fault', 'GET /b: latency 1ms'];
    const replay = await startRetake(args, { cwd: replayFolder(shop) });
    expect(await statusOf(replay.url, '/a?key=s3cret')).toBe(503);
    expect(await statusOf(replay.url, '/a')).toBe(200);
    expect(await statusOf(replay.url, '/b')).toBe(200);
    const { code, stderr } = await replay.stop();
    expect(code).toBe(0);
    expect(stderr).toContain('fault 503 for GET /a (1 of 1)\n');
    expect(stderr).toContain('fault latency 1ms for GET /b\n');
    expect(stderr).not.toContain('s3cret');
    expect(stderr).toContain('2 hits, 0 misses, 1 relaxed, 1 unused recording, 2 injected faults\n');
    expect(stderr).toContain('injected faults (2):\n  GET /a: 503 first 1\n  GET /b: latency 1ms\n');
  });

  test('the same seed makes the same requests fail', async () => {
    const run = async (...args: readonly string[]): Promise<string> => {
      const replay = await startRetake(['replay', 'shop', '--fault', '*: 503 50%', ...args], {
        cwd: replayFolder(shop),
      });
      const statuses: number[] = [];
      for (let i = 0; i < 30; i += 1) statuses.push(await statusOf(replay.url, '/a'));
      await replay.stop();
      return statuses.join(' ');
    };
    const [one, same, other] = [await run(), await run('--fault-seed', '1'), await run('--fault-seed', '2')];
    expect(same).toBe(one);
    expect(other).not.toBe(one);
  });

  test('--json has an event for each, and the list at the end', async () => {
    const replay = await startRetake(['replay', 'shop', '--json', '--fault', '*: 503 first 1'], {
      cwd: replayFolder(shop),
    });
    await statusOf(replay.url, '/a');
    const { stdout } = await replay.stop();
    const events = stdout
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as Record<string, unknown>);
    expect(events[1]).toMatchObject({
      event: 'fault',
      fault: '*: 503 first 1',
      effect: '503',
      method: 'GET',
      target: '/a',
      lane: 'default',
      number: 1,
      times: 1,
    });
    expect(events[2]).toMatchObject({
      event: 'stopped',
      faults: 1,
      faultList: [{ fault: '*: 503 first 1', count: 1 }],
    });
  });

  test.each(['replay', 'exec'])('%s says what is no fault before anything starts', async (command) => {
    const cwd = replayFolder(shop);
    const rest =
      command === 'exec' ? ['--cassette', 'shop', '--fault', '*: rset', '--', 'true'] : ['shop', '--fault', '*: rset'];
    const { code, stderr } = await runRetake([command, ...rest], { cwd });
    expect(code).toBe(2);
    expect(stderr).toContain('fault *: rset: "rset" is no fault');
    expect(stderr).toContain('did you mean reset?');
  });

  test('a seed is a number', async () => {
    const { code, stderr } = await runRetake(['replay', 'shop', '--fault-seed', 'x'], { cwd: replayFolder(shop) });
    expect(code).toBe(2);
    expect(stderr).toContain('It must be a whole number.');
  });

  test('exec tells that a fault has no effect while it records', async () => {
    const args = ['exec', '--cassette', 'new', '--fault', '*: reset', '--', process.execPath, '--version'];
    const { code, stderr } = await runRetake(args, { cwd: replayFolder(shop), env: { CI: '' } });
    expect(code).toBe(0);
    expect(stderr).toContain(
      'warning: --fault has no effect while traffic is recorded or passed on: only replay injects faults',
    );
  });
});
