import { existsSync } from 'node:fs';
import { AppError } from '../base/errors.ts';
import { formatAddress, parseAddress, type Selector } from '../model/address.ts';
import type { Exchange, ExchangeSummary } from '../model/exchange.ts';
import type { Session } from '../model/session.ts';
import type { CassetteReader } from '../store/cassette-reader.ts';
import type { Register } from './command.ts';
import { cassetteName, cassettePath, type Context } from './context.ts';
import { parseSelectorFor, selectExchanges } from './select-exchanges.ts';

/** A shell command longer than this helps nobody: curl then reads the body from a file. */
const curlBodyBytes = 256 * 1024;

/** Text is handed to the terminal or pipe in pieces of about this size. */
const pieceChars = 64 * 1024;

interface Job {
  readonly context: Context;
  readonly reader: CassetteReader;
  readonly cassette: string;
  readonly selector: Selector;
}

type Shown = { readonly exchange: Exchange; readonly address: string; readonly session: Session };

export const show: Register = (define) => {
  const { command, run } = define('show <cassette> [selector]', 'show the exchanges of a cassette, or one of them');
  command
    .option('--raw', 'the bytes of the HTTP messages')
    .option('--curl', 'a curl command that sends the request again')
    .addHelpText('after', help);
  run(async (context, options, [name = '', selectorText]) => {
    const chosen = ['raw', 'curl', 'json'].filter((option) => options[option] === true);
    if (chosen.length > 1) {
      throw new AppError('USAGE', {
        problem: `--${chosen[0]} and --${chosen[1]} exclude each other`,
        hint: 'give one of --raw, --json, --curl',
      });
    }
    const { file, text } = locate(context.cwd, name, selectorText);
    const cassette = cassetteName(file);
    const selector = parseSelectorFor(cassette, text);
    const { CassetteReader } = await import('../store/cassette-reader.ts');
    const reader = CassetteReader.open(file);
    try {
      const job: Job = { context, reader, cassette, selector };
      if (context.json) await showJson(job);
      else if (options['raw'] === true) await showRaw(job);
      else if (options['curl'] === true) await showCurl(job);
      else if (selector.kind === 'exchange') await showOne(job);
      else await showList(job);
      return 0;
    } finally {
      reader.close();
    }
  });
};

const help = `
A selector is a session (session-2), one exchange (session-2/7) or a pattern ("GET /orders/*", ** for any depth).
An address as other commands print it works alone: retake show checkout:session-2/7`;

/** `show C selector`, or `show C:session/position`. */
function locate(cwd: string, name: string, selector: string | undefined): { file: string; text: string | undefined } {
  const file = cassettePath(cwd, name);
  const address = selector === undefined && !existsSync(file) ? parseAddress(name) : undefined;
  if (!address) return { file, text: selector };
  return { file: cassettePath(cwd, address.cassette), text: `${address.session}/${address.position}` };
}

/** Every selected exchange in full; EXCHANGE_MISSING when there is none and one was asked for. */
function* selected(job: Job): IterableIterator<Shown> {
  const sessions = new Map(job.reader.sessions().map((session) => [session.id, session]));
  for (const summary of summariesOf(job)) {
    const exchange = job.reader.exchange(summary.sessionId, summary.position);
    const session = sessions.get(summary.sessionId);
    if (exchange && session) yield { exchange, session, address: addressOf(job, summary) };
  }
}

function* summariesOf({ reader, selector, cassette }: Job): IterableIterator<ExchangeSummary> {
  let count = 0;
  for (const summary of selectExchanges(reader, selector)) {
    count += 1;
    yield summary;
  }
  if (count > 0 || selector.kind === 'all' || selector.kind === 'session') return;
  const asked =
    selector.kind === 'exchange' ? `${selector.session}/${selector.position}` : `${selector.method} ${selector.glob}`;
  throw new AppError('EXCHANGE_MISSING', { selector: asked, cassette });
}

function addressOf({ cassette }: Job, { session, position }: ExchangeSummary): string {
  return formatAddress({ cassette, session, position });
}

async function showJson(job: Job): Promise<void> {
  const { exchangeJson } = await import('./exchange-json.ts');
  await printPieces(job.context, jsonDocument(job, exchangeJson));
}

function* jsonDocument(
  job: Job,
  exchangeJson: (reads: CassetteReader, exchange: Exchange, address: string) => Iterable<string>,
): IterableIterator<string> {
  let before = '{"schema":"retake.show/1","exchanges":[';
  for (const { exchange, address } of selected(job)) {
    yield before;
    yield* exchangeJson(job.reader, exchange, address);
    before = ',\n';
  }
  yield before.startsWith('{') ? `${before}]}\n` : ']}\n';
}

async function showRaw(job: Job): Promise<void> {
  const { exchangeRaw } = await import('./exchange-raw.ts');
  const isAlone = job.selector.kind === 'exchange';
  let before = '';
  for (const { exchange, address } of selected(job)) {
    // Like `tail` with several files.
    if (!isAlone) await job.context.print(`${before}==> ${address} <==\n`);
    for (const piece of exchangeRaw(job.reader, exchange)) await job.context.print(piece);
    before = '\n';
  }
}

async function showCurl(job: Job): Promise<void> {
  const { curlCommand } = await import('../views/curl-command.ts');
  const isAlone = job.selector.kind === 'exchange';
  let before = '';
  for (const { exchange, address, session } of selected(job)) {
    const { method, target, headers, body } = exchange.request;
    const base = session.targets.find(({ name }) => name === exchange.targetName)?.url ?? '';
    const command = curlCommand({
      method,
      // A request to a proxy names its server itself.
      url: /^https?:/i.test(target) ? target : base.replace(/\/$/, '') + target,
      headers,
      body: body.sizeBytes > curlBodyBytes ? undefined : job.reader.body(body.sha256),
    });
    await job.context.print(isAlone ? `${command}\n` : `${before}# ${address}\n${command}\n`);
    before = '\n';
    if (isAlone && session.redacted) {
      job.context.log.info('note: secrets were redacted when this was recorded; the command carries pseudonyms');
    }
  }
}

async function showOne(job: Job): Promise<void> {
  const { exchangeText } = await import('./exchange-text.ts');
  const { eventLines } = await import('./event-lines.ts');
  for (const shown of selected(job)) {
    await job.context.print(exchangeText(job.reader, shown, job.context.paintData));
    await printPieces(job.context, eventLines(job.reader, shown.exchange.id, job.context.paintData));
  }
}

async function showList(job: Job): Promise<void> {
  const { sessionLine, summaryLine } = await import('./exchange-text.ts');
  const { reader, context, selector } = job;
  const sessions = reader.sessions();
  if (sessions.length === 0) context.log.info('the cassette holds no sessions yet');
  function* lines(): IterableIterator<string> {
    const heading = (sessionId: number): string => {
      const session = sessions.find(({ id }) => id === sessionId)!;
      return `${sessionLine(reader, session, context.paintData)}\n`;
    };
    let current: number | undefined;
    // A session without exchanges is shown too, unless a pattern was asked for.
    for (const summary of summariesOf(job)) {
      if (summary.sessionId !== current) {
        yield (current === undefined ? '' : '\n') + heading(summary.sessionId);
        current = summary.sessionId;
      }
      yield `${summaryLine(summary, context.paintData)}\n`;
    }
    if (current === undefined && selector.kind === 'session') yield heading(reader.session(selector.session).id);
  }
  await printPieces(context, lines());
}

/** Prints many small pieces in few writes, waiting for the reader of the pipe. */
async function printPieces(context: Context, pieces: Iterable<string>): Promise<void> {
  let text = '';
  for (const piece of pieces) {
    text += piece;
    if (text.length < pieceChars) continue;
    await context.print(text);
    text = '';
  }
  if (text !== '') await context.print(text);
}
