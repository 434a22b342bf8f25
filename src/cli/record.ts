import { AppError, type ExitCode } from '../base/errors.ts';
import { Command, Option } from 'commander';
import { type Register } from './command.ts';
import { cassettePath, type Context } from './context.ts';
import { repeatable, repeatableHost } from './option-values.ts';
import type { RecordOptions } from './record-command.ts';
import { withConfig } from './config.ts';
import { addRecordingOptions } from './recording-options.ts';
import { checkSessionName, hasSession } from '../store/named-session.ts';
import { addServingOptions } from './serving-options.ts';
import { onStopSignal } from './signals.ts';
import { addTlsOptions } from './tls-options.ts';

export const record: Register = (define) => {
  const { command, run } = define('record', 'record the traffic between a client and a real server into a cassette');
  command
    .addOption(repeatable('--target <url>', 'the real server; several as name=URL, one listener each'))
    .option('--forward', 'be a proxy for every server (HTTP_PROXY, HTTPS_PROXY), alone or beside targets')
    .addOption(repeatableHost('--tunnel <host>', 'with --forward: pass connections to this host on unrecorded; a glob'))
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
    .option('--rewrite', 'lead redirects and cookies of the target back to the proxy');
  addRecordingOptions(command);
  addTlsOptions(command)
    .option('--ready-file <file>', 'write addresses there once listening; removed at the end')
    .option('--no-control', 'no review UI and no API beside the proxy');
  run(async (context, given) => {
    const options = await withConfig(context, { command, options: given, sections: ['record'] });
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

async function runRecord(context: Context, options: RecordOptions): Promise<ExitCode> {
  const { session } = options;
  checkSessionName(session);
  const unfit = options.keepHost ? '--keep-host' : options.rewrite ? '--rewrite' : undefined;
  if (unfit !== undefined && options.target.length === 0) {
    throw new AppError('USAGE', {
      problem: `${unfit} has no effect on a forward proxy: it passes Host and every URL on as they are`,
      hint: `leave ${unfit} away, or record one server with --target URL`,
    });
  }
  const file = cassettePath(context.cwd, options.cassette);
  if (options.mode === 'once' && (await hasSession(file, session))) {
    context.log.info(`${options.cassette} has this session already: it is replayed`);
    const { runReplay } = await import('./replay.ts');
    const serving = addServingOptions(new Command());
    const { host, port, control, readyFile, forward, rewrite, tls, tlsCert, tlsKey, caDir } = options;
    return runReplay(context, {
      ...(await withConfig(context, { command: serving, options: serving.opts(), sections: ['replay'] })),
      cassettes: [options.cassette],
      ...(session === undefined ? {} : { session }),
      ...(readyFile === undefined ? {} : { readyFile }),
      ...(forward ? { forward } : {}),
      ...(rewrite ? { rewrite } : {}),
      ...(tls ? { tls } : {}),
      ...(tlsCert === undefined ? {} : { tlsCert }),
      ...(tlsKey === undefined ? {} : { tlsKey }),
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
    const running = await RecordCommand.start(context, options, { cassettePath: file, stop: signal.stop });
    await signal.stopped;
    return await running.stop();
  } finally {
    signal.dispose();
  }
}
