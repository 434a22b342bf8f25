import { visible } from '../base/log.ts';
import { contentOf } from '../compare/content.ts';
import type { BodyFacts, Exchange, ExchangeSummary, ResponseFacts } from '../model/exchange.ts';
import { headerValues, type RawHeaders, toPairs } from '../model/headers.ts';
import type { Session } from '../model/session.ts';
import type { CassetteReads } from '../store/cassette-reads.ts';
import { layOutJson } from '../views/json-tokens.ts';
import { failureWords, statusTone, type Tone } from '../views/outcome-words.ts';
import { formatCount, formatDateTime, formatDuration, formatSize } from '../views/quantities.ts';
import { targetWords } from '../views/target-words.ts';
import type { Paint, Style } from './context.ts';

/** About two screens of text; the rest is what `--raw` is for. */
const shownChars = 8000;
/** A larger body is not read at all only to show its beginning. */
const readBytes = 16 * 1024 * 1024;

const toneStyle: Readonly<Record<Tone, Style>> = {
  good: 'green',
  info: 'cyan',
  warn: 'yellow',
  bad: 'red',
};

/** Recorded text for one line of a terminal: nothing in it can move the cursor, break the line or turn it around. */
export function oneLine(text: string): string {
  return visible(text)
    .replaceAll('\n', String.raw`\n`)
    .replaceAll('\t', String.raw`\t`);
}

/** The heading of a session in a list. */
export function sessionLine(reads: CassetteReads, session: Session, paint: Paint): string {
  const state = sessionState(reads, session);
  return [
    paint('bold', oneLine(session.name)),
    formatDateTime(session.startedAt),
    formatCount(session.exchangeCount, 'exchange'),
    targetWords(session.targets),
    ...(state === undefined ? [] : [paint('yellow', state)]),
  ].join('  ');
}

/** Why a session does not hold everything, or not yet; undefined when it does. */
export function sessionState(reads: CassetteReads, session: Session): string | undefined {
  if (session.incomplete !== undefined) return `incomplete: ${oneLine(session.incomplete)}`;
  if (session.endedAt !== undefined) return undefined;
  const writer = reads.currentWriter();
  return writer ? `being recorded by process ${writer.pid}` : 'incomplete: its recorder was killed';
}

/** Which server, where there are several or it has a name: nothing for the only one. */
export function serverOf({ targetName }: Pick<ExchangeSummary, 'targetName'>, paint: Paint): string {
  return targetName === 'default' ? '' : `${paint('dim', oneLine(targetName))} `;
}

/** One exchange in a list. */
export function summaryLine(summary: ExchangeSummary, paint: Paint): string {
  const duration = summary.durationMs === undefined ? '' : formatDuration(summary.durationMs);
  return [
    paint('dim', String(summary.position).padStart(6)),
    oneLine(summary.method).padEnd(7),
    outcomeWord(summary, paint),
    formatSize(summary.responseBytes).padStart(8),
    paint('dim', duration.padStart(9)),
    `${serverOf(summary, paint)}${oneLine(summary.target)}`,
    ...(summary.truncated ? [paint('yellow', '(stored cut off)')] : []),
  ].join('  ');
}

function outcomeWord(summary: ExchangeSummary, paint: Paint): string {
  if (summary.failure !== undefined) return paint('red', failureWords(summary.failure).short.padEnd(12));
  if (summary.status === undefined) return paint('dim', 'running'.padEnd(12));
  return paint(toneStyle[statusTone(summary.status)], String(summary.status).padEnd(12));
}

/** One exchange in full: both messages with decoded, laid-out bodies. */
export function exchangeText(
  reads: CassetteReads,
  { exchange, address, session }: { readonly exchange: Exchange; readonly address: string; readonly session: Session },
  paint: Paint,
): string {
  const { request, outcome } = exchange;
  const target = session.targets.find(({ name }) => name === exchange.targetName);
  const lines = [
    paint('bold', oneLine(address)),
    paint('dim', `recorded ${new Date(exchange.startedAt).toISOString()}${timing(exchange)}`),
    paint('dim', `target ${oneLine(exchange.targetName)} ${oneLine(target?.url ?? '')}`.trimEnd()),
    '',
    paint('bold', oneLine(`${request.method} ${request.target} HTTP/${request.httpVersion}`)),
    ...messageLines(reads, request, paint),
    '',
  ];
  if (!outcome) return [...lines, paint('dim', 'still running'), ''].join('\n');
  if (outcome.kind === 'failure') {
    const words = `${failureWords(outcome.code).sentence} (${outcome.code}: ${oneLine(outcome.message)})`;
    lines.push(paint('red', words), '');
  }
  const response = outcome.kind === 'failure' ? outcome.response : outcome;
  if (response) lines.push(...responseLines(reads, response, paint), '');
  return lines.join('\n');
}

function timing(exchange: Exchange): string {
  if (exchange.durationMs === undefined) return '';
  const first = exchange.firstByteMs === undefined ? '' : `, head after ${formatDuration(exchange.firstByteMs)}`;
  return `, took ${formatDuration(exchange.durationMs)}${first}`;
}

function responseLines(reads: CassetteReads, response: ResponseFacts, paint: Paint): string[] {
  const style: Style = ['bold', toneStyle[statusTone(response.status)]] as Style;
  return [
    ...response.informational.flatMap(({ status, headers }) => [
      paint('bold', `HTTP/${response.httpVersion} ${status}`),
      ...headerLines(headers, paint),
      '',
    ]),
    paint(style, oneLine(`HTTP/${response.httpVersion} ${response.status} ${response.reason}`.trimEnd())),
    ...messageLines(reads, response, paint),
  ];
}

type Message = Pick<ResponseFacts, 'headers' | 'trailers'> & { readonly body: BodyFacts };

function messageLines(reads: CassetteReads, message: Message, paint: Paint): string[] {
  const lines = headerLines(message.headers, paint);
  if (message.body.fullSizeBytes > 0 || message.body.truncated) lines.push('', ...bodyLines(reads, message, paint));
  if (message.trailers.length > 0) lines.push('', paint('dim', 'trailers'), ...headerLines(message.trailers, paint));
  return lines;
}

function headerLines(headers: RawHeaders, paint: Paint): string[] {
  return toPairs(headers).map(([name, value]) => `${paint('cyan', oneLine(name))}: ${oneLine(value)}`);
}

function cutWords({ sizeBytes, fullSizeBytes }: BodyFacts): string {
  return sizeBytes === fullSizeBytes
    ? 'its end was never seen'
    : `stored ${formatSize(sizeBytes)} of ${formatSize(fullSizeBytes)}: the capture limit cut it`;
}

function bodyLines(reads: CassetteReads, { headers, body }: Message, paint: Paint): string[] {
  const note = (text: string): string => paint('dim', `(${text})`);
  const cut = body.truncated ? [note(cutWords(body))] : [];
  const facts = `${formatSize(body.sizeBytes)}, sha256 ${body.sha256}`;
  if (body.sizeBytes > readBytes) return [note(`large body: ${facts}; see --raw`), ...cut];
  const content = contentOf(headers, reads.body(body.sha256));
  const problem = content.problem === undefined || body.truncated ? [] : [note(oneLine(content.problem))];
  if (content.kind === 'bytes') return [note(`binary body: ${facts}; see --raw`), ...problem, ...cut];
  const { text, isWhole } = content.kind === 'json' ? laidOut(content.text) : { text: content.text, isWhole: true };
  const shown = visible(text.slice(0, shownChars).replaceAll('\r\n', '\n'));
  const clipped = isWhole && text.length <= shownChars ? [] : [note('clipped; --raw gives the whole body')];
  const codings = headerValues(headers, 'content-encoding').join(', ');
  const decoded =
    codings === '' ? [] : [note(`decoded from ${oneLine(codings)}, ${formatSize(body.sizeBytes)} as sent`)];
  return [shown.trimEnd(), ...clipped, ...decoded, ...problem, ...cut];
}

/** The beginning of JSON text with one member per line, its tokens exactly as they were sent. */
function laidOut(text: string): { readonly text: string; readonly isWhole: boolean } {
  const layout = layOutJson(text, shownChars);
  if (!layout) return { text, isWhole: true };
  const lines = layout.lines.map(
    ({ depth, tokens }) => '  '.repeat(depth) + tokens.map((token) => token.text).join(''),
  );
  return { text: lines.join('\n'), isWhole: layout.complete };
}
