import { homedir } from 'node:os';
import path from 'node:path';

type Environment = Readonly<Record<string, string | undefined>>;

/**
 * The folder of the certificate authority: `--ca-dir`, else RETAKE_CA_DIR, else one per user, so that all projects share
 * what their user has decided to trust.
 */
export function caFolder(
  { cwd, env }: { readonly cwd: string; readonly env: Environment },
  option: string | undefined,
  platform: NodeJS.Platform = process.platform,
): string {
  const named = option || env['RETAKE_CA_DIR'];
  return named ? path.resolve(cwd, named) : userFolder(env, platform);
}

function userFolder(env: Environment, platform: NodeJS.Platform): string {
  if (platform === 'win32') {
    return path.join(env['LOCALAPPDATA'] || path.join(homedir(), 'AppData', 'Local'), 'retake');
  }
  // A relative path is to be ignored (XDG Base Directory Specification).
  const config = env['XDG_CONFIG_HOME'];
  const base = config && path.isAbsolute(config) ? config : path.join(env['HOME'] || homedir(), '.config');
  return path.join(base, 'retake');
}
