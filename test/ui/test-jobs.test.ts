import { describe, expect, test } from 'vitest';
import { AppError } from '../../src/base/errors.ts';
import { TestJobs } from '../../src/ui/test-jobs.ts';
import type { RunTestsRequest } from '../../src/ui/ui-options.ts';

const request = {
  cassettePath: '/c',
  session: 's',
  targets: [],
  secrets: new Map<string, string>(),
  writes: 'refused',
} as const;

describe('runs started from the UI', () => {
  test('are known by their id once they begin, one after the other', async () => {
    const log: string[] = [];
    const gate = Promise.withResolvers<void>();
    let nextId = 1;
    const jobs = new TestJobs(async ({ onStart }) => {
      const id = nextId++;
      log.push(`start ${id}`);
      onStart(id, 7);
      if (id === 1) await gate.promise;
      log.push(`end ${id}`);
    });
    expect(await jobs.start(request)).toBe(1);
    expect(jobs.job(1)).toMatchObject({ total: 7 });
    const second = jobs.start(request);
    await new Promise(setImmediate);
    expect(log).toEqual(['start 1']);
    gate.resolve();
    expect(await second).toBe(2);
    await jobs.stop();
    expect(log).toEqual(['start 1', 'end 1', 'start 2', 'end 2']);
  });

  test('that cannot begin say why, and the next one begins all the same', async () => {
    let fails = true;
    const jobs = new TestJobs(async ({ onStart }) => {
      if (fails) throw new AppError('TARGET_UNREACHABLE', { target: 'http://x', problem: 'refused' });
      onStart(5, 1);
      await Promise.resolve();
    });
    await expect(jobs.start(request)).rejects.toMatchObject({ code: 'TARGET_UNREACHABLE' });
    fails = false;
    expect(await jobs.start(request)).toBe(5);
  });

  test('that fail on the way keep the reason beside the run', async () => {
    const jobs = new TestJobs(async ({ onStart }) => {
      onStart(3, 9);
      await Promise.resolve();
      throw new Error('disk full');
    });
    expect(await jobs.start(request)).toBe(3);
    await expect.poll(() => jobs.job(3)?.problem?.message).toContain('disk full');
  });

  test('are cut when the UI closes, and none begins after it', async () => {
    let seen: RunTestsRequest | undefined;
    const jobs = new TestJobs(async (started) => {
      seen = started;
      started.onStart(1, 1);
      await new Promise((resolve) => started.signal.addEventListener('abort', resolve));
    });
    await jobs.start(request);
    await jobs.stop();
    expect(seen?.signal.aborted).toBe(true);
    await expect(jobs.start(request)).rejects.toThrow('abort');
  });
});
