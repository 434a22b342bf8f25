import { visibleLine } from '../base/log.ts';
import type { MissReport, PartDifference } from '../model/miss-report.ts';
import type { Departure } from './conversation.ts';
import { placeOf } from './miss-words.ts';

/** Why a WebSocket is closed, for the close itself, which holds few words: the place and the difference come first. */
export function closeReason({ nearest: [near], reason }: MissReport, departure: Departure): string {
  const words = near?.differences.map((found) => found.words).join('; ');
  return `retake miss, ${placeOf(departure)}: ${words === undefined ? reason : `${words} (${near!.address})`}`;
}

/** The miss for a terminal: the same words as in the answer. */
export function formatMiss(report: MissReport): string[] {
  const where = `${report.cassette}:${report.sessions.join('+')}, lane ${report.lane}`;
  return [
    `${report.title} (${where})`,
    `  ${report.reason}`,
    ...(report.cause ? [`  likely: ${report.cause.words}`] : []),
    ...report.nearest.flatMap(({ address, method, target, distance, differences }) => [
      `  near ${address} ${method} ${target} (distance ${distance})`,
      ...differences.flatMap(differenceLines),
    ]),
    ...report.suggestions.map((suggestion) => `  help: ${suggestion}`),
  ];
}

/** As a small diff, what was recorded above what came in. */
function differenceLines({ part, name, recorded, incoming, words }: PartDifference): string[] {
  if (recorded === undefined && incoming === undefined) return [`    ${visibleLine(words)}`];
  const where = name === '' ? part : `${part} ${name}`;
  const line = (sign: string, value: string | undefined): string[] =>
    value === undefined ? [] : [visibleLine(`    ${sign} ${where} ${value}`)];
  return [...line('−', recorded), ...line('+', incoming)];
}

/** The miss as an answer (RFC 9457): flat headers and body. */
export function missProblem(report: MissReport): { readonly headers: readonly string[]; readonly body: Buffer } {
  const { code, title, reason, ...rest } = report;
  const problem = { type: `urn:retake:miss:${code}`, title, status: missStatus, code, detail: reason, ...rest };
  const body = Buffer.from(`${JSON.stringify(problem, undefined, 2)}\n`);
  const headers = [
    'Content-Type',
    'application/problem+json',
    'Content-Length',
    String(body.length),
    'x-retake-miss',
    code,
  ];
  return { headers, body };
}

/** No client takes it for the application's own answer. */
export const missStatus = 502;
