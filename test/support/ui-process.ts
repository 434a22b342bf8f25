import { onTestFinished } from 'vitest';
import { printedMatch, startProcess, waitUntilReady } from '../../src/demo/start-process.ts';
import { cliFile } from './process.ts';
import { tempFolder } from './temp-folder.ts';
import { fillUiFolder, type UiFolder } from './ui-folder.ts';

export interface RunningUiProcess extends UiFolder {
  readonly folder: string;
  /** Origin. */
  readonly url: string;
  /** With the token. */
  readonly openUrl: string;
  readonly token: string;
  readonly stop: () => Promise<unknown>;
}

/** The built `retake ui` over a folder with a cassette and a run, for the running test. */
export async function startUi(
  options: { readonly port?: number; readonly folder?: string } = {},
): Promise<RunningUiProcess> {
  const folder = options.folder ?? tempFolder();
  const filled = fillUiFolder(folder);
  const args = [cliFile, 'ui', folder, '--port', String(options.port ?? 0)];
  // A person sits before it, also where the tests run in CI.
  const env = { ...process.env, CI: 'false', NO_COLOR: '1', RETAKE_SECRET_PASSWORD: 'unused' };
  const running = startProcess({ command: process.execPath, args, cwd: folder, env });
  onTestFinished(async () => void (await running.stop('SIGKILL')));
  const openUrl = await waitUntilReady(running, () => printedMatch(running, /(http:\S+token=\S+)/));
  const url = new URL(openUrl);
  return {
    ...filled,
    folder,
    url: url.origin,
    openUrl,
    token: url.searchParams.get('token')!,
    stop: () => running.stop(),
  };
}
