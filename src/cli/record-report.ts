import path from 'node:path';
import type { Log } from '../base/log.ts';
import type { ExchangeSummary } from '../model/exchange.ts';
import type { CertificateAuthority } from '../proxy/certificate-authority.ts';
import type { ProxyListener } from '../proxy/record-proxy.ts';
import type { RecorderResult } from '../proxy/recorder.ts';
import { formatCount, formatSize } from '../views/quantities.ts';
import type { ConnectionNotes } from './connection-notes.ts';
import { cassetteName, type Context } from './context.ts';
import { exchangeLine } from './exchange-line.ts';
import { proxyLines } from './proxy-lines.ts';
import { type LiveLines, plainLines, terminalLines } from './live-lines.ts';

/** How one command tells of its recording. */
export interface RecordReportStyle {
  /** Of the events of --json. */
  readonly schema: string;
  /** `end`: only the summary, since a program beside us has the terminal until then. */
  readonly shown: 'all' | 'end';
  /** What to do with the recording, for people. */
  readonly next: (cassette: string, kind: ProxyListener['kind']) => string;
  /** What to look at when nothing came by. */
  readonly idle?: string;
}

const ownStyle: RecordReportStyle = {
  schema: 'retake.record/1',
  shown: 'all',
  next: (name, kind) =>
    `look at it: retake show ${name}   serve it: retake replay ${name}${kind === 'forward' ? ' --forward' : ''}`,
};

export interface StartedRecording {
  readonly cassettePath: string;
  readonly session: string;
  readonly listeners: readonly ProxyListener[];
  /** Clients of a forward listener must trust it. */
  readonly authority: CertificateAuthority | undefined;
  /** Opens the review UI. */
  readonly reviewUrl: string | undefined;
}

export interface StoppedRecording {
  /** Why an old session was kept, if it was. */
  readonly reason?: string;
  /** Of a recording with a forward listener. */
  readonly notes?: ConnectionNotes;
}

/** What a recording says while it runs: lines for people on stderr, or with --json one document per event on stdout. */
export class RecordReport {
  /** For what is said while exchanges scroll by. */
  readonly log: Log;
  readonly #context: Context;
  readonly #style: RecordReportStyle;
  readonly #lines: LiveLines;
  #exchangeCount = 0;
  #failureCount = 0;
  #leftCount = 0;
  #sizeBytes = 0;
  #title = '';
  #kind: ProxyListener['kind'] = 'reverse';

  constructor(context: Context, style: RecordReportStyle = ownStyle) {
    this.#context = context;
    this.#style = style;
    const write = (text: string): void => void process.stderr.write(text);
    this.#lines = context.stderrIsTerminal ? terminalLines({ write, now: () => performance.now() }) : plainLines(write);
    const print = (line: string): void => this.#lines.print([line]);
    this.log = {
      ...context.log,
      info: context.quiet ? () => {} : print,
      warn: (line) => print(`${context.paint('yellow', 'warning:')} ${line}`),
    };
  }

  async started(recording: StartedRecording): Promise<void> {
    const { cassettePath, session, listeners, authority, reviewUrl } = recording;
    const { json, log, paint } = this.#context;
    this.#title = `${cassetteName(cassettePath)}:${session}`;
    if (listeners.every(({ kind }) => kind === 'forward')) this.#kind = 'forward';
    if (json) {
      const ca = authority && { ca: authority.certificatePath };
      await this.#event('started', { cassette: cassettePath, session, listeners, ...ca });
      return;
    }
    if (this.#style.shown === 'end') return;
    for (const { name, url, target } of listeners) {
      const label = listeners.length > 1 ? ` ${name}` : '';
      const server = target ?? 'every server that is asked for';
      log.info(`${paint(['bold', 'red'], '●')} recording${label} ${paint('bold', url)} → ${server}`);
    }
    if (authority) for (const line of proxyLines(listeners, authority)) log.info(line);
    log.info(`  into   ${path.relative(this.#context.cwd, cassettePath)}, session ${session}`);
    if (reviewUrl !== undefined) log.info(`  review ${reviewUrl}`);
    log.info(paint('dim', '  Ctrl+C stops and finishes the session'));
  }

  stored(summaries: readonly ExchangeSummary[]): void {
    const { json, quiet, paint } = this.#context;
    this.#exchangeCount += summaries.length;
    for (const summary of summaries) {
      if (summary.failure === 'client-aborted') this.#leftCount += 1;
      else if (summary.failure !== undefined) this.#failureCount += 1;
      this.#sizeBytes += summary.requestBytes + summary.responseBytes;
    }
    if (json) {
      const text = summaries.map((summary) =>
        JSON.stringify({ schema: this.#style.schema, event: 'exchange', ...eventOf(summary) }),
      );
      void this.#context.print(`${text.join('\n')}\n`);
    } else if (!quiet && this.#style.shown === 'all') {
      // First, so that the lines are drawn above the newest count.
      this.#lines.status(`${paint(['bold', 'red'], '●')} ${this.#title}  ${this.#totals()}`);
      this.#lines.print(summaries.map((summary) => exchangeLine(summary, paint)));
    }
  }

  async stopped(
    cassettePath: string,
    result: RecorderResult,
    { reason = 'nothing new was recorded completely', notes }: StoppedRecording = {},
  ): Promise<void> {
    const { json, quiet, log, paint } = this.#context;
    if (json) {
      const { session, exchangeCount, lostCount, problem } = result;
      const outcome = { cassette: cassettePath, session, exchanges: exchangeCount, lost: lostCount };
      await this.#event('stopped', {
        ...outcome,
        ...notes?.facts(),
        ...(problem === undefined ? {} : { incomplete: problem }),
      });
      return;
    }
    if (!quiet && this.#style.shown === 'all') this.#lines.end();
    for (const line of notes?.lines() ?? []) log.info(line);
    const name = cassetteName(cassettePath);
    switch (result.outcome) {
      case 'none':
        log.info('nothing came by, so that no session was kept');
        if (this.#style.idle !== undefined) log.info(paint('dim', `  ${this.#style.idle}`));
        return;
      case 'old-kept':
        log.info(`session ${result.session} stays as it was: ${reason}`);
        return;
      case 'written':
        log.info(`recorded ${this.#totals()} as ${paint('bold', `${name}:${result.session}`)}`);
        log.info(paint('dim', `  ${this.#style.next(name, this.#kind)}`));
    }
  }

  #totals(): string {
    const failures = this.#failureCount === 0 ? '' : `, ${this.#failureCount} failed`;
    const left = this.#leftCount === 0 ? '' : `, ${this.#leftCount} left by the client`;
    return `${formatCount(this.#exchangeCount, 'exchange')}${failures}${left}, ${formatSize(this.#sizeBytes)}`;
  }

  #event(event: string, facts: object): Promise<void> {
    return this.#context.print(`${JSON.stringify({ schema: this.#style.schema, event, ...facts })}\n`);
  }
}

function eventOf(summary: ExchangeSummary): object {
  const { sessionId: _row, startedAt, responseBytes, requestBytes, ...facts } = summary;
  return { ...facts, startedAt: new Date(startedAt).toISOString(), requestBytes, responseBytes };
}
