import { AppError } from '../base/errors.ts';
import { parseTarget, type Target } from '../model/target.ts';

export interface TargetListener {
  readonly target: Target;
  /** 0 for any free port. */
  readonly port: number;
}

/**
 * `--target URL` or several `--target name=URL`, with `--port N` or `--port name=N`: one listener each. Throws
 * TARGET_INVALID and USAGE.
 */
export function targetListeners(targets: readonly string[], ports: readonly string[]): TargetListener[] {
  if (targets.length === 0) {
    throw usage('there is no server to record from', 'add --target URL, for example --target http://127.0.0.1:3000');
  }
  const parsed = targets.map((text) => {
    const named = /^([\w.:[\]-]+)=(.+:\/\/.*)$/s.exec(text);
    return named ? parseTarget(named[2]!, named[1]) : parseTarget(text);
  });
  for (const [i, { name }] of parsed.entries()) {
    if (parsed.findIndex((other) => other.name === name) < i) {
      throw usage(`there are several targets named ${name}`, 'name each one: --target api=URL --target auth=URL');
    }
  }
  const portByName = new Map<string, number>();
  for (const text of ports) {
    const found = /^(?:([\w.:[\]-]+)=)?(\d{1,5})$/.exec(text);
    const port = Number(found?.[2]);
    if (!found || port > 65_535) throw usage(`--port ${text} is no port`, 'give a number from 0 to 65535');
    const name = found[1] ?? (parsed.length === 1 ? parsed[0]!.name : undefined);
    if (name === undefined) {
      throw usage('--port does not say for which target', `write --port ${parsed[0]!.name}=${port}`);
    }
    if (!parsed.some((target) => target.name === name)) {
      throw usage(`--port names ${name}, which is no target`, `targets: ${parsed.map((one) => one.name).join(', ')}`);
    }
    portByName.set(name, port);
  }
  return parsed.map((target) => ({ target, port: portByName.get(target.name) ?? 0 }));
}

function usage(problem: string, hint: string): AppError {
  return new AppError('USAGE', { problem, hint });
}
