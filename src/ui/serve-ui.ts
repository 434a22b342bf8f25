import { randomBytes } from 'node:crypto';
import { createServer, type RequestListener, type Server } from 'node:http';
import { type AddressInfo, isIP } from 'node:net';
import { AppError, problemOf } from '../base/errors.ts';
import { type Access, accessFor } from './access.ts';
import type { UiApp } from './app.tsx';
import type { RunningUi, UiOptions } from './ui-options.ts';

/**
 * Serves the review UI and its API on a listener of its own. The pages are loaded at the first request: beside a proxy
 * they must not delay its first answer.
 *
 * @throws AppError PORT_IN_USE, LISTEN_FAILED
 */
export async function serveUi(options: UiOptions): Promise<RunningUi> {
  const token = options.token ?? randomBytes(32).toString('base64url');
  const server = createServer();
  const port = await listen(server, options);
  const access = accessFor({ token, host: options.host, port, allowedHosts: options.allowedHosts ?? [] });
  let loaded: Promise<LoadedUi> | undefined;
  server.on('request', (request, response) => {
    loaded ??= loadUi(options, access);
    loaded.then(
      ({ listener }) => listener(request, response),
      (problem: unknown) => {
        options.log.error(`the review UI cannot be loaded: ${problemOf(problem)}`);
        response.destroy();
      },
    );
  });
  const url = `http://${urlHost(options.host)}:${port}`;
  return {
    url,
    token,
    openUrl: `${url}/?token=${token}`,
    close: async () => {
      await loaded?.then(
        ({ app }) => app.close(),
        () => {},
      );
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
}

interface LoadedUi {
  readonly app: UiApp;
  readonly listener: RequestListener;
}

async function loadUi(options: UiOptions, access: Access): Promise<LoadedUi> {
  const [{ getRequestListener }, { createApp }] = await Promise.all([import('@hono/node-server'), import('./app.tsx')]);
  const app = createApp(options, access);
  const answer = getRequestListener(app.app.fetch, { overrideGlobalObjects: false });
  return { app, listener: (request, response) => void answer(request, response) };
}

/** The host to put into a URL for this machine: a wildcard address is no place to go to. */
function urlHost(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return isIP(host) === 6 ? `[${host}]` : host;
}

function listen(server: Server, { host, port }: UiOptions): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', (problem: NodeJS.ErrnoException) => {
      const inUse = problem.code === 'EADDRINUSE';
      reject(
        new AppError(inUse ? 'PORT_IN_USE' : 'LISTEN_FAILED', { host, port, problem: problemOf(problem) }, problem),
      );
    });
    server.listen(port, host, () => resolve((server.address() as AddressInfo).port));
  });
}
