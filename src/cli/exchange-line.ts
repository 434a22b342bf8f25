import { visible } from '../base/log.ts';
import type { ExchangeSummary } from '../model/exchange.ts';
import { formatDuration, formatSize } from '../views/quantities.ts';
import type { Paint, Style } from './context.ts';

/**
 * One exchange as one line: position, status or failure, method, target, size of the response, duration. `note` stands
 * at the end, for example how replay served it.
 */
export function exchangeLine(summary: ExchangeSummary, paint: Paint, note = ''): string {
  const { position, method, target, targetName, status, failure, responseBytes, durationMs } = summary;
  const outcome = status === undefined ? (failure ?? '…') : String(status);
  const facts = [
    ...(status === undefined ? [] : [formatSize(responseBytes)]),
    ...(durationMs === undefined ? [] : [formatDuration(durationMs)]),
  ].join('  ');
  return [
    paint('dim', String(position).padStart(5)),
    paint(styleOf(status), outcome.padStart(3)),
    paint('bold', method.padEnd(4)),
    `${targetName === 'default' ? '' : `${paint('dim', visible(targetName))} `}${visible(target)}`,
    paint('dim', facts),
    ...(summary.truncated ? [paint('yellow', 'stored cut off')] : []),
    ...(note === '' ? [] : [note]),
  ].join('  ');
}

/** Colour by status class; no status is worst. */
function styleOf(status: number | undefined): Style {
  if (status === undefined) return ['bold', 'red'];
  if (status >= 500) return 'red';
  if (status >= 400) return 'yellow';
  if (status >= 300) return 'cyan';
  return 'green';
}
