import { Option } from 'commander';
import { AppError, type ExitCode } from '../base/errors.ts';
import type { CertificateAuthority } from '../proxy/certificate-authority.ts';
import type { ReplayListener, ReplayResult, RunningReplay } from '../proxy/replay-proxy.ts';
import type { FailReason } from '../proxy/replay-verdict.ts';
import type { LayerSource } from '../proxy/replay-layer.ts';
import type { CassetteReader } from '../store/cassette-reader.ts';
import type { Register } from './command.ts';
import { readConfig } from './config.ts';
import { cassettePath, type Context } from './context.ts';
import type { ConnectionNotes, TrustSituation } from './connection-notes.ts';
import type { Control } from './control.ts';
import { addLanePorts } from './lane-options.ts';
import { collect } from './option-values.ts';
import type { ReplayRequest } from './replay-options.ts';
import type { ReplayReport } from './replay-report.ts';
import { addServingOptions } from './serving-options.ts';
import { onStopSignal } from './signals.ts';
import { addTlsOptions, openCertificates } from './tls-options.ts';
import { addUpstreamOptions } from './upstream-options.ts';

export const replay: Register = (define) => {
  const { command, run } = define('replay <cassette...>', 'serve what was recorded, without the real server');
  command
    .option('--session <name>', 'session to serve, or "all"; the newest by default')
    .addOption(
      new Option('--port <port>', 'port to listen on; name=port with several targets')
        .argParser(collect)
        .default([], 'a free one'),
    )
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .option('--rewrite', 'lead redirects and cookies of the recorded server to the replay')
    .option('--forward', 'be a proxy (HTTP_PROXY, HTTPS_PROXY) that answers for every recorded server')
    .addOption(
      new Option('--target <url>', 'the real server for --on-miss; name=URL with several targets')
        .argParser(collect)
        .default([], 'the recorded one'),
    )
    .option('--ready-file <file>', 'write addresses there once listening; removed at the end')
    .option('--no-control', 'no review UI and no API beside the proxy')
    .addHelpText('after', help);
  addLanePorts(command);
  addTlsOptions(command);
  addServingOptions(command);
  addUpstreamOptions(command);
  run(async (context, given, cassettes) => {
    const [{ withConfig }, { checkReplayOptions }] = await Promise.all([
      import('./config.ts'),
      import('./replay-options.ts'),
    ]);
    const options = await withConfig(context, { command, options: given, sections: ['replay'] });
    const request = { cassettes, ...(options as unknown as Omit<Required<ReplayRequest>, 'cassettes'>) };
    checkReplayOptions(context, request);
    return runReplay(context, request);
  });
};

const help = `
The first Ctrl+C stops it: answers on their way are finished, then come the summary and the verdict (exit 0, 1 or 5).
With several cassettes or sessions the first one that has a recording answers.`;

/** A replay whose end is somebody else's to know, and to tell of. */
export interface ReplayRun {
  readonly report: ReplayReport;
  /** Called once the proxy listens; the replay ends with it. */
  readonly until: (proxy: RunningProxy) => Promise<unknown>;
  /** Hosts that the client asks past the proxy, known at the end. */
  readonly bypassed?: () => readonly string[];
  /** Asks for the end that `until` waits for. */
  readonly stop: () => void;
}

export interface RunningProxy {
  readonly listeners: readonly ReplayListener[];
  /** Of a forward listener. */
  readonly authority: CertificateAuthority | undefined;
}

/** Replays until a signal stops it, and gives the verdict. */
export async function runReplay(context: Context, request: ReplayRequest): Promise<ExitCode> {
  const { replayReport } = await import('./replay-report.ts');
  const signal = onStopSignal();
  try {
    return await replayUntil(context, request, {
      report: replayReport(context),
      until: () => signal.stopped,
      stop: signal.stop,
    });
  } finally {
    signal.dispose();
  }
}

/** As many as a person waits for. */
const manyExchanges = 10_000;

/**
 * Replays as long as `until` takes, and gives the verdict. Only what the first answer needs is loaded before it: the
 * promise is 300 ms from the start of the process.
 */
export async function replayUntil(context: Context, request: ReplayRequest, run: ReplayRun): Promise<ExitCode> {
  const [{ CassetteReader }, { openLayers }, { failReasonsOf }, { failuresOf, verdictExitCode }] = await Promise.all([
    import('../store/cassette-reader.ts'),
    import('../proxy/open-layers.ts'),
    import('./replay-options.ts'),
    import('../proxy/replay-verdict.ts'),
  ]);
  const failOn = failReasonsOf(context, request);
  if (request.ledger !== undefined || request.certificate !== undefined) {
    const { checkReplayFiles } = await import('./replay-files.ts');
    checkReplayFiles(context, request);
  }
  const readers: CassetteReader[] = [];
  try {
    for (const name of request.cassettes) readers.push(CassetteReader.open(cassettePath(context.cwd, name)));
    const { layers, close } = await openLayers(readers, {
      session: request.session,
      rules: (await readConfig(context)).match,
      folder: context.cwd,
      onIndexing: (exchanges) => {
        if (exchanges >= manyExchanges) context.log.info(`learning from ${exchanges} recordings, which is done once`);
      },
    });
    try {
      await warnOfIncomplete(context, layers);
      const result = await serve(context, { request, layers, failOn, run });
      refuseIncomplete(result);
      return verdictExitCode(failuresOf(result.ledger, failOn));
    } finally {
      close();
    }
  } finally {
    for (const reader of readers) reader.close();
  }
}

/** Misses of what was never stored look like mistakes of the client. */
async function warnOfIncomplete({ log }: Context, layers: readonly LayerSource[]): Promise<void> {
  const suspect = layers.filter(({ session }) => session.endedAt === undefined || session.incomplete !== undefined);
  if (suspect.length === 0) return;
  const { sessionState } = await import('./exchange-text.ts');
  for (const { reader, cassette, session } of suspect) {
    const cost = session.endedAt === undefined ? '; without its end, values that are new in every run make misses' : '';
    log.warn(`${cassette}:${session.name} is ${sessionState(reader, session)}${cost} (another one: --session NAME)`);
  }
}

/** What upstream answered to misses and could not be kept outweighs the verdict. */
function refuseIncomplete({ recording, problem }: ReplayResult): void {
  if (problem) throw problem;
  if (!recording || recording.lostCount === 0) return;
  const { session, lostCount } = recording;
  throw new AppError('RECORDING_INCOMPLETE', {
    session,
    count: lostCount,
    problem: recording.problem ?? 'the recorder stopped early',
  });
}

interface Job {
  readonly request: ReplayRequest;
  readonly layers: readonly LayerSource[];
  readonly failOn: ReadonlySet<FailReason>;
  readonly run: ReplayRun;
}

async function serve(context: Context, { request, layers, failOn, run }: Job): Promise<ReplayResult> {
  const [{ startReplayProxy }, { replayProxyOptions }, { failuresOf }] = await Promise.all([
    import('../proxy/replay-proxy.ts'),
    import('./replay-options.ts'),
    import('../proxy/replay-verdict.ts'),
  ]);
  const { report, until } = run;
  const proxyOptions = await replayProxyOptions(context, request, layers);
  const { authority, ...certificates } = await openCertificates(context, request);
  const notes =
    authority &&
    (await notesOf(context, {
      report,
      authority,
      kind: request.startedBy ?? (request.forward ? 'forward' : 'reverse'),
    }));
  const cassettePaths = [...new Set(layers.map(({ reader }) => reader.path))];
  let running: RunningReplay | undefined;
  let control: Control | undefined;
  let removeReadyFile: (() => void) | undefined;
  try {
    running = await startReplayProxy({
      ...proxyOptions,
      ...certificates,
      ...(notes ? { onRefusedHandshake: notes.onRefusedHandshake } : {}),
      onEvent: report.onEvent,
      ...(request.control ? { history: 'kept' } : {}),
      events: report.events,
    });
    if (request.control) {
      const [{ startControl }, { replayControl }] = await Promise.all([
        import('./control.ts'),
        import('./proxy-control.ts'),
      ]);
      const steered = replayControl({ running, layers, failOn, ci: context.ci, stop: run.stop });
      control = await startControl(context, {
        feed: running.feed,
        control: steered,
        faults: running.faults,
        cassettePaths,
      });
      running.addOwnAddress(control.address);
    }
    if (request.readyFile !== undefined) {
      removeReadyFile = await writeReady(context, request.readyFile, { running, control, cassettePaths, authority });
    }
    await report.started({ layers, listeners: running.listeners, authority, reviewUrl: control?.openUrl });
    await until({ listeners: running.listeners, authority });
    const stopping = running;
    running = undefined;
    const result = await stopping.stop();
    for (const line of notes?.lines() ?? []) report.warn(line.trim());
    const failed = failuresOf(result.ledger, failOn);
    await report.ended(result.ledger, failed);
    if (request.ledger !== undefined || request.certificate !== undefined) {
      const { writeReplayFiles } = await import('./replay-files.ts');
      writeReplayFiles(context, { request, layers, result, failOn, failed, ...run });
    }
    return result;
  } finally {
    removeReadyFile?.();
    await running?.stop();
    await control?.close();
  }
}

/** Clients that do not trust us leave no trace in the ledger. */
async function notesOf(
  context: Context,
  { report, ...trust }: Omit<TrustSituation, 'mode'> & { readonly report: ReplayReport },
): Promise<ConnectionNotes> {
  const { connectionNotes } = await import('./connection-notes.ts');
  return connectionNotes({ ...context.log, warn: report.warn }, { ...trust, mode: 'replay' });
}

async function writeReady(
  { cwd }: Context,
  file: string,
  started: {
    readonly running: RunningReplay;
    readonly control: Control | undefined;
    readonly cassettePaths: readonly string[];
    readonly authority: CertificateAuthority | undefined;
  },
): Promise<() => void> {
  const [{ writeReadyFile }, { default: path }] = await Promise.all([
    import('../proxy/ready-file.ts'),
    import('node:path'),
  ]);
  const { running, control, cassettePaths, authority } = started;
  return writeReadyFile(path.resolve(cwd, file), {
    pid: process.pid,
    cassette: cassettePaths[0]!,
    listeners: running.listeners,
    ...(authority ? { ca: authority.certificatePath } : {}),
    ...(control ? { control: { url: control.url, token: control.token } } : {}),
  });
}
