import { type RunningProcess, startProcess, waitUntilReady } from '../../src/demo/start-process.ts';
import { stopWithTest } from './process.ts';

export const radicaleProgram = '/usr/bin/radicale';

/** A calendar server with nothing in it, which takes everybody for who they say they are. */
export async function startRadicale(folder: string): Promise<RunningProcess & { readonly url: string }> {
  const flags = [
    ['--config', ''],
    ['--server-hosts', '127.0.0.1:0'],
    ['--storage-filesystem-folder', folder],
    ['--auth-type', 'none'],
    ['--logging-level', 'info'],
  ];
  const running = startProcess({ command: radicaleProgram, args: flags.flat() });
  stopWithTest(running);
  const port = await waitUntilReady(
    running,
    () => /Listening on '?\[?127\.0\.0\.1\]?:(\d+)/.exec(running.stderr() + running.stdout())?.[1],
  );
  return { ...running, url: `http://127.0.0.1:${port}` };
}
