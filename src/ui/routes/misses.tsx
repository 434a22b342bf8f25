import type { Hono } from 'hono';
import { parseAddress } from '../../model/address.ts';
import { EmptyState } from '../../views/empty-state.tsx';
import { exchangeUrl, missesUrl } from '../links.ts';
import { MissesPage } from '../misses-page.tsx';
import { renderPage } from '../page.tsx';
import { wholeNumber } from '../request-values.ts';
import type { UiContext } from '../ui-context.ts';

/** Requests that the running replay had no recording for, each with its explanation. */
export function missRoutes(app: Hono, ui: UiContext): void {
  const urlOf = (address: string): string | undefined => {
    const parsed = parseAddress(address);
    return parsed && ui.library.list().some(({ name }) => name === parsed.cassette) ? exchangeUrl(parsed) : undefined;
  };

  app.get(missesUrl, (c) => {
    const replay = ui.options.control?.replay;
    const misses = replay?.misses().missList ?? [];
    const asked = wholeNumber(c.req.query('at'));
    const at = asked === undefined || asked >= misses.length ? undefined : asked;
    return renderPage(
      c,
      ui,
      { title: 'Misses', section: 'traffic', width: 'wide' },
      replay ? (
        <MissesPage misses={misses} at={at} urlOf={urlOf} />
      ) : (
        <EmptyState title="No replay runs here">
          <h1 class="visually-hidden">Misses</h1>
          <p>Misses are shown beside the replay that had them: retake replay, or retake exec when it replays.</p>
        </EmptyState>
      ),
    );
  });
}
