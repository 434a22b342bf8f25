import { toolVersion } from '../base/tool-version.ts';
import { AppError, type ExitCode } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import type { ExchangeSummary, FailureCode } from '../model/exchange.ts';
import type { CertificateAuthority } from '../proxy/certificate-authority.ts';
import { writeReadyFile } from '../proxy/ready-file.ts';
import {
  type ProxyListener,
  type RecordListener,
  type RecordProxy,
  reverseTargets,
  startRecordProxy,
} from '../proxy/record-proxy.ts';
import { parseRecordFilter } from '../proxy/record-filter.ts';
import { Recorder } from '../proxy/recorder.ts';
import type { Refused } from '../proxy/refused-request.ts';
import type { SessionPlan } from '../proxy/recorder-messages.ts';
import { type ConnectionNotes, connectionNotes } from './connection-notes.ts';
import type { Context } from './context.ts';
import { type Control, startControl } from './control.ts';
import { gitCommitOf } from '../base/git-commit.ts';
import { RecordReport } from './record-report.ts';
import type { RecordingOptions } from './recording-options.ts';
import { redactionKey } from '../store/redaction-key.ts';
import { readUpstreamOptions, upstreamTags } from './read-upstream-options.ts';
import { recordingControl } from './proxy-control.ts';
import { recordListeners } from './target-options.ts';
import { openCertificates, type TlsOptions } from './tls-options.ts';
import path from 'node:path';

/** As Commander gives them. */
export interface RecordOptions extends RecordingOptions, TlsOptions {
  readonly target: readonly string[];
  readonly forward?: true;
  /** Who started the client, for advice. */
  readonly startedBy?: 'exec';
  /** Hosts that a forward proxy leaves alone. */
  readonly tunnel?: readonly string[];
  readonly cassette: string;
  readonly session?: string;
  readonly mode: 'append' | 'once' | 'rewrite';
  readonly port: readonly string[];
  readonly host: string;
  readonly keepHost?: true;
  readonly rewrite?: true;
  readonly readyFile?: string;
  readonly control: boolean;
}

interface RecordingStart {
  readonly cassettePath: string;
  readonly report?: RecordReport;
  /** Asks whoever waits for the end of the recording to end it. */
  readonly stop: () => void;
}

/** A recording from its start to its stop: proxy, control listener, ready file, and what is said about them. */
export class RecordCommand {
  readonly #context: Context;
  readonly #cassettePath: string;
  readonly #proxy: RecordProxy;
  readonly #control: Control | undefined;
  readonly #report: RecordReport;
  readonly #authority: CertificateAuthority | undefined;
  readonly #notes: ConnectionNotes | undefined;
  #removeReadyFile: (() => void) | undefined;

  private constructor(
    context: Context,
    parts: {
      readonly cassettePath: string;
      readonly proxy: RecordProxy;
      readonly control: Control | undefined;
      readonly report: RecordReport;
      readonly authority: CertificateAuthority | undefined;
      readonly notes: ConnectionNotes | undefined;
    },
  ) {
    this.#context = context;
    this.#cassettePath = parts.cassettePath;
    this.#proxy = parts.proxy;
    this.#control = parts.control;
    this.#report = parts.report;
    this.#authority = parts.authority;
    this.#notes = parts.notes;
  }

  /** Throws what keeps a recording from starting; then nothing is left open. */
  static async start(
    context: Context,
    options: RecordOptions,
    { cassettePath, stop, report = new RecordReport(context) }: RecordingStart,
  ): Promise<RecordCommand> {
    const listeners = recordListeners(options);
    if (!options.forward && options.tunnel?.length) {
      throw new AppError('USAGE', {
        problem: '--tunnel has no effect without --forward',
        hint: 'leave it away: a listener for one server passes nothing on unrecorded',
      });
    }
    const settings = readUpstreamOptions(context, options);
    const { authority, ...certificates } = await openCertificates(context, options);
    const notes =
      authority &&
      connectionNotes(report.log, {
        authority,
        kind: options.startedBy ?? (options.forward ? 'forward' : 'reverse'),
        mode: 'record',
      });
    const proxy = await startRecordProxy({
      listeners,
      host: options.host,
      upstreamHost: options.keepHost ? 'client' : 'target',
      clientHeaders: options.rewrite ? 'mapped' : 'as-sent',
      lastByte: options.durable ? 'stored' : 'at-once',
      filter: parseRecordFilter(options.include, options.exclude),
      ...(options.answerTimeout === undefined ? {} : { answerTimeoutMs: options.answerTimeout }),
      settings,
      onRefused: warnOfRefused(report.log),
      cassettePath,
      ...certificates,
      tunnelHosts: options.tunnel ?? [],
      ...(notes ? { onTunnel: notes.onTunnel, onRefusedHandshake: notes.onRefusedHandshake } : {}),
      startRecorder: () => startRecorder(context, { options, listeners, cassettePath, log: report.log }),
    });
    let control: Control | undefined;
    try {
      if (options.control) {
        const steered = recordingControl(proxy.recorder, stop);
        control = await startControl(context, { feed: proxy.feed, control: steered, cassettePaths: [cassettePath] });
        proxy.addOwnAddress(control.address);
      }
      const command = new RecordCommand(context, { cassettePath, proxy, control, report, authority, notes });
      await command.#announce(options);
      return command;
    } catch (thrown) {
      await control?.close();
      await proxy.stop();
      throw thrown;
    }
  }

  async #announce(options: RecordOptions): Promise<void> {
    const { recorder, listeners } = this.#proxy;
    const control = this.#control;
    const authority = this.#authority;
    if (!options.redact) this.#context.log.warn('secrets are stored as they are (--no-redact)');
    if (!this.#context.quiet || this.#context.json) recorder.subscribe((summaries) => this.#report.stored(summaries));
    recorder.subscribe(warnOnce(this.#report.log, listeners));
    if (options.readyFile !== undefined) {
      this.#removeReadyFile = writeReadyFile(path.resolve(this.#context.cwd, options.readyFile), {
        pid: process.pid,
        cassette: this.#cassettePath,
        listeners,
        ...(authority ? { ca: authority.certificatePath } : {}),
        ...(control ? { control: { url: control.url, token: control.token } } : {}),
      });
    }
    await this.#report.started({
      cassettePath: this.#cassettePath,
      session: recorder.session,
      listeners,
      authority,
      reviewUrl: control?.openUrl,
    });
  }

  get listeners(): readonly ProxyListener[] {
    return this.#proxy.listeners;
  }

  /** Of a recording with a forward listener. */
  get authority(): CertificateAuthority | undefined {
    return this.#authority;
  }

  /** Closes everything without a word: what it was started for has failed. */
  async abandon(): Promise<void> {
    await this.#proxy.stop(0, 'keep-old');
    await this.#control?.close();
    this.#removeReadyFile?.();
  }

  /**
   * Lets exchanges in flight finish, closes everything, and gives the exit code. `keepOld`: why a rewrite shall not
   * replace the old session. Throws RECORDING_INCOMPLETE.
   */
  async stop(keepOld?: string): Promise<ExitCode> {
    const result = await this.#proxy.stop(undefined, keepOld === undefined ? 'swap' : 'keep-old');
    await this.#control?.close();
    this.#removeReadyFile?.();
    await this.#report.stopped(this.#cassettePath, result, {
      ...(keepOld === undefined ? {} : { reason: keepOld }),
      ...(this.#notes ? { notes: this.#notes } : {}),
    });
    if (result.problem === undefined) return 0;
    throw new AppError('RECORDING_INCOMPLETE', {
      count: result.lostCount,
      session: result.session,
      problem: result.problem,
    });
  }
}

interface RecorderSetup {
  readonly options: RecordOptions;
  readonly listeners: readonly RecordListener[];
  readonly cassettePath: string;
  readonly log: Log;
}

function startRecorder(context: Context, { options, listeners, cassettePath, log }: RecorderSetup): Promise<Recorder> {
  const gitCommit = gitCommitOf(context.cwd);
  const { session, maxBody, maxSize, maxDuration } = options;
  const plan: SessionPlan = { mode: options.mode === 'rewrite' ? 'rewrite' : 'append', session };
  return Recorder.start({
    cassettePath,
    plan,
    session: {
      startedAt: Date.now(),
      targets: reverseTargets(listeners).map(({ name, url }) => ({ name, url })),
      toolVersion,
      ...(gitCommit === undefined ? {} : { gitCommit }),
      tags: { ...parseTags(options.tag), ...upstreamTags(options) },
      redacted: options.redact,
    },
    redactionKey: options.redact ? redactionKey(context.cwd, context.env) : undefined,
    log,
    ...(maxBody === undefined ? {} : { maxBodyBytes: maxBody }),
    ...(maxSize === undefined ? {} : { maxTotalBytes: maxSize }),
    ...(maxDuration === undefined ? {} : { maxDurationMs: maxDuration }),
  });
}

function parseTags(texts: readonly string[]): Record<string, string> {
  return Object.fromEntries(
    texts.map((text) => {
      const equals = text.indexOf('=');
      if (equals > 0) return [text.slice(0, equals), text.slice(equals + 1)];
      throw new AppError('USAGE', { problem: `--tag ${text} has no value`, hint: 'write --tag key=value' });
    }),
  );
}

/** A broken or hostile client may do it a thousand times: each kind is said once. */
function warnOfRefused(log: Log): (refused: Refused) => void {
  const told = new Set<string>();
  return ({ status, code, detail }) => {
    if (told.has(code)) return;
    told.add(code);
    // What the client wrote may stand in it.
    const words = detail.replace(/\p{Cc}/gu, '?');
    log.warn(`a request was refused with ${status} and not passed on: ${words}`);
  };
}

const unreachable: ReadonlySet<FailureCode> = new Set(['refused', 'dns', 'unreachable']);

/** A target that is not there is the commonest mistake: said in full the first time, and the recording goes on. */
function warnOnce(log: Log, listeners: RecordProxy['listeners']): (summaries: readonly ExchangeSummary[]) => void {
  const warned = new Set<string>();
  return (summaries) => {
    for (const { failure, targetName } of summaries) {
      if (failure === undefined || !unreachable.has(failure) || warned.has(targetName)) continue;
      warned.add(targetName);
      const target = listeners.find(({ name }) => name === targetName)?.target;
      // One of the many servers that a client asks a proxy for: its own line says it.
      if (target === undefined) continue;
      const { message, hint } = new AppError('TARGET_UNREACHABLE', { target, problem: failure });
      log.warn(`${message}; the client gets 502 until it is there. ${hint}`);
    }
  };
}
