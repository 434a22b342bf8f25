import { Hono } from 'hono';
import { type Access, checkHost, checkToken, secureHeaders } from './access.ts';
import type { UiOptions } from './ui-options.ts';

/** The UI as a fetch handler, so that tests can ask it without a socket. */
export interface UiApp {
  readonly app: Hono;
  /** Ends open event streams and timers. */
  readonly close: () => void;
}

export function createApp(options: UiOptions, access: Access): UiApp {
  const app = new Hono();
  app.use(secureHeaders(), checkHost(access), checkToken(access));
  app.get('/api/v1/status', (c) =>
    c.json({ schema: 'retake.status/1', version: options.toolVersion, live: options.feed?.status() ?? null }),
  );
  return { app, close: () => {} };
}
