import type { Check } from './doctor/check.ts';
import { visible } from '../base/log.ts';
import { caFolder } from '../proxy/ca-folder.ts';
import { addCaDirOption } from './ca-dir-option.ts';
import type { Register } from './command.ts';
import type { Context } from './context.ts';

export const doctor: Register = (define) => {
  const { command, run } = define('doctor', 'check whether this machine is ready to record and replay');
  addCaDirOption(command).addHelpText('after', '\nAsks nobody outside this machine. Exit code 3 when a check fails.');
  run(async (context, options) => {
    const checks = await runChecks(context, caFolder(context, options['caDir'] as string | undefined));
    const failed = checks.filter(({ state }) => state === 'fail').length;
    if (context.json) {
      const warned = checks.filter(({ state }) => state === 'warn').length;
      const document = {
        schema: 'retake.doctor/1',
        failed,
        warned,
        checks: checks.map(({ name, state, detail, hint }) => ({ name, state, detail, hint: hint ?? null })),
      };
      await context.print(`${JSON.stringify(document, undefined, 2)}\n`);
    } else await context.print(lines(context, checks));
    return failed > 0 ? 3 : 0;
  });
};

/** Every group of checks, in the order they are shown. To add one, add a file and one line. */
async function runChecks({ env, cwd }: Context, folder: string): Promise<Check[]> {
  const { clockCheck, nodeCheck, portChecks } = await import('./doctor/machine-checks.ts');
  const { proxyChecks } = await import('./doctor/proxy-checks.ts');
  const { noProxyCheck } = await import('./doctor/no-proxy-check.ts');
  const { authorityChecks } = await import('./doctor/authority-checks.ts');
  const { cassetteFolderChecks, fileClockCheck, retakeFolderCheck } = await import('./doctor/folder-checks.ts');
  const now = Date.now();
  return [
    nodeCheck(),
    ...(await portChecks()),
    ...(await cassetteFolderChecks(cwd)),
    retakeFolderCheck(cwd),
    clockCheck(now, env['TZ']),
    fileClockCheck(cwd),
    ...(await proxyChecks(env)),
    noProxyCheck(env),
    ...authorityChecks({ folder, cwd, env, now }),
  ];
}

const colours = { ok: 'green', warn: 'yellow', fail: 'red' } as const;

function lines({ paintData, quiet }: Context, checks: readonly Check[]): string {
  const shown = quiet ? checks.filter(({ state }) => state !== 'ok') : checks;
  const width = Math.max(0, ...shown.map(({ name }) => name.length));
  return shown
    .map(({ name, state, detail, hint }) => {
      const next = hint === undefined ? '' : paintData('dim', ` → ${visible(hint)}`);
      return `${paintData(colours[state], state.padEnd(4))}  ${name.padEnd(width)}  ${visible(detail)}${next}\n`;
    })
    .join('');
}
