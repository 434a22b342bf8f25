import type { Context, Hono } from 'hono';
import { html } from 'hono/html';
import { CassetteReader } from '../../store/cassette-reader.ts';
import { CopyCommand } from '../../views/copy-command.tsx';
import { EmptyState } from '../../views/empty-state.tsx';
import type { KnownCassette } from '../cassette-library.ts';
import { exchangeArticle } from '../exchange-article.tsx';
import { renderPage } from '../page.tsx';
import { newestSession, writerOf } from '../newest-session.ts';
import { wholeNumber } from '../request-values.ts';
import { parseTrafficFilter } from '../traffic-filter.ts';
import { TrafficList } from '../traffic-list.tsx';
import { TrafficRows } from '../traffic-rows.tsx';
import { pageRows, scanTraffic } from '../traffic-scan.ts';
import type { UiContext } from '../ui-context.ts';

export function trafficRoutes(app: Hono, ui: UiContext): void {
  app.get('/traffic', async (c) => {
    // Beside a replay the traffic is what it serves, unless a recording is asked for.
    const isReplay = ui.options.feed !== undefined && ui.options.feed.status().mode !== 'record';
    if (isReplay && c.req.query('cassette') === undefined) return c.redirect('/served', 303);
    const place = placeOf(c, ui);
    if (place === undefined) {
      return renderPage(
        c,
        ui,
        { title: 'Traffic', section: 'traffic' },
        <EmptyState title="Nothing is recorded yet">
          <p>Put the recorder between a client and its server, then use the client as always:</p>
          <CopyCommand command="retake record --target http://127.0.0.1:3000 --cassette first" />
        </EmptyState>,
      );
    }
    return withReader(place.cassette, (reader) => trafficPage(c, ui, place.cassette, reader));
  });

  // What the page asks for when it hears that there is more: rows as HTML, counts as attributes of their table.
  app.get('/traffic/rows', (c) => {
    const cassette = ui.library.named(c.req.query('cassette') ?? '');
    return withReader(cassette, async (reader) => {
      const session = reader.session(c.req.query('session'));
      const filter = parseTrafficFilter(c.req.query('q') ?? '');
      const from = wholeNumber(c.req.query('from')) ?? 0;
      const wanted = (c.req.query('only') ?? '').split(',').flatMap((text) => wholeNumber(text) ?? []);
      const only = wanted
        .slice(0, pageRows)
        .flatMap((position) => reader.summaries(session.id, { from: position, limit: 1 }));
      const matches = isFiltered(c) && filter.ok ? filter.matches : undefined;
      const limit = Math.min(pageRows, wholeNumber(c.req.query('limit')) ?? pageRows);
      const request = { sessionId: session.id, from, countFrom: from, matches, limit };
      const { rows, next, matching } = await scanTraffic(reader, request);
      return c.html(
        html`<!doctype html>${(
            <table id="list" data-next={next} data-rest={matching} data-total={session.exchangeCount}>
              <TrafficRows cassette={cassette.name} rows={[...only, ...rows]} writer={writerOf(reader)} />
            </table>
          )}`,
      );
    });
  });
}

async function withReader(
  cassette: KnownCassette,
  work: (reader: CassetteReader) => Promise<Response>,
): Promise<Response> {
  const reader = CassetteReader.open(cassette.path);
  try {
    return await work(reader);
  } finally {
    reader.close();
  }
}

/** The cassette asked for, else the one being recorded, else the one recorded last. */
function placeOf(c: Context, ui: UiContext): { cassette: KnownCassette } | undefined {
  const name = c.req.query('cassette');
  if (name !== undefined) return { cassette: ui.library.named(name) };
  const live = ui.options.feed?.status();
  const recorded = live && ui.library.at(live.cassettePath);
  if (recorded) return { cassette: recorded };
  const newest = newestSession(ui.library);
  return newest && { cassette: newest.cassette };
}

function isFiltered(c: Context): boolean {
  return (c.req.query('q') ?? '').trim() !== '';
}

async function trafficPage(
  c: Context,
  ui: UiContext,
  cassette: KnownCassette,
  reader: CassetteReader,
): Promise<Response> {
  const session = reader.session(c.req.query('session'));
  const q = c.req.query('q') ?? '';
  const filter = parseTrafficFilter(q);
  const matches = isFiltered(c) && filter.ok ? filter.matches : undefined;
  const writer = writerOf(reader);
  const isOpen = session.endedAt === undefined && writer === 'alive';
  // A session that is being recorded opens at its end, a finished one at its beginning.
  const tail = isOpen && !matches ? Math.max(0, session.exchangeCount - pageRows) : 0;
  const from = wholeNumber(c.req.query('from')) ?? tail;
  const request = { sessionId: session.id, from, countFrom: 0, matches, limit: pageRows };
  const scanned = await scanTraffic(reader, request);
  const at = wholeNumber(c.req.query('at'));
  const selected = at === undefined ? undefined : reader.exchange(session.id, at);
  return renderPage(
    c,
    ui,
    { title: `Traffic of ${cassette.name}`, section: 'traffic', width: 'wide' },
    <div id="traffic" class={selected ? 'traffic has-pane' : 'traffic'}>
      <TrafficList
        cassette={cassette.name}
        session={session}
        sessions={reader.sessions()}
        q={q}
        problem={filter.ok ? undefined : filter.problem}
        from={from}
        scanned={scanned}
        writer={writer}
        at={selected?.position}
      />
      <aside id="pane" class="pane" aria-label="The exchange chosen in the list">
        {selected
          ? exchangeArticle({
              reader,
              cassette,
              session,
              exchange: selected,
              whole: undefined,
              messagesFrom: 0,
              writer,
            })
          : null}
      </aside>
    </div>,
  );
}
