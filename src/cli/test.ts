import { isatty } from 'node:tty';
import { styleText } from 'node:util';
import { AppError, type ExitCode } from '../base/errors.ts';
import type { RunSuiteOptions } from '../suite/run-suite.ts';
import type { SuiteResult } from '../suite/suite-result.ts';
import type { Register } from './command.ts';
import { readConfig, withConfig } from './config.ts';
import { type Context, type Paint, cassettePath } from './context.ts';
import { collect, positiveInteger } from './option-values.ts';
import { parseDuration, parseShare } from './quantity-options.ts';
import { progressBarOf } from './progress-bar.ts';
import { onStopSignal } from './signals.ts';
import { parseFailOn } from './suite-options.ts';
import { addConnectionOptions, type ConnectionOptions } from './upstream-options.ts';

interface TestOptions extends ConnectionOptions {
  readonly target: readonly string[];
  readonly session?: string;
  readonly reporter: string;
  readonly grep?: string;
  readonly bail?: number;
  readonly concurrency?: number;
  readonly timeout?: number;
  readonly failOn?: string;
  /** From 0 to 1. */
  readonly maxBlindSpot?: number;
  readonly allowWrites?: true;
  readonly calibrate?: number;
  readonly color?: boolean;
}

export const test: Register = (define) => {
  const { command, run } = define(
    'test <cassette...>',
    'send the recorded requests to a server and judge its responses',
  );
  command
    .option('--target <url>', 'the server to test; name=URL for each of several recorded targets', collect, [])
    .option('--session <name>', 'session to send (default: the newest)')
    .option('--reporter <list>', 'default, json=FILE, junit=FILE, separated by commas', 'default')
    .option('--grep <regexp>', 'judge only requests whose "METHOD /path" matches; what they build on is sent too')
    .option('--bail <n>', 'stop after this many failing checks', positiveInteger)
    .option('--concurrency <n>', 'reads between two writes sent at once (default: 4)', positiveInteger)
    .option('--timeout <time>', 'time for a response beyond what its recording took (default: 30s)', parseDuration)
    .option('--fail-on <verdict>', '"added": additions fail as well')
    .option('--max-blind-spot <share>', 'fail when rules hide more than 20% (say) of what is compared', parseShare)
    .option('--allow-writes', 'send requests that change data to a server that is not on this machine')
    .option(
      '--calibrate <n>',
      'send everything n times and learn what differs between answers of one build',
      positiveInteger,
    );
  addConnectionOptions(command);
  run(async (context, options, args) => {
    const given = options as unknown as TestOptions;
    if (given.calibrate !== undefined) {
      const { refuseCalibration } = await import('./calibrate.ts');
      refuseCalibration(context, given.calibrate, verdictFlags(given));
    }
    return runTest(context, await withConfig(context, { command, options: given, sections: ['test'] }), args);
  });
};

async function runTest(context: Context, options: TestOptions, cassettes: readonly string[]): Promise<ExitCode> {
  const { parseReporters } = await import('../suite/reporters/reporter-list.ts');
  const { formatSummary } = await import('../suite/reporters/default.ts');
  const { formatTestDocument, worstRunVerdict } = await import('../suite/reporters/json.ts');
  const { writeFile } = await import('../base/write-file.ts');
  const path = await import('node:path');

  if (options.target.length === 0) {
    throw new AppError('USAGE', {
      problem: 'there is no server to test',
      hint: 'add --target URL, for example --target http://127.0.0.1:3000',
    });
  }
  if (options.calibrate !== undefined) return runCalibrations(context, options, cassettes);
  const reporters = parseReporters(options.reporter);
  const results = await runAll(context, options, cassettes);

  if (context.json) await context.print(formatTestDocument(results));
  else if (reporters.summary === 'printed') {
    await context.print(
      formatSummary(results, { paint: stdoutPaint(context, options), detail: context.verbose ? 'all' : 'failing' }),
    );
  }
  for (const { path: file, format } of reporters.files) writeFile(path.resolve(context.cwd, file), format(results));
  const verdict = worstRunVerdict(results);
  return verdict === 'interrupted' ? 130 : verdict === 'failed' ? 1 : 0;
}

/** One run per cassette, one after the other; an interruption ends them all. */
async function runAll(context: Context, options: TestOptions, cassettes: readonly string[]): Promise<SuiteResult[]> {
  const { runSuite } = await import('../suite/run-suite.ts');
  const failOn = parseFailOn(options.failOn);
  const grep = options.grep === undefined ? undefined : parseGrep(options.grep);
  return forEachCassette(context, options, {
    cassettes,
    run: (common) =>
      runSuite({
        ...common,
        failOn,
        ...(grep === undefined ? {} : { grep }),
        ...(options.bail === undefined ? {} : { bail: options.bail }),
        ...(options.maxBlindSpot === undefined ? {} : { maxBlindSpot: options.maxBlindSpot }),
      }),
  });
}

async function runCalibrations(
  context: Context,
  options: TestOptions,
  cassettes: readonly string[],
): Promise<ExitCode> {
  const [{ calibrate }, { mergeCalibration }, cli] = await Promise.all([
    import('../suite/calibrate.ts'),
    import('../suite/merge-calibration.ts'),
    import('./calibrate.ts'),
  ]);
  const repeats = options.calibrate!;
  const all = await forEachCassette(context, options, {
    cassettes,
    run: async (common) => {
      const { reader, cassette, session, targets } = common;
      const calibration = await calibrate({ ...common, repeats });
      const target = [...targets.values()].map(({ url }) => url).join(', ');
      const changes = mergeCalibration(reader.compareRules(), calibration.noise, calibration.answers);
      return { cassette, session: session.name, target, path: reader.path, calibration, changes };
    },
  });
  // What was cut off in the middle is nothing to learn from.
  if (all.some(({ calibration }) => calibration.interrupted)) return 130;
  const saved = [];
  for (const one of all) saved.push({ ...one, changes: await cli.saveCalibration(context, one.path, one.changes) });
  if (context.json) await context.print(await cli.calibrationDocument(saved));
  else for (const one of saved) await context.print(await cli.formatCalibration(one));
  return 0;
}

/** Flags about a verdict, as far as they were given. */
function verdictFlags({ failOn, grep, bail, maxBlindSpot, reporter }: TestOptions): string[] {
  const flags = { '--fail-on': failOn, '--grep': grep, '--bail': bail, '--max-blind-spot': maxBlindSpot };
  const given = Object.entries(flags).flatMap(([flag, value]) => (value === undefined ? [] : [flag]));
  return reporter === 'default' ? given : ['--reporter', ...given];
}

interface CassetteRuns<T> {
  readonly cassettes: readonly string[];
  readonly run: (common: RunSuiteOptions) => Promise<T>;
}

/** One after the other; an interruption ends them all. */
async function forEachCassette<T>(
  context: Context,
  options: TestOptions,
  { cassettes, run }: CassetteRuns<T>,
): Promise<T[]> {
  const { openSuiteSources } = await import('../suite/suite-sources.ts');
  const { readUpstreamOptions } = await import('./read-upstream-options.ts');
  const { suiteConnections } = await import('./suite-connections.ts');
  const { compare } = await readConfig(context);
  const connections = suiteConnections(readUpstreamOptions(context, options));
  const results: T[] = [];
  const controller = new AbortController();
  const signals = onStopSignal();
  void signals.stopped.then(() => controller.abort());
  const progress = progressBarOf(context);
  try {
    for (const cassette of cassettes) {
      const sources = openSuiteSources({
        folder: context.cwd,
        cassettePath: cassettePath(context.cwd, cassette),
        ...(options.session === undefined ? {} : { session: options.session }),
        targets: options.target,
        env: context.env,
      });
      try {
        results.push(
          await run({
            ...sources,
            connections,
            compareRules: compare,
            writes: options.allowWrites ? 'allowed' : 'refused',
            ...(options.concurrency === undefined ? {} : { concurrency: options.concurrency }),
            ...(options.timeout === undefined ? {} : { timeoutMs: options.timeout }),
            signal: controller.signal,
            onStart: (_runId, total) => progress.begin(`${sources.cassette}:${sources.session.name}`, total),
            onCheck: (check) => progress.advance(check.verdict),
          }),
        );
      } finally {
        progress.end();
        sources.close();
      }
      if (controller.signal.aborted) break;
    }
    return results;
  } finally {
    signals.dispose();
  }
}

/** `context.paint` is about stderr; the summary goes to stdout, which may be a pipe while stderr is a terminal. */
function stdoutPaint(context: Context, options: TestOptions): Paint {
  const color = options.color ?? (context.color && isatty(1));
  return (style, text) => (color ? styleText(style, text, { validateStream: false }) : text);
}

function parseGrep(text: string): RegExp {
  try {
    return new RegExp(text, 'u');
  } catch (thrown) {
    throw new AppError(
      'USAGE',
      { problem: `--grep ${text} is not a regular expression`, hint: (thrown as Error).message },
      thrown,
    );
  }
}
