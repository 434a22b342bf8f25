import { headerValue, headerValues, type RawHeaders, withHeader } from '../model/headers.ts';
import { maxHeaderCount } from './limits.ts';

/**
 * Concern one connection only (RFC 9110 §7.6.1). `transfer-encoding`, `te` and `trailer` are decided case by case; what
 * proxies and clients tell each other to prove who they are passes through a proxy that asks for no proof (§11.7).
 */
export const connectionOnly: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'upgrade',
  'http2-settings',
]);

/** A `Connection` header that names one of these would change what the message means: it is not obeyed. */
const neverNamed: ReadonlySet<string> = new Set([
  'host',
  'content-length',
  'content-type',
  'content-encoding',
  'transfer-encoding',
  'te',
  'trailer',
  'close',
]);

/** A request that we do not pass on, because two readers could understand it differently. */
export interface Refusal {
  readonly status: 400 | 431;
  readonly code: string;
  readonly detail: string;
}

/**
 * Why a request head is refused, or undefined. Node's parser has already refused what breaks the grammar; these are
 * the heads it lets through although receivers disagree on them (RFC 9112 §3.2, §6.1, §11.2).
 */
export function refusalOf(request: {
  readonly httpVersion: string;
  readonly rawHeaders: RawHeaders;
  /** Of HTTP/2 requests only. */
  readonly endsWithHead?: boolean;
}): Refusal | undefined {
  const { rawHeaders, httpVersion } = request;
  if (rawHeaders.length > 2 * maxHeaderCount) {
    const detail = `the request has ${rawHeaders.length / 2} header lines; the limit is ${maxHeaderCount}`;
    return { status: 431, code: 'too-many-headers', detail };
  }
  const { hosts, lengths, codings } = framingOf(rawHeaders);
  if (hosts === 0 && httpVersion === '1.1') {
    return { status: 400, code: 'bad-request', detail: 'the request has no Host header' };
  }
  if (hosts > 1) {
    // In HTTP/2 also one that differs from `:authority` (RFC 9113 §8.3.1).
    return ambiguous('it has more than one Host header');
  }
  // Frames mark the ends in HTTP/2, and Node refuses heads that break its rules.
  if (request.endsWithHead !== undefined) return undefined;
  if (httpVersion !== '1.1' && httpVersion !== '1.0') {
    return ambiguous(`HTTP/${httpVersion} is not spoken here; use HTTP/1.1`);
  }
  if (lengths > 1) return ambiguous('it has more than one Content-Length');
  if (codings === 0) return undefined;
  if (httpVersion === '1.0') return ambiguous('Transfer-Encoding does not exist in HTTP/1.0');
  if (codings > 1) return ambiguous('it has more than one Transfer-Encoding header');
  const coding = headerValue(rawHeaders, 'transfer-encoding') ?? '';
  if (coding.trim().toLowerCase() !== 'chunked') return ambiguous(`Transfer-Encoding ${coding} is not "chunked"`);
  if (lengths > 0) {
    return ambiguous('it has both Content-Length and Transfer-Encoding');
  }
  return undefined;
}

/** How many there are of the headers that say where a request goes and where it ends; every request is asked. */
function framingOf(raw: RawHeaders): { readonly hosts: number; readonly lengths: number; readonly codings: number } {
  let hosts = 0;
  let lengths = 0;
  let codings = 0;
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const name = raw[i]!;
    // Few names have one of these lengths, so that few are put into lower case.
    if (name.length === 4 && name.toLowerCase() === 'host') hosts += 1;
    else if (name.length === 14 && name.toLowerCase() === 'content-length') lengths += 1;
    else if (name.length === 17 && name.toLowerCase() === 'transfer-encoding') codings += 1;
  }
  return { hosts, lengths, codings };
}

function ambiguous(detail: string): Refusal {
  return { status: 400, code: 'ambiguous-request', detail: `the request is ambiguous: ${detail}` };
}

/**
 * The headers upstream gets: order, case and duplicates kept, the connection's own taken out. Host becomes `authority`
 * in place, or stays with `undefined`.
 */
export function headersForUpstream(raw: RawHeaders, authority: string | undefined): string[] {
  const named = namedByConnection(raw);
  const passed: string[] = [];
  let hasHost = false;
  let wantsTrailers = false;
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const name = raw[i]!.toLowerCase();
    if (connectionOnly.has(name) || named?.has(name)) continue;
    if (name === 'te') {
      // The only coding that may cross us: trailers are passed on, compressed transfer codings are not.
      if (!wantsTrailers && /(^|,)\s*trailers\s*(,|$)/i.test(raw[i + 1]!)) {
        wantsTrailers = true;
        passed.push(raw[i]!, 'trailers');
      }
      continue;
    }
    if (name === 'host') {
      hasHost = true;
      passed.push(raw[i]!, authority ?? raw[i + 1]!);
      continue;
    }
    passed.push(raw[i]!, raw[i + 1]!);
  }
  if (!hasHost && authority !== undefined) passed.unshift('Host', authority);
  if (wantsTrailers) passed.push('Connection', 'TE');
  return passed;
}

/**
 * The authority that Host shall name; undefined leaves the client's in place. Where the request target names one itself
 * it counts and Host does not (RFC 9112 §3.2.2), or two readers could send the request to two places.
 */
export function authorityFor(
  { url, rawHeaders }: { readonly url: string; readonly rawHeaders: RawHeaders },
  host: 'target' | 'client',
  target: { readonly authority: string },
): string | undefined {
  const named = headerValue(rawHeaders, 'host');
  // A client of HTTP/1.0 need not send Host; what we pass on is HTTP/1.1 (RFC 9112 §3.2).
  if (host === 'target' || named === undefined) return target.authority;
  const [, scheme, asked] = /^(https?):\/\/(?:[^/?#@]*@)?([^/?#]+)/i.exec(url) ?? [];
  if (scheme === undefined || asked === undefined) return undefined;
  const plain = (authority: string): string => URL.parse(`${scheme}://${authority}`)?.host ?? authority;
  return plain(named) === plain(asked) ? undefined : asked;
}

/**
 * Absolute-form is for proxies, which is us: what proves who the client is ends here (RFC 9110 §11.7.2), and is not for
 * a cassette either.
 */
export function withoutProxyCredentials(requestTarget: string, headers: RawHeaders): RawHeaders {
  const isForProxy = !requestTarget.startsWith('/') && requestTarget !== '*';
  const name = 'proxy-authorization';
  return isForProxy && headerValue(headers, name) !== undefined ? withHeader(headers, name, undefined) : headers;
}

/** The same for a request to switch protocols: `Upgrade` and its place in `Connection` belong to what is asked. */
export function headersForUpgrade(raw: RawHeaders, authority: string | undefined): string[] {
  const passed = headersForUpstream(raw, authority);
  for (const protocol of headerValues(raw, 'upgrade')) passed.push('Upgrade', protocol);
  passed.push('Connection', 'Upgrade');
  return passed;
}

/** May the client switch protocols with this request? HTTP/2 in clear text would bypass everything we promise. */
export function isUpgradable(request: {
  readonly method?: string | undefined;
  readonly rawHeaders: RawHeaders;
}): boolean {
  const protocols = headerValues(request.rawHeaders, 'upgrade').join(',').toLowerCase();
  const hasBody =
    headerValue(request.rawHeaders, 'transfer-encoding') !== undefined ||
    (headerValue(request.rawHeaders, 'content-length') ?? '0') !== '0';
  return request.method === 'GET' && !hasBody && !/(^|,)\s*(h2c?|tls|http)\b/.test(protocols);
}

/** What decides how a response can be framed towards the client. */
export interface ClientSide {
  readonly httpVersion: string;
}

/** The headers the client gets: upstream's without the connection's own; transfer codings only where they may stand. */
export function headersForClient(raw: RawHeaders, status: number, client: ClientSide): string[] {
  const named = namedByConnection(raw);
  const chunkedAllowed = client.httpVersion !== '1.0' && status !== 204 && status !== 304;
  const isChunked = headerValue(raw, 'transfer-encoding') !== undefined;
  const passed: string[] = [];
  for (let i = 0; i + 1 < raw.length; i += 2) {
    const name = raw[i]!.toLowerCase();
    if (connectionOnly.has(name) || named?.has(name) || name === 'te') continue;
    if (name === 'transfer-encoding') {
      if (chunkedAllowed) passed.push(raw[i]!, raw[i + 1]!);
      continue;
    }
    if (name === 'trailer' && !(isChunked && chunkedAllowed)) continue;
    passed.push(raw[i]!, raw[i + 1]!);
  }
  return passed;
}

/** What `Connection` names besides, as far as it is obeyed. */
export function namedByConnection(raw: RawHeaders): Set<string> | undefined {
  let named: Set<string> | undefined;
  for (const value of headerValues(raw, 'connection')) {
    for (const token of value.split(',')) {
      const name = token.trim().toLowerCase();
      if (name !== '' && name !== 'keep-alive' && !neverNamed.has(name)) (named ??= new Set()).add(name);
    }
  }
  return named;
}
