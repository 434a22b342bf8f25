import type { Hono } from 'hono';
import { html } from 'hono/html';
import { readSessions } from '../newest-session.ts';
import { LiveFacts } from '../shell.tsx';
import type { UiContext } from '../ui-context.ts';

/** The API for programs (`/api/v1`, bearer token), and the event stream and status line of the pages. */
export function apiRoutes(app: Hono, ui: UiContext): void {
  const { options } = ui;

  app.get('/api/v1/status', (c) =>
    c.json({ schema: 'retake.status/1', version: options.toolVersion, live: options.feed?.status() ?? null }),
  );

  app.get('/api/v1/sessions', (c) =>
    c.json({
      schema: 'retake.sessions/1',
      cassettes: readSessions(ui.library).map((facts) => ({
        name: facts.cassette.name,
        path: facts.cassette.path,
        ...('problem' in facts
          ? { error: { code: facts.problem.code, message: facts.problem.message, hint: facts.problem.hint } }
          : {
              sessions: facts.sessions.map((session) => ({
                name: session.name,
                startedAt: new Date(session.startedAt).toISOString(),
                endedAt: session.endedAt === undefined ? null : new Date(session.endedAt).toISOString(),
                targets: session.targets,
                exchanges: session.exchangeCount,
                incomplete: session.incomplete ?? null,
              })),
            }),
      })),
    }),
  );

  app.get('/api/v1/events', (c) => ui.hub.stream(c));

  app.get('/status', (c) => {
    const live = options.feed?.status();
    return c.html(
      html`<!doctype html>${(
          <span id="status" class="status-facts">
            {live === undefined ? null : <LiveFacts live={live} />}
          </span>
        )}`,
    );
  });
}
