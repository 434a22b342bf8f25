import { visible } from '../base/log.ts';
import { type ExchangeSummary, isWrite } from '../model/exchange.ts';
import { OutcomeStatus } from '../views/outcome-status.tsx';
import { formatClock, formatDuration, formatSize } from '../views/quantities.ts';
import { exchangeUrl } from './links.ts';
import type { Writer } from './newest-session.ts';

export interface TrafficRowsProps {
  readonly cassette: string;
  readonly rows: readonly ExchangeSummary[];
  /** Without a writer, an exchange that has no end never gets one. */
  readonly writer: Writer;
  /** Position of the row shown in the pane. */
  readonly at?: number | undefined;
}

export interface TrafficRowProps {
  readonly cassette: string;
  readonly row: ExchangeSummary;
  /** What the row is counted by: its position, or in a replay the order of serving. */
  readonly number: number;
  readonly writer: Writer;
  readonly isCurrent: boolean;
  /** Where it leads; to the recorded exchange unless told. */
  readonly url?: string;
}

/** Rows of the traffic list; the same markup in the page and in what it asks for later. */
export function TrafficRows({ cassette, rows, writer, at }: TrafficRowsProps) {
  return (
    <tbody id="rows">
      {rows.map((row) => (
        <TrafficRow
          cassette={cassette}
          row={row}
          number={row.position}
          writer={writer}
          isCurrent={row.position === at}
        />
      ))}
    </tbody>
  );
}

export function TrafficRow(props: TrafficRowProps) {
  const { cassette, row, number, writer } = props;
  const hasNoEnd = row.status === undefined && row.failure === undefined;
  const failure = hasNoEnd && writer === 'none' ? 'interrupted' : row.failure;
  const [path, query] = splitTarget(row.target);
  return (
    <tr
      data-position={number}
      data-running={hasNoEnd && writer === 'alive' ? '' : undefined}
      aria-current={props.isCurrent ? 'true' : undefined}
    >
      <td class="number">{number}</td>
      <td class={isWrite(row.method) ? 'method write' : 'method'}>{visible(row.method)}</td>
      <td class="state">
        <OutcomeStatus
          {...(row.status === undefined ? {} : { status: row.status })}
          {...(failure === undefined ? {} : { failure })}
        />
      </td>
      <td class="target">
        <a href={props.url ?? exchangeUrl({ cassette, session: row.session, position: row.position })}>
          {row.targetName === 'default' ? null : <span class="chip">{visible(row.targetName)}</span>}
          <span class="path">{visible(path)}</span>
          {query === '' ? null : <span class="query">{visible(query)}</span>}
        </a>
      </td>
      <td class="type">{visible(shortType(row.contentType))}</td>
      <td class="size">{row.responseBytes === 0 ? '' : formatSize(row.responseBytes)}</td>
      <td class="time">{row.durationMs === undefined ? '' : formatDuration(row.durationMs)}</td>
      <td class="clock">{formatClock(row.startedAt)}</td>
    </tr>
  );
}

function splitTarget(target: string): [path: string, query: string] {
  const mark = target.indexOf('?');
  return mark < 0 ? [target, ''] : [target.slice(0, mark), target.slice(mark)];
}

/** `json` for `application/json`, `event-stream` for `text/event-stream`: the half that tells. */
function shortType(contentType: string): string {
  return contentType.replace(/^(?:application|text|image)\/(?:x-|vnd\.)?/, '').replace('octet-stream', 'binary');
}
