import { toolVersion } from '../base/tool-version.ts';
import { spawn } from 'node:child_process';
import { statSync } from 'node:fs';
import path from 'node:path';
import { AppError } from '../base/errors.ts';
import { type Register } from './command.ts';
import type { Context } from './context.ts';
import { onStopSignal } from './signals.ts';

interface UiCommandOptions {
  readonly port: string;
  readonly host: string;
  readonly uiAllowedHost?: readonly string[];
  readonly open?: boolean;
  readonly readyFile?: string;
}

const defaultPort = 0;

export const ui: Register = (define) => {
  const { command, run } = define('ui [dir]', 'look at cassettes and runs in the browser, and review what changed');
  command
    .option('--port <number>', 'port to listen on; 0 takes a free one', String(defaultPort))
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .option('--ui-allowed-host <name...>', 'further host names under which the browser may reach it')
    .option('--ready-file <file>', 'write the address there once listening; removed at the end')
    .option('--open', 'open the browser')
    .option('--no-open', 'do not open the browser (default)');
  run(async (context, options, [dir]) => {
    const { serveUi } = await import('../ui/serve-ui.ts');
    const { uiActions } = await import('./ui-actions.ts');
    const { ruleActions } = await import('./rule-actions.ts');
    const { authorOf } = await import('./author.ts');
    const { port, host, uiAllowedHost, open, readyFile } = options as unknown as UiCommandOptions;
    const folder = existingFolder(path.resolve(context.cwd, dir ?? '.'));
    const signal = onStopSignal();
    const running = await serveUi({
      host,
      port: parsePort(port),
      ...(uiAllowedHost === undefined ? {} : { allowedHosts: uiAllowedHost }),
      folder,
      cassettePaths: [],
      actions: uiActions({ folder, env: context.env, rules: ruleActions(context) }),
      author: authorOf(context.env),
      toolVersion,
      log: context.log,
    });
    let removeReadyFile: (() => void) | undefined;
    try {
      removeReadyFile = await writeReady(context, readyFile, running);
      await announce(context, running, folder);
      if (open === true) openBrowser(running.openUrl);
      await signal.stopped;
    } finally {
      removeReadyFile?.();
      await running.close();
      signal.dispose();
    }
    return 0;
  });
};

async function writeReady(
  { cwd }: Context,
  file: string | undefined,
  { url, token }: { url: string; token: string },
): Promise<(() => void) | undefined> {
  if (file === undefined) return undefined;
  const { writeReadyFile } = await import('../proxy/ready-file.ts');
  return writeReadyFile(path.resolve(cwd, file), { pid: process.pid, listeners: [], control: { url, token } });
}

async function announce(
  context: Context,
  { url, token, openUrl }: { url: string; token: string; openUrl: string },
  folder: string,
): Promise<void> {
  if (context.json) return context.print(`${JSON.stringify({ schema: 'retake.ui/1', url, token, folder })}\n`);
  context.log.info(`Retake shows ${folder}`);
  await context.print(`${openUrl}\n`);
  context.log.info(context.paint('dim', 'Open this URL; it holds the key to this UI until it stops. Ctrl+C stops it.'));
}

function existingFolder(folder: string): string {
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory()) return folder;
  throw new AppError('USAGE', { problem: `${folder} is not a folder`, hint: 'give a folder that holds cassettes' });
}

function parsePort(text: string): number {
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw new AppError('USAGE', { problem: `--port ${text} is no port`, hint: 'give a number from 0 to 65535' });
}

/** Hands the URL to whatever the desktop opens URLs with. Where there is none, the printed URL is enough. */
export function openBrowser(url: string): void {
  const [command, ...args]: [string, ...string[]] =
    process.platform === 'darwin'
      ? ['open', url]
      : process.platform === 'win32'
        ? ['rundll32', 'url.dll,FileProtocolHandler', url]
        : ['xdg-open', url];
  const child = spawn(command, args, { stdio: 'ignore', detached: true });
  child.on('error', () => {});
  child.unref();
}
