import { getRequestListener } from '@hono/node-server';
import { randomBytes } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, isIP } from 'node:net';
import { AppError, problemOf } from '../base/errors.ts';
import { accessFor } from './access.ts';
import { createApp } from './app.tsx';
import type { RunningUi, UiOptions } from './ui-options.ts';

/**
 * Serves the review UI and its API on a listener of its own.
 *
 * @throws AppError PORT_IN_USE, LISTEN_FAILED
 */
export async function serveUi(options: UiOptions): Promise<RunningUi> {
  const token = options.token ?? randomBytes(32).toString('base64url');
  const server = createServer();
  const port = await listen(server, options);
  const access = accessFor({ token, host: options.host, port, allowedHosts: options.allowedHosts ?? [] });
  const ui = createApp(options, access);
  const listener = getRequestListener(ui.app.fetch, { overrideGlobalObjects: false });
  server.on('request', (request, response) => void listener(request, response));
  const url = `http://${urlHost(options.host)}:${port}`;
  return {
    url,
    token,
    openUrl: `${url}/?token=${token}`,
    close: async () => {
      await ui.close();
      const closed = new Promise((resolve) => server.close(resolve));
      server.closeAllConnections();
      await closed;
    },
  };
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
