import type { OutgoingHttpHeaders } from 'node:http2';
import { headerValues, type RawHeaders } from '../model/headers.ts';
import { connectionOnly, namedByConnection } from './passed-headers.ts';

/**
 * Headers as HTTP/2 carries them: names in lower case, order and duplicates kept, without what belongs to an HTTP/1.x
 * connection (RFC 9113 §8.2.2). `te` stays only as `trailers`.
 */
export function http2Headers(raw: RawHeaders): string[] {
  const named = namedByConnection(raw);
  const passed: string[] = [];
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const name = raw[i]!.toLowerCase();
    const value = raw[i + 1]!;
    if (connectionOnly.has(name) || name === 'transfer-encoding' || named?.has(name)) continue;
    if (name === 'te') {
      if (/(^|,)\s*trailers\s*(,|;|$)/i.test(value)) passed.push('te', 'trailers');
      continue;
    }
    passed.push(name, value);
  }
  return passed;
}

/** The same in the one shape Node takes trailers and interim answers in: equal names together. */
export function http2HeaderObject(raw: RawHeaders): OutgoingHttpHeaders {
  const headers = Object.create(null) as Record<string, string | string[]>;
  const passed = http2Headers(raw);
  for (let i = 0; i + 1 < passed.length; i += 2) {
    const name = passed[i]!;
    const held = headers[name];
    if (held === undefined) headers[name] = passed[i + 1]!;
    else if (typeof held === 'string') headers[name] = [held, passed[i + 1]!];
    else held.push(passed[i + 1]!);
  }
  return headers;
}

/** A request head for HTTP/2: `:authority` stands for Host (RFC 9113 §8.3.1). */
export function http2RequestHead(head: {
  readonly method: string;
  readonly scheme: string;
  readonly path: string;
  readonly headers: RawHeaders;
}): string[] {
  const list = [':method', head.method, ':scheme', head.scheme, ':path', head.path];
  const passed = http2Headers(head.headers);
  let authority: string | undefined;
  const rest: string[] = [];
  for (let i = 0; i + 1 < passed.length; i += 2) {
    if (passed[i] === 'host') authority ??= passed[i + 1]!;
    else rest.push(passed[i]!, passed[i + 1]!);
  }
  if (authority !== undefined) list.push(':authority', authority);
  return [...list, ...rest];
}

/** Cookies that HTTP/2 may split are one header in HTTP/1.x (RFC 9113 §8.2.3); it stands where the first one stood. */
export function withJoinedCookies(raw: RawHeaders): RawHeaders {
  const cookies = headerValues(raw, 'cookie');
  if (cookies.length < 2) return raw;
  const joined: string[] = [];
  let isPlaced = false;
  for (let i = 0; i + 1 < raw.length; i += 2) {
    if (raw[i]!.toLowerCase() !== 'cookie') joined.push(raw[i]!, raw[i + 1]!);
    else if (!isPlaced) {
      isPlaced = true;
      joined.push(raw[i]!, cookies.join('; '));
    }
  }
  return joined;
}

export function withoutPseudo(raw: RawHeaders): string[] {
  const headers: string[] = [];
  for (let i = 0; i + 1 < raw.length; i += 2) if (!raw[i]!.startsWith(':')) headers.push(raw[i]!, raw[i + 1]!);
  return headers;
}
