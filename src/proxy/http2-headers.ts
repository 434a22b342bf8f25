import type { OutgoingHttpHeaders } from 'node:http2';
import type { RawHeaders } from '../model/headers.ts';

/** Belong to an HTTP/1.x connection and must not appear in HTTP/2 (RFC 9113 §8.2.2). */
const connectionHeaders: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'transfer-encoding',
  'upgrade',
]);

/**
 * Headers in the shape Node's HTTP/2 takes: names in lower case, equal names together in the order of their values.
 * `te` stays only as `trailers`.
 */
export function headersForHttp2(raw: RawHeaders): OutgoingHttpHeaders {
  const named = namedByConnection(raw);
  const headers = Object.create(null) as Record<string, string | string[]>;
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const name = raw[i]!.toLowerCase();
    const value = raw[i + 1]!;
    if (connectionHeaders.has(name) || named?.has(name)) continue;
    if (name === 'te') {
      if (/(^|,)\s*trailers\s*(,|;|$)/i.test(value)) headers['te'] = 'trailers';
      continue;
    }
    const held = headers[name];
    if (held === undefined) headers[name] = value;
    else if (typeof held === 'string') headers[name] = [held, value];
    else held.push(value);
  }
  return headers;
}

function namedByConnection(raw: RawHeaders): Set<string> | undefined {
  let named: Set<string> | undefined;
  for (let i = 0; i + 1 < raw.length; i += 2) {
    if (raw[i]!.toLowerCase() !== 'connection') continue;
    for (const token of raw[i + 1]!.split(',')) {
      const name = token.trim().toLowerCase();
      if (name !== 'te' && name !== 'trailer') (named ??= new Set()).add(name);
    }
  }
  return named;
}
