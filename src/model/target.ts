import { AppError } from '../base/errors.ts';

/** A server that requests are sent to: the real one behind a proxy, or the one a run judges. */
export interface Target {
  readonly name: string;
  /** Origin and base path, no trailing slash: what the cassette and messages show. */
  readonly url: string;
  readonly origin: string;
  readonly protocol: 'http:' | 'https:';
  /** For connecting: an IPv6 address without brackets. */
  readonly hostname: string;
  readonly port: number;
  /** For the Host header: the port only when it is not the scheme's own. */
  readonly authority: string;
  /** Prepended to every request's path; empty or `/like/this`. */
  readonly basePath: string;
}

/** A target as given by a person. Throws TARGET_INVALID, never showing credentials. */
export function parseTarget(text: string, name = 'default'): Target {
  const shown = text.replace(/\/\/[^/@]*@/, '//');
  const invalid = (problem: string): AppError => new AppError('TARGET_INVALID', { target: shown, problem });
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) throw invalid('it has no scheme');
  const url = URL.parse(text);
  if (!url) throw invalid('it is not a URL');
  if (url.protocol !== 'http:' && url.protocol !== 'https:')
    throw invalid(`scheme ${url.protocol} is not http or https`);
  if (url.username !== '' || url.password !== '') {
    throw invalid('it contains credentials; they belong into the Authorization header of the requests');
  }
  if (url.search !== '' || url.hash !== '') throw invalid('a query or fragment cannot be put before a path');
  const basePath = url.pathname.replace(/\/+$/, '');
  const defaultPort = url.protocol === 'https:' ? 443 : 80;
  return {
    name,
    url: `${url.origin}${basePath}`,
    origin: url.origin,
    protocol: url.protocol,
    hostname: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? defaultPort : Number(url.port),
    authority: url.host,
    basePath,
  };
}

/**
 * The request target for the server: the client's bytes behind the base path. The authority of an absolute-form target
 * (RFC 9112 §3.2.2) is ours, not the server's, and goes.
 */
export function upstreamPath(target: Pick<Target, 'basePath'>, requestTarget: string): string {
  const path = originForm(requestTarget);
  return path === '*' ? path : `${target.basePath}${path}`;
}

/** Path and query of a request target in whatever form it came. */
export function originForm(requestTarget: string): string {
  if (requestTarget.startsWith('/') || requestTarget === '*') return requestTarget;
  const rest = /^[a-z][a-z0-9+.-]*:\/\/[^/?#]*(.*)$/is.exec(requestTarget)?.[1] ?? requestTarget;
  return rest.startsWith('/') ? rest : `/${rest}`;
}

/**
 * The server behind `host` or `host:port`, as a request through a forward proxy names it; its name is `host:port`, always
 * with the port. Undefined when that is no authority (RFC 3986 §3.2).
 */
export function originTarget(scheme: 'http' | 'https', authority: string): Target | undefined {
  // The URL parser would take a path, a query or credentials along.
  if (!/^(?:\[[\da-f:.]+\]|[^\s/?#@:[\]\\]+)(?::\d{1,5})?$/i.test(authority)) return undefined;
  const url = URL.parse(`${scheme}://${authority}`);
  if (!url || url.hostname === '') return undefined;
  const target = parseTarget(url.origin);
  return { ...target, name: `${url.hostname}:${target.port}` };
}
