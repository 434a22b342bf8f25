import { AppError } from '../base/errors.ts';
import { parseTarget, type Target } from '../model/target.ts';
import type { RecordListener } from '../proxy/record-proxy.ts';

export interface TargetListener {
  readonly target: Target;
  /** 0 for any free port. */
  readonly port: number;
}

/** Name of the listener that is a proxy for every server. */
export const forwardName = 'forward';

/**
 * `--target URL` or several `--target name=URL`, with `--port N` or `--port name=N`: one listener each. Throws
 * TARGET_INVALID and USAGE.
 */
export function targetListeners(targets: readonly string[], ports: readonly string[]): TargetListener[] {
  const parsed = parseTargets(targets);
  const portOf = portsByName(
    parsed.map(({ name }) => name),
    ports,
  );
  return parsed.map((target) => ({ target, port: portOf.get(target.name) ?? 0 }));
}

/** The listeners of a recording: `--target` as above, and `--forward`, whose port is named `forward`. Throws the same. */
export function recordListeners(options: {
  readonly target: readonly string[];
  readonly forward?: true;
  readonly port: readonly string[];
}): RecordListener[] {
  const { target: texts, forward, port: ports } = options;
  if (texts.length === 0 && !forward) {
    throw usage(
      'there is no server to record from',
      'add --target URL, for example --target http://127.0.0.1:3000, or --forward to be a proxy for every server',
    );
  }
  const targets = parseTargets(texts);
  if (forward && targets.some(({ name }) => name === forwardName)) {
    throw usage(`a target cannot be named ${forwardName} beside --forward`, 'choose another name for it');
  }
  const portOf = portsByName([...targets.map(({ name }) => name), ...(forward ? [forwardName] : [])], ports);
  const reverse = targets.map((target) => ({
    kind: 'reverse' as const,
    target,
    port: portOf.get(target.name) ?? 0,
  }));
  return forward ? [...reverse, { kind: 'forward', name: forwardName, port: portOf.get(forwardName) ?? 0 }] : reverse;
}

function parseTargets(texts: readonly string[]): Target[] {
  const parsed = texts.map((text) => {
    const named = /^([\w.:[\]-]+)=(.+:\/\/.*)$/s.exec(text);
    return named ? parseTarget(named[2]!, named[1]) : parseTarget(text);
  });
  for (const [i, { name }] of parsed.entries()) {
    if (parsed.findIndex((other) => other.name === name) < i) {
      throw usage(`there are several targets named ${name}`, 'name each one: --target api=URL --target auth=URL');
    }
  }
  return parsed;
}

function portsByName(names: readonly string[], texts: readonly string[]): Map<string, number> {
  const portByName = new Map<string, number>();
  for (const text of texts) {
    const found = /^(?:([\w.:[\]-]+)=)?(\d{1,5})$/.exec(text);
    const port = Number(found?.[2]);
    if (!found || port > 65_535) throw usage(`--port ${text} is no port`, 'give a number from 0 to 65535');
    const name = found[1] ?? (names.length === 1 ? names[0]! : undefined);
    if (name === undefined) throw usage('--port does not say for which target', `write --port ${names[0]}=${port}`);
    if (!names.includes(name)) {
      throw usage(`--port names ${name}, which is no target`, `targets: ${names.join(', ')}`);
    }
    portByName.set(name, port);
  }
  return portByName;
}

function usage(problem: string, hint: string): AppError {
  return new AppError('USAGE', { problem, hint });
}
