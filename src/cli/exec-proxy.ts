import type { ExitCode } from '../base/errors.ts';
import type { CertificateAuthority } from '../proxy/certificate-authority.ts';
import type { ProxyListener } from '../proxy/record-proxy.ts';
import { formatCount } from '../views/quantities.ts';
import { caFolder } from '../proxy/ca-folder.ts';
import { cassettePath, type Context } from './context.ts';
import type { RecordingOptions } from './recording-options.ts';
import type { RecordReportStyle } from './record-report.ts';
import type { ChildEnd } from './run-child.ts';
import type { ServingOptions } from './serving-options.ts';

/** As Commander gives them. */
export interface ExecOptions extends RecordingOptions, ServingOptions {
  readonly mode: ExecMode | 'once';
  /** Left out for `passthrough` only. */
  readonly cassette?: string;
  readonly session?: string;
  readonly caDir?: string;
  readonly tunnel: readonly string[];
  readonly readyFile?: string;
  readonly control: boolean;
  /** `--fault` was given for this run, not by the configuration for all of them. */
  readonly asksFaults?: true;
}

export type ExecMode = 'replay' | 'append' | 'rewrite' | 'passthrough';

const idleAdvice =
  'if the program made requests, it uses no proxy or does not trust its certificates: see docs/exec.md';

/** Of the events of --json. */
export const execSchema = 'retake.exec/1';

export interface ProxyForChild {
  readonly url: string;
  readonly authority: CertificateAuthority;
  /** Told of hosts that the program asks past the proxy. */
  readonly onBypass?: (hosts: readonly string[]) => void;
}

export interface ExecJob {
  readonly options: ExecOptions;
  readonly mode: ExecMode;
  /** Runs the program; called once the proxy listens. */
  readonly work: (proxy: ProxyForChild) => Promise<ChildEnd>;
  /** Asks the program to end. */
  readonly stop: () => void;
}

const host = '127.0.0.1';
const started = { forward: true, startedBy: 'exec' } as const;

/** Opens the proxy of a mode on a free port, lets the program run beside it, closes it, and gives the mode's verdict. */
export function besideProxy(context: Context, job: ExecJob): Promise<ExitCode> {
  switch (job.mode) {
    case 'replay':
      return replayFor(context, job);
    case 'append':
    case 'rewrite':
      return recordFor(context, job, job.mode);
    case 'passthrough':
      return passThroughFor(context, job);
    default:
      return job.mode satisfies never;
  }
}

async function recordFor(
  context: Context,
  { options, work, stop }: ExecJob,
  mode: 'append' | 'rewrite',
): Promise<ExitCode> {
  const [{ RecordCommand }, { RecordReport }] = await Promise.all([
    import('./record-command.ts'),
    import('./record-report.ts'),
  ]);
  for (const name of ['ledger', 'certificate'] as const) {
    if (options[name] !== undefined) context.log.warn(`--${name} writes nothing this time: the program is recorded`);
  }
  const cassette = options.cassette!;
  const report = new RecordReport(context, reportStyle(context, options));
  const recordOptions = { ...options, cassette, mode, target: [], ...started, port: [], host };
  const running = await RecordCommand.start(context, recordOptions, {
    cassettePath: cassettePath(context.cwd, cassette),
    report,
    stop,
  });
  let child: ChildEnd;
  try {
    child = await work(proxyOf(running.listeners, running.authority));
  } catch (thrown) {
    await running.abandon();
    throw thrown;
  }
  return running.stop(child.code === 0 ? undefined : 'the program failed');
}

function reportStyle({ verbose }: Context, options: ExecOptions): RecordReportStyle {
  return {
    schema: execSchema,
    shown: verbose ? 'all' : 'end',
    next: (name) =>
      `look at it: retake show ${name}   replay it: the same command again${options.mode === 'once' ? '' : ', with --mode once'}`,
    idle: idleAdvice,
  };
}

async function replayFor(context: Context, { options, work, stop }: ExecJob): Promise<ExitCode> {
  const [{ replayUntil }, { replayReport }] = await Promise.all([import('./replay.ts'), import('./replay-report.ts')]);
  const request = { ...options, cassettes: [options.cassette!], ...started, target: [], port: [], host };
  let bypassed: readonly string[] = [];
  return replayUntil(context, request, {
    report: replayReport(context, { schema: execSchema, shown: context.verbose ? 'all' : 'end', idle: idleAdvice }),
    until: ({ listeners, authority }) =>
      work({ ...proxyOf(listeners, authority), onBypass: (hosts) => (bypassed = hosts) }),
    bypassed: () => bypassed,
    stop,
  });
}

async function passThroughFor(context: Context, { options, work }: ExecJob): Promise<ExitCode> {
  const [{ openCertificateAuthority }, { startPassthroughProxy }, { readUpstreamOptions }, notes] = await Promise.all([
    import('../proxy/certificate-authority.ts'),
    import('../proxy/passthrough-proxy.ts'),
    import('./read-upstream-options.ts'),
    import('./connection-notes.ts'),
  ]);
  const authority = await openCertificateAuthority(caFolder(context, options.caDir));
  const { answerTimeout } = options;
  const { onTunnel, onRefusedHandshake } = notes.connectionNotes(context.log, {
    authority,
    kind: 'exec',
    mode: 'record',
  });
  const running = await startPassthroughProxy({
    name: 'passthrough',
    host,
    secureContextFor: authority.secureContextFor,
    settings: readUpstreamOptions(context, options),
    tunnelHosts: options.tunnel,
    onTunnel,
    onRefusedHandshake,
    ...(answerTimeout === undefined ? {} : { answerTimeoutMs: answerTimeout }),
  });
  try {
    await work({ url: running.url, authority });
    return 0;
  } finally {
    const requestCount = await running.stop();
    const came =
      requestCount === 0 ? 'nothing came by' : `passed on ${formatCount(requestCount, 'request')}, stored nothing`;
    context.log.info(came);
    if (requestCount === 0) context.log.info(context.paint('dim', `  ${idleAdvice}`));
  }
}

function proxyOf(
  listeners: readonly Pick<ProxyListener, 'url'>[],
  authority: CertificateAuthority | undefined,
): ProxyForChild {
  return { url: listeners[0]!.url, authority: authority! };
}
