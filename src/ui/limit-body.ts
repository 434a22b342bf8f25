import type { Context, MiddlewareHandler } from 'hono';

/**
 * Refuses bodies over `maxBytes`. Hono's own makes a request of a request, which Node refuses unless the global classes
 * are replaced; those are the program's that may have started us.
 */
export function limitBody(maxBytes: number, tooLarge: (c: Context) => Response): MiddlewareHandler {
  return async (c, next) => {
    const { headers, method, url, body } = c.req.raw;
    if (headers.has('content-length') && !headers.has('transfer-encoding')) {
      return Number(headers.get('content-length')) > maxBytes ? tooLarge(c) : next();
    }
    if (!body) return next();
    const pieces: Uint8Array[] = [];
    let size = 0;
    for await (const piece of body) {
      size += piece.length;
      if (size > maxBytes) return tooLarge(c);
      pieces.push(piece);
    }
    c.req.raw = new Request(url, { method, headers, body: size === 0 ? null : Buffer.concat(pieces) });
    return next();
  };
}
