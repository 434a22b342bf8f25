import { existsSync } from 'node:fs';
import { AppError, type ExitCode } from '../base/errors.ts';
import { isSessionName } from '../model/address.ts';
import { Option } from 'commander';
import { addCaDirOption } from './ca-folder.ts';
import { type Register } from './command.ts';
import { cassettePath, type Context } from './context.ts';
import { collect } from './option-values.ts';
import type { RecordOptions } from './record-command.ts';
import { parseDuration, parseSize } from './quantity-options.ts';
import { onStopSignal } from './signals.ts';

export const record: Register = (define) => {
  const { command, run } = define('record', 'record the traffic between a client and a real server into a cassette');
  command
    .addOption(repeatable('--target <url>', 'the real server; several as name=URL, one listener each'))
    .option('--forward', 'be a proxy for every server (HTTP_PROXY, HTTPS_PROXY), alone or beside targets')
    .option('--cassette <name>', 'file, or bare name for cassettes/NAME.cassette (required)')
    .option('--session <name>', 'name of the recording (default: session-N)')
    .addOption(
      new Option('--mode <mode>', 'append a session; once: replay it if it exists; rewrite: replace it')
        .choices(['append', 'once', 'rewrite'])
        .default('append'),
    )
    .addOption(repeatable('--port <number>', 'port to listen on, or name=port (default: any free one)'))
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .option('--keep-host', "pass the client's Host header on instead of the target's")
    .option('--rewrite', 'lead redirects and cookies of the target back to the proxy')
    .addOption(repeatable('--include <pattern>', 'store only what fits: host:, path:, method:, type: and a glob'))
    .addOption(repeatable('--exclude <pattern>', 'do not store what fits'))
    .option('--max-body <size>', 'store at most this much of each body', parseSize)
    .option('--max-size <size>', 'store nothing new after this much', parseSize)
    .option('--max-duration <time>', 'store nothing new after this time', parseDuration)
    .option('--answer-timeout <time>', 'answer 504 when the server takes longer (default: never)', parseDuration)
    .addOption(repeatable('--tag <key=value>', 'note something with the session'))
    .option('--no-redact', 'store secrets as they are')
    .option('--durable', 'finish each answer only when its exchange is safely on the disk')
    .option('--ready-file <file>', 'write addresses there once listening; removed at the end')
    .option('--no-control', 'no review UI beside the proxy');
  addCaDirOption(command);
  run((context, options) => {
    // Not commander's to require: it would hide the mistyped option behind the missing one.
    if (options['cassette'] === undefined) {
      throw new AppError('USAGE', {
        problem: 'there is no cassette to record into',
        hint: 'add --cassette NAME, for example --cassette shop',
      });
    }
    return runRecord(context, options as unknown as RecordOptions);
  });
};

function repeatable(flags: string, description: string): Option {
  return new Option(flags, description).argParser(collect).default([]);
}

async function runRecord(context: Context, options: RecordOptions): Promise<ExitCode> {
  const { session } = options;
  if (session !== undefined && !isSessionName(session)) {
    throw new AppError('USAGE', {
      problem: `${session} cannot be the name of a session`,
      hint: 'use letters, digits, ".", "_" and "-", at most 100',
    });
  }
  const file = cassettePath(context.cwd, options.cassette);
  if (options.mode === 'once' && (await hasSession(file, session))) {
    context.log.info(`${options.cassette} has this session already: it is replayed`);
    const { runReplay } = await import('./replay.ts');
    const { host, port, control, readyFile, forward, caDir } = options;
    return runReplay(context, {
      cassettes: [options.cassette],
      ...(session === undefined ? {} : { session }),
      ...(readyFile === undefined ? {} : { readyFile }),
      ...(forward ? { forward } : {}),
      ...(caDir === undefined ? {} : { caDir }),
      host,
      port,
      control,
    });
  }
  // From here on Ctrl+C must leave a closed cassette behind.
  const signal = onStopSignal();
  try {
    const { RecordCommand } = await import('./record-command.ts');
    const running = await RecordCommand.start(context, options, file);
    await signal.stopped;
    return await running.stop();
  } finally {
    signal.dispose();
  }
}

async function hasSession(file: string, session: string | undefined): Promise<boolean> {
  if (!existsSync(file)) return false;
  const { CassetteReader } = await import('../store/cassette-reader.ts');
  const reader = CassetteReader.open(file);
  try {
    const known = reader.sessions();
    return session === undefined ? known.length > 0 : known.some(({ name }) => name === session);
  } finally {
    reader.close();
  }
}
