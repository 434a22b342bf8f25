import type { Hono } from 'hono';
import { html } from 'hono/html';
import { apiHandlers } from '../api-handlers.ts';
import { apiOperations, apiRoot } from '../api-operations.ts';
import { LiveFacts } from '../shell.tsx';
import type { UiContext } from '../ui-context.ts';

/** The API for programs (`/api/v1`, bearer token), and the status line of the pages. */
export function apiRoutes(app: Hono, ui: UiContext): void {
  for (const { id, method, path } of apiOperations) {
    const pattern = `${apiRoot}${path.replace(/\{(\w+)\}/g, ':$1')}`;
    app.on(method, pattern, (c) => apiHandlers[id](c, ui));
  }

  app.get('/status', (c) => {
    const live = ui.options.feed?.status();
    return c.html(
      html`<!doctype html>${(
          <span id="status" class="status-facts">
            {live === undefined ? null : <LiveFacts live={live} />}
          </span>
        )}`,
    );
  });
}
