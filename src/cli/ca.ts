import { homedir } from 'node:os';
import { AppError, type ExitCode } from '../base/errors.ts';
import { caFolder } from '../proxy/ca-folder.ts';
import { addCaDirOption } from './ca-dir-option.ts';
import type { Register } from './command.ts';
import type { Context } from './context.ts';
import type { Machine } from './trust-store.ts';

interface CaOptions {
  readonly caDir?: string;
  readonly fingerprint?: string;
}

export const ca: Register = (define) => {
  const { command, run } = define(
    'ca <action>',
    'the certificate authority that HTTPS is recorded with; action: path, install, uninstall',
  );
  addCaDirOption(command)
    .option('--fingerprint <sha256>', 'uninstall: which authority, when its folder is gone')
    .addHelpText(
      'after',
      [
        '',
        '  path       print where the certificate lies, and make the authority at the first use',
        "  install    trust it in this machine's trust stores",
        '  uninstall  take it out of them again',
        'Programs started by retake exec trust it without any of these.',
      ].join('\n'),
    );
  run(async (context, options, [action]) => {
    const { caDir, fingerprint } = options as CaOptions;
    const { installAuthority, uninstallAuthority } = await import('./ca-trust.ts');
    const folder = caFolder(context, caDir);
    if (fingerprint !== undefined && action !== 'uninstall') {
      throw new AppError('USAGE', {
        problem: '--fingerprint names what to uninstall',
        hint: `leave it away, or: retake ca uninstall --fingerprint ${fingerprint}`,
      });
    }
    switch (action) {
      case 'path':
        return printPath(context, folder);
      case 'install':
        return installAuthority({ context, folder, machine: machineOf(context) });
      case 'uninstall':
        return uninstallAuthority({ context, folder, machine: machineOf(context), fingerprint });
      default:
        throw new AppError('USAGE', {
          problem: `"${action}" is nothing that retake ca can do`,
          hint: 'known actions: path, install, uninstall',
        });
    }
  });
};

async function printPath(context: Context, folder: string): Promise<ExitCode> {
  const { openCertificateAuthority } = await import('../proxy/certificate-authority.ts');
  const { dateOf } = await import('../proxy/authority-files.ts');
  const authority = await openCertificateAuthority(folder);
  const { certificatePath, name, fingerprint, validFrom, validTo, note } = authority;
  if (context.json) {
    const document = {
      schema: 'retake.ca/1',
      action: 'path',
      path: certificatePath,
      name,
      fingerprint,
      validFrom: validFrom.toISOString(),
      validTo: validTo.toISOString(),
      note: note ?? null,
    };
    await context.print(`${JSON.stringify(document, undefined, 2)}\n`);
    return 0;
  }
  context.log.info(`${name}\n  SHA-256 ${fingerprint}\n  valid from ${dateOf(validFrom)} to ${dateOf(validTo)}`);
  if (note !== undefined) context.log.warn(note);
  await context.print(`${certificatePath}\n`);
  return 0;
}

function machineOf({ env }: Context): Machine {
  const path = env['PATH'] ?? env['Path'] ?? '';
  return { platform: process.platform, root: '', home: env['HOME'] || homedir(), path };
}
