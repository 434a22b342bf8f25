import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { type RunningProcess, startProcess, waitUntilReady } from '../../src/demo/start-process.ts';
import { stopWithTest } from './process.ts';

export const registryProgram = '/usr/bin/docker-registry';

/** A registry of container images with nothing in it, storing in a folder of that name. */
export async function startRegistry(
  folder: string,
  { name, locations }: { readonly name: string; readonly locations: 'relative' | 'absolute' },
): Promise<RunningProcess & { readonly url: string }> {
  const config = {
    version: '0.1',
    log: { level: 'info' },
    storage: { filesystem: { rootdirectory: path.join(folder, name) }, delete: { enabled: true } },
    http: { addr: '127.0.0.1:0', relativeurls: locations === 'relative' },
  };
  const file = path.join(folder, `${name}.yml`);
  // JSON is YAML.
  writeFileSync(file, JSON.stringify(config));
  const running = startProcess({ command: registryProgram, args: ['serve', file] });
  stopWithTest(running);
  const address = await waitUntilReady(running, () => /listening on ([\d.]+:\d+)/.exec(running.stderr())?.[1]);
  return { ...running, url: `http://${address}` };
}
