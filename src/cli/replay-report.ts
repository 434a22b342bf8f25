import { visible, visibleLine } from '../base/log.ts';
import { formatInjected } from '../model/fault.ts';
import type { CertificateAuthority } from '../proxy/certificate-authority.ts';
import type { LedgerSummary } from '../proxy/ledger.ts';
import { ledgerFacts } from '../proxy/ledger-document.ts';
import type { MissReport } from '../model/miss-report.ts';
import { formatMiss } from '../proxy/miss-text.ts';
import type { ReplayEvent } from '../proxy/replay-event.ts';
import type { ReplayListener } from '../proxy/replay-proxy.ts';
import { type FailReason, formatSummary } from '../proxy/replay-verdict.ts';
import { whyLines } from '../proxy/why-served.ts';
import type { LayerSource } from '../proxy/replay-layer.ts';
import type { Context } from './context.ts';
import { formatCount } from '../views/quantities.ts';
import { exchangeLine } from './exchange-line.ts';
import { type LiveLines, plainLines, terminalLines } from './live-lines.ts';
import { proxyLines } from './proxy-lines.ts';

export interface ReplayStart {
  readonly layers: readonly LayerSource[];
  readonly listeners: readonly ReplayListener[];
  /** Clients of a forward listener must trust it. */
  readonly authority?: CertificateAuthority | undefined;
  /** Opens the review UI; holds its token. */
  readonly reviewUrl: string | undefined;
}

/** What a person or program is told while a replay runs and when it has ended. */
export interface ReplayReport {
  readonly started: (start: ReplayStart) => Promise<void>;
  readonly onEvent: (event: ReplayEvent) => void;
  /** Which of them it wants. */
  readonly events: 'all' | 'misses';
  /** For what is said while answers scroll by. */
  readonly warn: (line: string) => void;
  readonly ended: (summary: LedgerSummary, failed: readonly FailReason[]) => Promise<void>;
}

/** Lines of busy traffic go out together. */
const flushMs = 50;
/** Misses shown in full; the same one again, or more of them, are one line each. */
const maxFullMisses = 200;

/** How one command tells of its replay. */
export interface ReplayReportStyle {
  /** Of the events of --json. */
  readonly schema: string;
  /** `end`: only misses and summary, since a program beside us has the terminal until then. */
  readonly shown: 'all' | 'end';
  /** What to look at when no request came. */
  readonly idle?: string;
}

const ownStyle: ReplayReportStyle = { schema: 'retake.replay/1', shown: 'all' };

export function replayReport(context: Context, style = ownStyle): ReplayReport {
  const { schema, shown, idle } = style;
  if (context.json) return jsonReport(context, schema);
  return shown === 'all' ? terminalReport(context) : closingReport(context, idle);
}

function jsonReport(context: Context, schema: string): ReplayReport {
  let pending: string[] = [];
  let timer: NodeJS.Timeout | undefined;
  let printed = Promise.resolve();
  const flush = (): Promise<void> => {
    clearTimeout(timer);
    timer = undefined;
    const lines = pending;
    pending = [];
    if (lines.length > 0) printed = printed.then(() => context.print(lines.join('')));
    return printed;
  };
  const line = (event: string, facts: object): void => {
    pending.push(`${JSON.stringify({ schema, event, ...facts })}\n`);
    timer ??= setTimeout(() => void flush(), flushMs);
  };
  return {
    started: ({ layers, listeners, authority }) => {
      const sessions = layers.map(({ reader, session }) => ({ cassette: reader.path, session: session.name }));
      line('started', { sessions, listeners, ...(authority ? { ca: authority.certificatePath } : {}) });
      return flush();
    },
    warn: context.log.warn,
    events: 'all',
    onEvent: (event) => {
      if (event.kind === 'miss') {
        line('miss', { ...event.report, answer: event.answer });
        return;
      }
      if (event.kind === 'fault') {
        const { text, at, ...facts } = event.injected;
        line('fault', { fault: text, ...facts, at: new Date(at).toISOString() });
        return;
      }
      const { address, lane, relaxations, exchange } = event;
      const { method, target, targetName, status, failure, responseBytes, durationMs } = exchange;
      const startedAt = new Date(exchange.startedAt).toISOString();
      const served = { method, target, targetName, status, failure, startedAt, durationMs, responseBytes };
      line('hit', { address, lane, ...served, relaxations, ...(context.verbose ? { why: event.why() } : {}) });
    },
    ended: async (summary, failed) => {
      line('stopped', {
        verdict: failed.length === 0 ? 'passed' : 'failed',
        failed,
        ...ledgerFacts(summary),
      });
      await flush();
    },
  };
}

function terminalReport(context: Context): ReplayReport {
  const { log, paint, quiet, stderrIsTerminal, verbose } = context;
  const write = (text: string): void => void process.stderr.write(text);
  const lines: LiveLines = stderrIsTerminal
    ? terminalLines({ write, now: () => performance.now() })
    : plainLines(write);
  const shownInFull = new Set<string>();
  let pending: string[] = [];
  let timer: NodeJS.Timeout | undefined;
  let hits = 0;
  let misses = 0;
  const flush = (): void => {
    clearTimeout(timer);
    timer = undefined;
    if (pending.length > 0) lines.print(pending);
    pending = [];
    if (!quiet) lines.status(`${paint(['bold', 'green'], '▶')} ${formatCount(hits, 'hit')}, ${misses} missed`);
  };
  const add = (...texts: readonly string[]): void => {
    pending.push(...texts);
    timer ??= setTimeout(flush, flushMs);
  };
  return {
    started: async ({ layers, listeners, authority, reviewUrl }) => {
      const count = listeners.filter(({ lane }) => lane === undefined).length;
      for (const { kind, name, url, target, lane } of listeners) {
        const label = count > 1 ? ` ${name}` : '';
        const recorded = target === undefined ? '' : ` (recorded from ${target})`;
        const origin = kind === 'forward' ? ' for every recorded server' : recorded;
        const part = lane === undefined ? '' : ` in lane ${lane}`;
        log.info(`${paint(['bold', 'green'], '▶')} replaying${label} ${paint('bold', url)}${part}${origin}`);
      }
      if (authority) for (const text of proxyLines(listeners, authority)) log.info(text);
      const sessions = layers.map(({ cassette, session }) => `${cassette}:${session.name}`);
      log.info(`  from   ${sessions.join(', then ')}`);
      if (reviewUrl !== undefined) log.info(`  review ${reviewUrl}`);
      log.info(paint('dim', '  Ctrl+C stops and gives the verdict'));
    },
    warn: (line) => add(`${paint('yellow', 'warning:')} ${line}`),
    events: quiet ? 'misses' : 'all',
    onEvent: (event) => {
      if (event.kind === 'miss') {
        misses += 1;
        add(...missLines(event.report, shownInFull, paint('red', 'miss:')));
        return;
      }
      if (event.kind === 'fault') {
        if (!quiet) add(`${paint('yellow', 'fault')}${visible(formatInjected(event.injected)).slice('fault'.length)}`);
        return;
      }
      hits += 1;
      add(exchangeLine(event.exchange, paint, noteOf(event)));
      if (verbose) add(...whyLines(event.why()).map((line) => paint('dim', `       why ${visibleLine(line)}`)));
    },
    ended: async (summary, failed) => {
      flush();
      lines.end();
      const isGood = failed.length === 0;
      if (quiet && isGood) return;
      for (const line of formatSummary(summary)) write(`${line}\n`);
      if (!isGood) write(`${paint('red', 'failed:')} ${failed.join(', ')}\n`);
    },
  };
}

function isIdle({ hits, misses, forwarded, faults }: LedgerSummary): boolean {
  return hits + misses + forwarded + faults === 0;
}

/** One line for a replay in which all went well. */
function closingReport({ log, paint, quiet }: Context, idle: string | undefined): ReplayReport {
  const write = (line: string): void => void process.stderr.write(`${line}\n`);
  const shownInFull = new Set<string>();
  const misses: string[] = [];
  let replayed = '';
  return {
    started: async ({ layers }) => {
      replayed = layers.map(({ cassette, session }) => `${cassette}:${session.name}`).join(', ');
    },
    warn: log.warn,
    events: 'misses',
    onEvent: (event) => {
      if (event.kind !== 'miss' || shownInFull.size >= maxFullMisses) return;
      misses.push(...missLines(event.report, shownInFull, paint('red', 'miss:')));
    },
    ended: async (summary, failed) => {
      const isGood = failed.length === 0;
      if (quiet && isGood) return;
      for (const line of misses) write(line);
      const [counts = '', ...lists] = formatSummary(summary);
      write(`replayed ${replayed}: ${counts}`);
      if (idle !== undefined && isIdle(summary)) write(`  nothing came by: ${idle}`);
      if (isGood) return;
      for (const line of lists) write(line);
      write(`${paint('red', 'failed:')} ${failed.join(', ')}`);
    },
  };
}

function missLines(report: MissReport, shownInFull: Set<string>, label: string): string[] {
  const [title = '', ...explanation] = formatMiss(report);
  const isNew = !shownInFull.has(title) && shownInFull.size < maxFullMisses;
  if (isNew) shownInFull.add(title);
  return isNew ? [`${label} ${title}`, ...explanation] : [`${label} ${title}`];
}

function noteOf({ lane, relaxations }: Extract<ReplayEvent, { kind: 'hit' }>): string {
  return [...(lane === 'default' ? [] : [`lane ${lane}`]), ...relaxations].join(', ');
}
