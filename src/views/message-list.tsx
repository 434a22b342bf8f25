import { visible } from '../base/log.ts';
import { Icon } from './icon.tsx';
import { formatCount, formatDuration, formatSize } from './quantities.ts';

/** One message, chunk or piece of bytes that passed while an exchange went on. */
export interface MessageRow {
  /** From 1. */
  readonly number: number;
  readonly direction: 'request' | 'response';
  readonly offsetMs: number;
  /** `text`, `close 1000`, `chunk` ... */
  readonly kind: string;
  readonly sizeBytes: number;
  /** One line of it. */
  readonly preview: string;
  /** More than the line, when there is more. */
  readonly whole: string | undefined;
  /** Why not all of it is here. */
  readonly note: string | undefined;
}

export interface MessageListProps {
  readonly title: string;
  readonly rows: readonly MessageRow[];
  readonly total: number;
  readonly previousUrl: string | undefined;
  readonly nextUrl: string | undefined;
}

/** What both sides said, in order: who, when after the request, and what. */
export function MessageList({ title, rows, total, previousUrl, nextUrl }: MessageListProps) {
  const first = rows[0]?.number ?? 0;
  const last = rows.at(-1)?.number ?? 0;
  return (
    <section id="messages" class="messages" aria-labelledby="messages-title">
      <h2 id="messages-title">
        {title} <span class="quiet">{formatCount(total, 'event')}</span>
      </h2>
      <ol class="message-rows" start={first}>
        {rows.map((row) => (
          <Row row={row} />
        ))}
      </ol>
      {rows.length === total ? null : (
        <nav class="message-pages" aria-label="More messages">
          {previousUrl === undefined ? null : <a href={previousUrl}>Earlier</a>}
          <span class="quiet">
            {first} to {last} of {total}
          </span>
          {nextUrl === undefined ? null : <a href={nextUrl}>Later</a>}
        </nav>
      )}
    </section>
  );
}

function Row({ row }: { readonly row: MessageRow }) {
  const isSent = row.direction === 'request';
  const line = (
    <>
      <span class="message-way">
        <Icon name={isSent ? 'right' : 'left'} />
        <span class="visually-hidden">{isSent ? 'from the client' : 'from the server'}</span>
      </span>
      <span class="message-time">+{formatDuration(row.offsetMs)}</span>
      <span class="message-kind">{row.kind}</span>
      <span class="message-size">{formatSize(row.sizeBytes)}</span>
      <span class="message-text">{visible(row.preview)}</span>
    </>
  );
  return (
    <li class={`message ${row.direction}`}>
      {row.whole === undefined ? (
        <div class="message-line">{line}</div>
      ) : (
        <details>
          <summary class="message-line">{line}</summary>
          <pre>{visible(row.whole)}</pre>
        </details>
      )}
      {row.note === undefined ? null : <p class="quiet message-note">{row.note}</p>}
    </li>
  );
}
