import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';

export interface HeldCassette {
  readonly pid: number;
  /** SIGKILL, as a crash. */
  readonly kill: () => Promise<void>;
  /** Lets the process close the cassette and end. */
  readonly release: () => Promise<void>;
}

/** Another process that has a cassette open (see cassette-holder.ts). Killed when the test ends. */
export async function holdCassette(job: 'record' | 'create' | 'read', file: string): Promise<HeldCassette> {
  const script = fileURLToPath(new URL('cassette-holder.ts', import.meta.url));
  const child = spawn(process.execPath, [script, job, file], { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = once(child, 'close');
  onTestFinished(async () => {
    child.kill('SIGKILL');
    await ended;
  });
  await Promise.race([
    once(child.stdout, 'data'),
    ended.then(() => {
      throw new Error(`cassette-holder ${job} ended before it was ready`);
    }),
  ]);
  return {
    pid: child.pid!,
    kill: async () => {
      child.kill('SIGKILL');
      await ended;
    },
    release: async () => {
      child.stdin.end();
      await ended;
    },
  };
}
