import { type Context, Hono } from 'hono';
import type { ContentfulStatusCode } from 'hono/utils/http-status';
import { type ErrorCode, toAppError } from '../base/errors.ts';
import { visible } from '../base/log.ts';
import { runsFile } from '../store/retake-folder.ts';
import { apiProblem } from './api-problem.ts';
import { type Access, checkHost, checkToken, secureHeaders } from './access.ts';
import { type Assets, loadAssets } from './assets.ts';
import { CassetteLibrary } from './cassette-library.ts';
import { LiveHub } from './live-hub.ts';
import { limitBody } from './limit-body.ts';
import { renderPage } from './page.tsx';
import { apiRoutes } from './routes/api.tsx';
import { exchangeRoutes } from './routes/exchange.tsx';
import { faultRoutes } from './routes/faults.tsx';
import { missRoutes } from './routes/misses.tsx';
import { homeRoutes } from './routes/home.tsx';
import { reviewRoutes } from './routes/review.tsx';
import { reviewPictureRoutes } from './routes/review-picture.ts';
import { reviewRuleRoutes } from './routes/review-rule.tsx';
import { rulesRoutes } from './routes/rules.tsx';
import { runTestsRoutes } from './routes/run-tests.tsx';
import { runRoutes } from './routes/runs.tsx';
import { servedRoutes } from './routes/served.tsx';
import { settingsRoutes } from './routes/settings.tsx';
import { testFileRoutes } from './routes/test-file.tsx';
import { trafficRoutes } from './routes/traffic.tsx';
import { TestJobs } from './test-jobs.ts';
import type { UiContext } from './ui-context.ts';
import type { UiOptions } from './ui-options.ts';

/** The largest form is a note of two thousand characters. */
const maxFormBytes = 64 * 1024;

/** The UI as a fetch handler, so that tests can ask it without a socket. */
export interface UiApp {
  readonly app: Hono;
  /** Ends event streams and the run under way. */
  readonly close: () => Promise<void>;
}

const routes = [
  homeRoutes,
  trafficRoutes,
  servedRoutes,
  faultRoutes,
  missRoutes,
  exchangeRoutes,
  runRoutes,
  runTestsRoutes,
  reviewRoutes,
  reviewRuleRoutes,
  reviewPictureRoutes,
  rulesRoutes,
  testFileRoutes,
  settingsRoutes,
  apiRoutes,
];

export function createApp(options: UiOptions, access: Access): UiApp {
  let assets: Assets | undefined;
  const library = new CassetteLibrary(options.folder, options.cassettePaths);
  const { runTests } = options.actions;
  const ui: UiContext = {
    options,
    library,
    assets: () => (assets ??= loadAssets()),
    hub: new LiveHub({ library, runsFile: runsFile(options.folder), feed: options.feed }),
    jobs: runTests && new TestJobs(runTests),
  };
  const unwatch = options.faults?.watch(() => ui.hub.publish({ kind: 'served' }));
  const app = new Hono();
  app.use(secureHeaders(), checkHost(access));
  // Style sheet and icon are no secret: the page that asks for the token needs them too.
  app.get('/client/:name', (c) => {
    const asset = ui.assets().named(c.req.param('name'));
    if (!asset) return c.text('no such file\n', 404);
    return c.body(new Uint8Array(asset.bytes), 200, {
      'Content-Type': asset.type,
      // The URL carries a hash of the content.
      'Cache-Control': c.req.query('v') === undefined ? 'no-cache' : 'private, max-age=31536000, immutable',
    });
  });
  app.use(checkToken(access), limitBody(maxFormBytes, tooLarge));
  for (const register of routes) register(app, ui);
  app.notFound((c) =>
    problem(
      c,
      ui,
      c.req.path.startsWith('/api/')
        ? { status: 404, message: 'there is no such operation', hint: 'see /api/v1/openapi.json' }
        : { status: 404, message: 'There is no such page', hint: 'start from the cassettes' },
    ),
  );
  app.onError((thrown, c) => {
    const error = toAppError(thrown);
    if (error.code === 'INTERNAL') options.log.error(`${c.req.method} ${c.req.path}: ${error.message}`);
    const { message, hint, code } = error;
    return problem(c, ui, { status: statusOf(code), message, hint, code });
  });
  return {
    app,
    close: async () => {
      unwatch?.();
      ui.hub.close();
      await ui.jobs?.stop();
    },
  };
}

function tooLarge(c: Context): Response {
  if (!c.req.path.startsWith('/api/')) return c.text('the form is too large\n', 413);
  const hint = `send at most ${maxFormBytes} bytes`;
  return apiProblem(c, { status: 413, code: 'TOO_LARGE', message: 'the body is too large', hint });
}

interface ShownProblem {
  readonly status: ContentfulStatusCode;
  readonly message: string;
  readonly hint: string;
  readonly code?: ErrorCode;
}

function problem(c: Context, ui: UiContext, shown: ShownProblem): Response | Promise<Response> {
  const { status, message, hint, code } = shown;
  if (c.req.path.startsWith('/api/')) {
    return apiProblem(c, { status, code: code ?? 'NOT_FOUND', message, hint });
  }
  return renderPage(
    c,
    ui,
    { title: message, section: 'none', status },
    <div class="empty">
      <h1>{visible(message)}</h1>
      <p>{visible(hint)}</p>
      {code === undefined ? null : <p>{code}</p>}
      <a class="button" href="/">
        To the cassettes
      </a>
    </div>,
  );
}

function statusOf(code: ErrorCode): ContentfulStatusCode {
  switch (code) {
    case 'CASSETTE_MISSING':
    case 'SESSION_MISSING':
    case 'EXCHANGE_MISSING':
    case 'RUN_MISSING':
      return 404;
    case 'FAULT_INVALID':
      return 400;
    case 'MODE_FORBIDDEN':
      return 403;
    case 'INTERNAL':
      return 500;
    default:
      // Whatever else is wrong, a person can do something about it.
      return 409;
  }
}
