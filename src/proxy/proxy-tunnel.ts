import type net from 'node:net';
import { proxyErrno } from './hop-failure.ts';
import type { Endpoint } from './upstream-settings.ts';
import type { UpstreamProxy } from './upstream-proxy.ts';

/** No proxy has more to say in an answer to CONNECT. */
const maxAnswerBytes = 64 * 1024;

/**
 * Asks a proxy for a tunnel to a server (CONNECT, RFC 9110 §9.3.6) and resolves when the socket leads there. Rejects with
 * `proxyErrno` and words when the proxy refuses.
 */
export async function openTunnel(socket: net.Socket, target: Endpoint, proxy: UpstreamProxy): Promise<void> {
  const authority = `${target.hostname.includes(':') ? `[${target.hostname}]` : target.hostname}:${target.port}`;
  const lines = [`CONNECT ${authority} HTTP/1.1`, `Host: ${authority}`];
  if (proxy.authorization !== undefined) lines.push(`Proxy-Authorization: ${proxy.authorization}`);
  socket.write(`${lines.join('\r\n')}\r\n\r\n`, 'latin1');
  const statusLine = await readAnswer(socket);
  const status = Number(/^HTTP\/1\.[01] (\d{3})/.exec(statusLine)?.[1] ?? 0);
  if (status < 200 || status > 299) throw proxyRefusal(status);
}

/** An error that says what a proxy's answer of this status means; 0 for an answer that is not HTTP. */
export function proxyRefusal(status: number): Error {
  return Object.assign(new Error(wordsOf(status)), { code: proxyErrno });
}

function wordsOf(status: number): string {
  switch (status) {
    case 0:
      return 'did not answer in HTTP: is it a proxy?';
    case 407:
      return 'asks for a password (407): give it in --upstream-proxy http://USER:PASSWORD@HOST:PORT';
    case 502:
    case 503:
    case 504:
      return `could not reach it (${status})`;
    default:
      return `refused to connect to it (${status})`;
  }
}

/** The status line of the final answer. What comes behind its head stays in the socket. */
function readAnswer(socket: net.Socket): Promise<string> {
  return new Promise((resolve, reject) => {
    let seen = Buffer.alloc(0);
    const settle = (done: () => void): void => {
      socket.off('readable', onReadable);
      socket.off('error', onError);
      socket.off('end', onEnd);
      socket.off('close', onEnd);
      done();
    };
    const onError = (error: Error): void => settle(() => reject(error));
    const onEnd = (): void => {
      settle(() => reject(Object.assign(new Error('closed the connection'), { code: 'ECONNRESET' })));
    };
    const onReadable = (): void => {
      for (;;) {
        const chunk = socket.read() as Buffer | null;
        if (!chunk) return;
        seen = Buffer.concat([seen, chunk]);
        let end = seen.indexOf('\r\n\r\n');
        // Interim answers come before the one that counts.
        while (end !== -1 && /^HTTP\/1\.\d 1\d\d/.test(seen.toString('latin1', 0, 12))) {
          seen = seen.subarray(end + 4);
          end = seen.indexOf('\r\n\r\n');
        }
        if (end === -1 && seen.length <= maxAnswerBytes) continue;
        settle(() => {
          if (end !== -1 && seen.length > end + 4) socket.unshift(seen.subarray(end + 4));
          resolve(seen.toString('latin1', 0, Math.max(0, seen.indexOf('\r\n'))));
        });
        return;
      }
    };
    socket.on('readable', onReadable);
    socket.on('error', onError);
    socket.on('end', onEnd);
    socket.on('close', onEnd);
  });
}
