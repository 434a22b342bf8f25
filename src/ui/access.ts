import type { Context, MiddlewareHandler } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';
import { createHash, timingSafeEqual } from 'node:crypto';
import { networkInterfaces } from 'node:os';
import { isIP } from 'node:net';
import { apiProblem } from './api-problem.ts';
import { problemPage } from './problem.tsx';
import { localPath } from './request-values.ts';

/** Who may talk to this UI: holders of the token, under one of our own names, from our own pages. */
export interface Access {
  readonly token: string;
  /** Allowed values of `Host`, lower case, port included. */
  readonly hosts: ReadonlySet<string>;
  /** Cookies ignore ports, so the name carries it: two UIs on one machine must not log each other out. */
  readonly cookieName: string;
}

export interface AccessOptions {
  readonly token: string;
  readonly host: string;
  readonly port: number;
  /** Further names under which the UI may be reached, with or without a port. */
  readonly allowedHosts: readonly string[];
}

const loopbackNames = ['127.0.0.1', '[::1]', 'localhost'];

export function accessFor(options: AccessOptions): Access {
  const names = [...loopbackNames, bracketed(options.host)];
  if (options.host === '0.0.0.0' || options.host === '::') {
    // Only address literals: a foreign name that resolves to us (DNS rebinding) never matches one.
    for (const addresses of Object.values(networkInterfaces())) {
      for (const { address } of addresses ?? []) names.push(bracketed(address.replace(/%.*$/, '')));
    }
  }
  const hosts = new Set(names.map((name) => `${name.toLowerCase()}:${options.port}`));
  for (const name of options.allowedHosts) {
    const lower = name.toLowerCase();
    hosts.add(lower);
    if (!/:\d+$/.test(lower)) hosts.add(`${lower}:${options.port}`);
  }
  // Browsers leave the default port away.
  if (options.port === 80) for (const name of names) hosts.add(name.toLowerCase());
  return { token: options.token, hosts, cookieName: `retake_${options.port}` };
}

function bracketed(host: string): string {
  return isIP(host) === 6 ? `[${host}]` : host;
}

/** Compares without telling by its time how much of the token was right. */
function isToken(given: string, token: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(given), digest(token));
}

/**
 * The first thing every request meets (reliability: Host check before routing). 400 for a request whose authority is
 * ambiguous, 421 for a name that is not ours: a page on the web cannot reach us by DNS rebinding.
 */
export function checkHost(access: Access): MiddlewareHandler {
  return async (c, next) => {
    const incoming = (c.env as { incoming?: { rawHeaders: string[]; url?: string } } | undefined)?.incoming;
    if (incoming) {
      const hosts = incoming.rawHeaders.filter((name, index) => index % 2 === 0 && name.toLowerCase() === 'host');
      if (hosts.length !== 1 || !incoming.url?.startsWith('/')) return c.text('ambiguous request target\n', 400);
    }
    const host = c.req.header('host')?.toLowerCase();
    if (host === undefined || !access.hosts.has(host)) {
      return c.text(
        'this is not a name of the Retake UI; open the URL it printed, or add the name with --ui-allowed-host\n',
        421,
      );
    }
    await next();
    return undefined;
  };
}

/**
 * Lets in who shows the token: once in the URL (answered with a cookie and a redirect to the URL without it), by that
 * cookie, or as `Authorization: Bearer` for programs.
 */
export function checkToken(access: Access): MiddlewareHandler {
  return async (c, next) => {
    const url = new URL(c.req.url);
    const given = url.searchParams.get('token');
    if (given !== null) {
      if (!isToken(given, access.token)) return denied(c, 403);
      setCookie(c, access.cookieName, access.token, { httpOnly: true, sameSite: 'Strict', path: '/' });
      url.searchParams.delete('token');
      return c.redirect(localPath(`${url.pathname}${url.search}`), 303);
    }
    const authorization = c.req.header('authorization');
    if (authorization !== undefined) {
      const bearer = /^Bearer (.+)$/i.exec(authorization);
      if (!bearer || !isToken(bearer[1]!, access.token)) return denied(c, 401);
    } else {
      const cookie = getCookie(c, access.cookieName);
      if (cookie === undefined || !isToken(cookie, access.token)) return denied(c, isApi(c) ? 401 : 403);
      if (c.req.method !== 'GET' && c.req.method !== 'HEAD') {
        const problem = crossSiteProblem(c);
        if (problem !== undefined) return isApi(c) ? crossSite(c, problem) : c.text(`${problem}\n`, 403);
      }
    }
    await next();
    return undefined;
  };
}

function isApi(c: Context): boolean {
  return c.req.path.startsWith('/api/');
}

/** A write that rests on the cookie must come from a page of ours. */
function crossSiteProblem(c: Context): string | undefined {
  const site = c.req.header('sec-fetch-site');
  if (site !== undefined) return site === 'same-origin' ? undefined : 'writes are taken from this UI only';
  const origin = c.req.header('origin');
  if (origin === undefined) return 'writes need an Origin';
  return origin.toLowerCase() === `http://${c.req.header('host')!.toLowerCase()}`
    ? undefined
    : 'writes are taken from this UI only';
}

function crossSite(c: Context, message: string): Response {
  const hint = 'programs send Authorization: Bearer <token> instead of the cookie';
  return apiProblem(c, { status: 403, code: 'CROSS_SITE', message, hint });
}

function denied(c: Context, status: 401 | 403): Response | Promise<Response> {
  if (isApi(c)) {
    c.header('WWW-Authenticate', 'Bearer realm="retake"');
    const hint = 'send Authorization: Bearer <token>; the token is in the printed URL and in the ready file';
    return apiProblem(c, { status: 401, code: 'TOKEN_NEEDED', message: 'this needs the token of this UI', hint });
  }
  return problemPage(c, {
    status,
    title: 'This window has no access yet',
    text: 'Open the URL that Retake printed in the terminal: it carries a token that is valid until Retake stops.',
    hint: 'If you came from a link on another site and have opened that URL before, load this page again.',
    retry: c.req.path,
  });
}

const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' blob:",
  "connect-src 'self'",
  "worker-src 'self'",
  "frame-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  // One policy, which accepts only our worker's URL: with 'none' a SharedWorker cannot start.
  'trusted-types retake-worker',
].join('; ');

/** Headers of every answer. A route that serves recorded bytes sets a stricter policy of its own. */
export function secureHeaders(): MiddlewareHandler {
  return async (c, next) => {
    await next();
    const { headers } = c.res;
    if (!headers.has('content-security-policy')) headers.set('content-security-policy', contentSecurityPolicy);
    if (!headers.has('cache-control')) headers.set('cache-control', 'no-store');
    headers.set('x-content-type-options', 'nosniff');
    headers.set('referrer-policy', 'no-referrer');
    headers.set('cross-origin-opener-policy', 'same-origin');
    headers.set('cross-origin-resource-policy', 'same-origin');
    headers.set('permissions-policy', 'camera=(), geolocation=(), microphone=(), payment=(), usb=()');
  };
}
