import { type Command, Option } from 'commander';
import { homedir } from 'node:os';
import path from 'node:path';
import type { Context } from './context.ts';

/** For every command that may need the certificate authority; read it with `caFolder`. */
export function addCaDirOption(command: Command): Command {
  return command.addOption(
    new Option('--ca-dir <dir>', 'folder of the certificate authority (default: $RETAKE_CA_DIR, else one per user)'),
  );
}

/**
 * The folder of the certificate authority: `--ca-dir`, else RETAKE_CA_DIR, else one per user, so that all projects share
 * what their user has decided to trust.
 */
export function caFolder(
  { cwd, env }: Pick<Context, 'cwd' | 'env'>,
  option: string | undefined,
  platform: NodeJS.Platform = process.platform,
): string {
  const named = option || env['RETAKE_CA_DIR'];
  return named ? path.resolve(cwd, named) : userFolder(env, platform);
}

function userFolder(env: Context['env'], platform: NodeJS.Platform): string {
  if (platform === 'win32') {
    return path.join(env['LOCALAPPDATA'] || path.join(homedir(), 'AppData', 'Local'), 'retake');
  }
  // A relative path is to be ignored (XDG Base Directory Specification).
  const config = env['XDG_CONFIG_HOME'];
  const base = config && path.isAbsolute(config) ? config : path.join(env['HOME'] || homedir(), '.config');
  return path.join(base, 'retake');
}
