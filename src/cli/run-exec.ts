import { isatty } from 'node:tty';
import { AppError, type ExitCode } from '../base/errors.ts';
import { childEnvironment } from './child-environment.ts';
import { writeChildTrust } from './child-trust.ts';
import { cassettePath, type Context, reportError } from './context.ts';
import { besideProxy, type ExecMode, type ExecOptions, execSchema, type ProxyForChild } from './exec-proxy.ts';
import { type ChildEnd, ChildSignals, runChild } from './run-child.ts';
import { checkReplayOptions } from './replay-options.ts';
import { checkSessionName, hasSession } from '../store/named-session.ts';

/**
 * Runs a program behind our proxy. Gives the program's own exit code if it is not 0 (128 and more for a signal), else the
 * verdict of the mode; 130 when a second signal killed it. Throws what keeps it from starting.
 */
export async function runExec(context: Context, options: ExecOptions, words: readonly string[]): Promise<number> {
  const mode = await modeOf(context, options);
  if (mode !== 'replay' && options.asksFaults) {
    context.log.warn('--fault has no effect while traffic is recorded or passed on: only replay injects faults');
  }
  const signals = new ChildSignals([0, 1, 2].some((stream) => isatty(stream)) ? 'shared' : 'none');
  let child: ChildEnd | undefined;
  const work = async (proxy: ProxyForChild): Promise<ChildEnd> => {
    // Asked to stop before there was anything to stop.
    child = signals.wasAsked
      ? { code: 130, wasKilled: true }
      : await runBehind(context, { proxy, mode, words, signals });
    return child;
  };
  let verdict: ExitCode;
  try {
    verdict = await besideProxy(context, { options, mode, work, stop: () => signals.ask() });
  } catch (thrown) {
    if (child === undefined || child.code === 0) throw thrown;
    verdict = reportError(thrown, context);
  } finally {
    signals.dispose();
  }
  const exitCode = exitCodeOf(child, verdict);
  if (context.json) {
    const event = { schema: execSchema, event: 'ended', mode, command: words, child, exitCode };
    await context.print(`${JSON.stringify(event)}\n`);
  }
  return exitCode;
}

function exitCodeOf(child: ChildEnd | undefined, verdict: ExitCode): number {
  if (!child || child.code === 0) return verdict;
  return child.wasKilled ? 130 : child.code;
}

/** `once` is one of two others. Throws USAGE, FAULT_INVALID and RECORDING_NEEDED. */
async function modeOf(context: Context, { cassette, session, mode, onMiss, fault }: ExecOptions): Promise<ExecMode> {
  checkSessionName(session);
  checkReplayOptions(context, { onMiss, target: [], fault });
  if (context.ci && mode !== 'once' && mode !== 'replay') {
    throw new AppError('USAGE', {
      problem: `--mode ${mode} would call real servers, which never happens in CI`,
      hint: 'do it on a desk and commit the cassette, or add --no-ci',
    });
  }
  if (mode !== 'once') return mode;
  const file = cassettePath(context.cwd, cassette!);
  if (await hasSession(file, session)) return 'replay';
  if (!context.ci) return 'append';
  throw new AppError('RECORDING_NEEDED', {
    path: file,
    session: session === undefined ? '' : ` of session ${session}`,
  });
}

interface Job {
  readonly proxy: ProxyForChild;
  readonly mode: ExecMode;
  readonly words: readonly string[];
  readonly signals: ChildSignals;
}

async function runBehind(context: Context, { proxy, mode, words, signals }: Job): Promise<ChildEnd> {
  const trust = writeChildTrust(proxy.authority, context.env);
  try {
    for (const problem of trust.problems) context.log.warn(problem);
    const { env, bypassed } = childEnvironment(context.env, proxy.url, trust.files);
    proxy.onBypass?.(bypassed);
    if (bypassed.length > 0) context.log.warn(`NO_PROXY keeps ${bypassed.join(', ')} out of this: ${fateOf(mode)}`);
    const [command = '', ...args] = words;
    const stdout = context.json ? 'stderr' : 'inherit';
    return await runChild({ command, args, cwd: context.cwd, env, stdout }, signals);
  } finally {
    trust.remove();
  }
}

function fateOf(mode: ExecMode): string {
  return mode === 'replay' ? 'requests to them go to the real servers' : 'requests to them are not recorded';
}
