import { type Command, Option } from 'commander';
import { statSync } from 'node:fs';
import path from 'node:path';
import { isatty } from 'node:tty';
import { styleText } from 'node:util';
import { AppError, type ExitCode, toAppError } from '../base/errors.ts';
import { isCi } from '../base/is-ci.ts';
import type { Log } from '../base/log.ts';

export { cassetteName, cassettePath } from '../store/cassette-path.ts';

/** What every command gets: where it runs, how it speaks, and nothing it has to look up in the environment. */
export interface Context {
  readonly cwd: string;
  /** Named by `--config` or RETAKE_CONFIG; else it is looked for. */
  readonly configFile?: string;
  readonly json: boolean;
  readonly quiet: boolean;
  readonly verbose: boolean;
  readonly debug: boolean;
  readonly ci: boolean;
  /** May stderr carry colour and redrawn lines? */
  readonly color: boolean;
  readonly stderrIsTerminal: boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Data for programs and pipes: stdout. Resolves when the reader has taken it. */
  readonly print: (data: string | Uint8Array) => Promise<void>;
  /** Everything else: stderr. */
  readonly log: Log;
  readonly paint: Paint;
  /** The same for data on stdout, which may be a pipe while stderr is a terminal. */
  readonly paintData: Paint;
}

export type Style = Parameters<typeof styleText>[0];
export type Paint = (style: Style, text: string) => string;

interface GlobalOptions {
  readonly config?: string;
  readonly cwd?: string;
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly verbose?: boolean;
  readonly debug?: boolean;
  readonly color?: boolean;
  readonly ci?: boolean;
}

/** The options every command takes. */
export function addGlobalOptions(command: Command): Command {
  return command
    .addOption(new Option('--cwd <dir>', 'work in this folder').helpGroup('Global options:'))
    .addOption(
      new Option(
        '--config <file>',
        'read this configuration (default: retake.config.ts, mts, js, mjs or json)',
      ).helpGroup('Global options:'),
    )
    .addOption(new Option('--json', 'print data as JSON').helpGroup('Global options:'))
    .addOption(new Option('--quiet', 'print only errors and results').helpGroup('Global options:'))
    .addOption(new Option('--verbose', 'print more').helpGroup('Global options:'))
    .addOption(new Option('--debug', 'print stacks of errors').helpGroup('Global options:'))
    .addOption(new Option('--color', 'colour even without a terminal').helpGroup('Global options:'))
    .addOption(new Option('--no-color', 'no colour').helpGroup('Global options:'))
    .addOption(new Option('--ci', 'behave as in CI').helpGroup('Global options:'))
    .addOption(new Option('--no-ci', 'behave as on a desk').helpGroup('Global options:'));
}

export function contextOf(options: GlobalOptions, env: NodeJS.ProcessEnv): Context {
  const stderrIsTerminal = isatty(2);
  const configFile = options.config ?? (env['RETAKE_CONFIG'] || undefined);
  const mayColor = !env['NO_COLOR'] && env['TERM'] !== 'dumb';
  const color = options.color ?? (stderrIsTerminal && mayColor);
  const cwd = path.resolve(options.cwd ?? process.cwd());
  if (!statSync(cwd, { throwIfNoEntry: false })?.isDirectory()) {
    throw new AppError('USAGE', { problem: `${cwd} is not a folder`, hint: 'give an existing folder to --cwd' });
  }
  tolerateClosedPipes();
  const write = (line: string): void => void process.stderr.write(`${line}\n`);
  const paintWhen =
    (enabled: boolean): Paint =>
    (style, text) =>
      enabled ? styleText(style, text, { validateStream: false }) : text;
  const paint = paintWhen(color);
  return {
    cwd,
    ...(configFile === undefined ? {} : { configFile }),
    json: options.json ?? false,
    quiet: options.quiet ?? false,
    verbose: options.verbose ?? false,
    debug: options.debug ?? false,
    ci: options.ci ?? isCi(env),
    color,
    stderrIsTerminal,
    env,
    paint,
    paintData: paintWhen(options.color ?? (isatty(1) && mayColor)),
    print: printToStdout,
    log: {
      info: options.quiet ? () => {} : write,
      warn: (line) => write(`${paint('yellow', 'warning:')} ${line}`),
      error: (line) => write(`${paint('red', 'error:')} ${line}`),
      debug: options.verbose ? write : () => {},
    },
  };
}

/** A reader that has had enough (`| head`) is its own choice, no error of ours; whoever writes learns it from the callback. */
function tolerateClosedPipes(): void {
  for (const stream of [process.stdout, process.stderr]) {
    if (stream.listenerCount('error') === 0) stream.on('error', () => {});
  }
}

function printToStdout(data: string | Uint8Array): Promise<void> {
  return new Promise((resolve, reject) => {
    process.stdout.write(data, (problem?: NodeJS.ErrnoException | null) => {
      const code = problem?.code;
      if (problem && code !== 'EPIPE' && code !== 'ERR_STREAM_DESTROYED') reject(problem);
      else resolve();
    });
  });
}

/** Prints an error the way every command does: what happened, what to do next; the stack only with --debug. */
export function reportError(thrown: unknown, options: { json: boolean; debug: boolean }): ExitCode {
  const error = toAppError(thrown);
  if (options.json) {
    const { code, message, hint } = error;
    process.stderr.write(`${JSON.stringify({ error: { code, message, hint } })}\n`);
  } else {
    process.stderr.write(`error: ${error.message}\n  ${error.hint}\n`);
  }
  if (options.debug) {
    const cause = error.cause instanceof Error ? error.cause : error;
    process.stderr.write(`${cause.stack ?? String(cause)}\n`);
  }
  return error.exitCode;
}
