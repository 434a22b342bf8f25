import type { Hono } from 'hono';
import { html } from 'hono/html';
import { EmptyState } from '../../views/empty-state.tsx';
import { groupDigits } from '../../views/quantities.ts';
import { faultsUrl, missesUrl, servedUrl, trafficUrl } from '../links.ts';
import { renderPage } from '../page.tsx';
import { wholeNumber } from '../request-values.ts';
import type { Served } from '../served-log.ts';
import { TrafficColumns } from '../traffic-list.tsx';
import { TrafficRow } from '../traffic-rows.tsx';
import { pageRows } from '../traffic-scan.ts';
import type { UiContext } from '../ui-context.ts';

/** What a running replay serves, as it serves it. Each row leads to the recorded exchange. */
export function servedRoutes(app: Hono, ui: UiContext): void {
  const { served } = ui.hub;
  const rows = (list: readonly Served[]) => {
    const live = ui.options.feed?.status();
    const cassette = (live && ui.library.at(live.cassettePath)?.name) ?? '';
    return (
      <tbody id="rows">
        {list.map(({ number, exchange }) => (
          <TrafficRow
            cassette={cassette}
            row={exchange}
            number={number}
            writer="alive"
            isCurrent={false}
            url={servedUrl({ cassette, session: exchange.session, position: exchange.position }, exchange.answer)}
          />
        ))}
      </tbody>
    );
  };

  app.get('/served', (c) => {
    const live = ui.options.feed?.status();
    const cassette = live && ui.library.at(live.cassettePath);
    const list = served.from(served.total - pageRows, pageRows);
    return renderPage(
      c,
      ui,
      { title: 'Served', section: 'traffic', width: 'wide' },
      <div id="traffic" class="traffic">
        <section class="traffic-list" aria-labelledby="served-title">
          <header class="toolbar">
            <h1 id="served-title" class="toolbar-title">
              Served by this replay
            </h1>
            {live && cassette ? (
              <a class="button" href={trafficUrl({ cassette: cassette.name, session: live.session })}>
                The recording
              </a>
            ) : null}
            {ui.options.control?.replay ? (
              <a class="button" href={missesUrl}>
                Misses
              </a>
            ) : null}
            {ui.options.faults ? (
              <a class="button" href={faultsUrl}>
                Faults
              </a>
            ) : null}
            <p id="count" class="count end">
              {groupDigits(served.total)}
            </p>
          </header>
          <div class="rows" tabindex={0} role="region" aria-label="Served exchanges">
            <table
              id="list"
              class="traffic-table"
              data-list="rows"
              data-source="/served/rows?"
              data-from={0}
              data-next={served.total}
              data-last=""
              data-open=""
            >
              <TrafficColumns />
              {rows(list)}
            </table>
            {list.length > 0 ? null : (
              <EmptyState title={live === undefined ? 'No replay runs here' : 'Nothing asked yet'}>
                <p>Requests that the replay answers appear here while this page is open.</p>
              </EmptyState>
            )}
          </div>
          <button id="new-rows" type="button" class="new-rows" hidden></button>
        </section>
        <aside id="pane" class="pane" aria-label="The exchange chosen in the list"></aside>
      </div>,
    );
  });

  app.get('/served/rows', (c) => {
    const from = wholeNumber(c.req.query('from')) ?? 0;
    const list = served.from(from, Math.min(pageRows, wholeNumber(c.req.query('limit')) ?? pageRows));
    const next = (list.at(-1)?.number ?? from - 1) + 1;
    return c.html(
      html`<!doctype html>${(
          <table id="list" data-next={next} data-rest={Math.max(0, served.total - from)} data-total={served.total}>
            {rows(list)}
          </table>
        )}`,
    );
  });
}
