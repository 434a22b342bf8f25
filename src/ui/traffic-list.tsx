import { visible } from '../base/log.ts';
import type { Session } from '../model/session.ts';
import { EmptyState } from '../views/empty-state.tsx';
import { Icon } from '../views/icon.tsx';
import { groupDigits } from '../views/quantities.ts';
import { cassetteUrl, trafficQuery, trafficUrl } from './links.ts';
import type { Writer } from './newest-session.ts';
import { TrafficRows } from './traffic-rows.tsx';
import { pageRows, type Scanned } from './traffic-scan.ts';

export interface TrafficListProps {
  readonly cassette: string;
  readonly session: Session;
  readonly sessions: readonly Session[];
  readonly q: string;
  /** Why the filter was not applied. */
  readonly problem: string | undefined;
  readonly from: number;
  readonly scanned: Scanned;
  readonly at: number | undefined;
  readonly writer: Writer;
}

/** The filter, the list of exchanges, and the way to its other pages. */
export function TrafficList(props: TrafficListProps) {
  const { cassette, session, scanned, q } = props;
  const place = { cassette, session: session.name };
  const isOpen = session.endedAt === undefined && props.writer === 'alive';
  return (
    <section class="traffic-list" aria-labelledby="traffic-title">
      <header class="toolbar">
        <h1 id="traffic-title" class="visually-hidden" tabindex={-1}>
          Traffic
        </h1>
        <form class="filter" role="search" action="/traffic" method="get" data-auto-submit>
          <input type="hidden" name="cassette" value={cassette} />
          <a class="filter-cassette" href={cassetteUrl(cassette)}>
            {cassette}
          </a>
          <select name="session" aria-label="Session">
            {props.sessions.toReversed().map(({ name }) => (
              <option value={name} selected={name === session.name}>
                {name}
              </option>
            ))}
          </select>
          <label class="search">
            <Icon name="search" />
            <input
              type="search"
              name="q"
              value={q}
              placeholder="Filter: words, status:5xx, method:POST, is:error"
              aria-label="Filter"
              aria-keyshortcuts="/"
              aria-describedby={props.problem === undefined ? undefined : 'filter-problem'}
              autocomplete="off"
              spellcheck={false}
            />
            <kbd aria-hidden="true">/</kbd>
          </label>
          <button class="button visually-hidden-focusable">Filter</button>
        </form>
        <p id="count" class="count">
          {countWords(props)}
        </p>
      </header>
      {props.problem === undefined ? null : (
        <p id="filter-problem" class="notice warn">
          <Icon name="warning" />
          <span>{visible(props.problem)}. All exchanges are shown.</span>
        </p>
      )}
      {session.incomplete === undefined ? null : (
        <p class="notice warn">
          <Icon name="warning" />
          <span>Not every exchange of this session could be stored: {visible(session.incomplete)}</span>
        </p>
      )}
      {session.endedAt === undefined && !isOpen ? (
        <p class="notice warn">
          <Icon name="warning" />
          <span>The recorder of this session was killed. What it had stored until then is here.</span>
        </p>
      ) : null}
      <div class="rows" tabindex={0} role="region" aria-label="Exchanges">
        <table
          id="list"
          class="traffic-table"
          data-list="rows"
          data-source={`/traffic/rows?${trafficQuery({ ...place, q })}`}
          data-cassette={cassette}
          data-from={props.from}
          data-next={scanned.next}
          data-last={scanned.hasMore ? undefined : ''}
          data-open={isOpen ? '' : undefined}
        >
          <TrafficColumns />
          <TrafficRows cassette={cassette} rows={scanned.rows} writer={props.writer} at={props.at} />
        </table>
        {scanned.rows.length > 0 ? null : <NoRows {...props} />}
      </div>
      <button id="new-rows" type="button" class="new-rows" hidden></button>
      <Pages {...props} />
    </section>
  );
}

/** The columns' names, for every list of exchanges. */
export function TrafficColumns() {
  return (
    <thead>
      <tr>
        <th scope="col" class="number">
          #
        </th>
        <th scope="col">Method</th>
        <th scope="col">Status</th>
        <th scope="col" class="target">
          Path
        </th>
        <th scope="col" class="type">
          Type
        </th>
        <th scope="col" class="size">
          Size
        </th>
        <th scope="col" class="time">
          Time
        </th>
        <th scope="col" class="clock">
          At
        </th>
      </tr>
    </thead>
  );
}

function countWords({ scanned, session, q }: TrafficListProps): string {
  const total = groupDigits(session.exchangeCount);
  return q.trim() === '' ? total : `${groupDigits(scanned.matching)} of ${total}`;
}

function NoRows({ cassette, session, q, problem, writer }: TrafficListProps) {
  if (q.trim() !== '' && problem === undefined) {
    return (
      <EmptyState title="No exchange fits the filter">
        <a class="button" href={trafficUrl({ cassette, session: session.name })}>
          Clear the filter
        </a>
      </EmptyState>
    );
  }
  if (session.endedAt === undefined && writer === 'alive') {
    return (
      <EmptyState title="No traffic yet">
        <p>Point the client at the recorder’s address (below); its first request appears here by itself.</p>
      </EmptyState>
    );
  }
  return <EmptyState title="This session is empty" />;
}

function Pages({ cassette, session, q, from, scanned }: TrafficListProps) {
  if (from === 0 && !scanned.hasMore) return null;
  const place = { cassette, session: session.name, q };
  const isFiltered = q.trim() !== '';
  const last = Math.max(0, Math.floor((session.exchangeCount - 1) / pageRows) * pageRows);
  return (
    <nav class="pages" aria-label="Pages of the list">
      <PageLink label="First" href={from > 0 ? trafficUrl({ ...place, from: 0 }) : undefined} />
      {isFiltered ? null : (
        <PageLink
          label="Previous"
          href={from > 0 ? trafficUrl({ ...place, from: Math.max(0, from - pageRows) }) : undefined}
        />
      )}
      <span class="quiet">
        {scanned.rows.length === 0
          ? ''
          : `${groupDigits(scanned.rows[0]!.position)} – ${groupDigits(scanned.rows.at(-1)!.position)}`}
      </span>
      <PageLink label="Next" href={scanned.hasMore ? trafficUrl({ ...place, from: scanned.next }) : undefined} />
      {isFiltered ? null : (
        <PageLink label="Last" href={scanned.hasMore ? trafficUrl({ ...place, from: last }) : undefined} />
      )}
    </nav>
  );
}

function PageLink({ label, href }: { readonly label: string; readonly href: string | undefined }) {
  return href === undefined ? (
    <span class="button disabled">{label}</span>
  ) : (
    <a class="button" href={href}>
      {label}
    </a>
  );
}
