import { connect } from 'node:net';
import { isLoopbackHost } from '../../model/loopback.ts';
import { type Check, fail, ok, warn } from './check.ts';

type Env = Readonly<Record<string, string | undefined>>;

const proxyNames = ['HTTP_PROXY', 'HTTPS_PROXY', 'ALL_PROXY'] as const;

/** The variables that send programs, and Retake itself, through a proxy. Only proxies on this machine are asked. */
export async function proxyChecks(env: Env): Promise<Check[]> {
  const found: Check[] = [];
  for (const name of proxyNames) {
    const { upper, lower } = bothCases(env, name);
    if (upper === undefined && lower === undefined) continue;
    if (upper !== undefined && lower !== undefined && upper !== lower) {
      const detail = `${shown(upper)}, but ${name.toLowerCase()} is ${shown(lower)}: which one counts depends on the program`;
      found.push(warn(name, detail, 'set both to the same, or unset one'));
      continue;
    }
    const check = await checkProxy(name, (lower ?? upper)!);
    found.push(
      check.state === 'ok' && name === 'HTTP_PROXY' && lower === undefined
        ? warn(name, `${check.detail}; curl reads it in lower case only`, 'set http_proxy to the same')
        : check,
    );
  }
  return found.length > 0 ? found : [ok('proxy variables', 'none is set')];
}

/** The two spellings of a variable; an empty one counts as unset. Windows knows one spelling only. */
export function bothCases(
  env: Env,
  name: string,
): { readonly upper: string | undefined; readonly lower: string | undefined } {
  return { upper: env[name] || undefined, lower: env[name.toLowerCase()] || undefined };
}

async function checkProxy(name: string, text: string): Promise<Check> {
  const url = parseProxy(text);
  if (url === undefined) {
    return fail(name, `${shown(text)} is no URL`, `set it to a URL such as http://proxy.example:3128, or unset it`);
  }
  const port = Number(url.port || defaultPort(text));
  const host = url.hostname.replace(/^\[|\]$/g, '');
  if (!isLoopbackHost(host)) return ok(name, `${shown(text)} (not on this machine, so not asked)`);
  // Every name below localhost means this machine, but not every resolver knows it without asking somebody.
  switch (await whoListens(host.endsWith('.localhost') ? 'localhost' : host, port)) {
    case 'nobody':
      return fail(
        name,
        `${shown(text)}, where nothing listens: programs that obey it reach nothing`,
        `unset it, or start that proxy`,
      );
    case 'retake':
      return warn(
        name,
        `${shown(text)}, which is a Retake`,
        'unset it where you start another Retake, or that one sends its requests through this one',
      );
    default:
      return ok(name, shown(text));
  }
}

function defaultPort(text: string): number {
  if (/^socks/i.test(text)) return 1080;
  return /^https:/i.test(text) ? 443 : 80;
}

/** `proxy.example:3128` without a scheme is common; it means http. */
function parseProxy(text: string): URL | undefined {
  const whole = /^[a-z][a-z0-9+.-]*:\/\//i.test(text) ? text : `http://${text}`;
  // Only http and https have a default port and a host that is understood by `URL`.
  const parsed = URL.parse(whole.replace(/^socks\w*:/i, 'http:'));
  return parsed?.hostname ? parsed : undefined;
}

/** A URL that may hold a password, for a terminal. */
function shown(text: string): string {
  return text.replace(/^([a-z][a-z0-9+.-]*:\/\/)?[^/@]*@/i, '$1…@');
}

const answerWithinMs = 1000;

/**
 * Who listens on a port of this machine? What is said is no HTTP, so nobody passes it on and no recorder keeps it; a
 * Retake refuses it in a way of its own.
 */
function whoListens(host: string, port: number): Promise<'nobody' | 'retake' | 'somebody'> {
  return new Promise((resolve) => {
    let connected = false;
    let answer = '';
    const socket = connect({ host, port });
    const end = (): void => {
      socket.destroy();
      resolve(answer.includes('x-retake-failure') ? 'retake' : connected ? 'somebody' : 'nobody');
    };
    socket.setTimeout(answerWithinMs, end);
    socket.on('connect', () => {
      connected = true;
      socket.write('retake doctor\r\n\r\n');
    });
    socket.on('data', (chunk: Buffer) => {
      answer += chunk.toString('latin1');
      if (answer.includes('\r\n\r\n') || answer.length > 10_000) end();
    });
    socket.on('error', end);
    socket.on('close', end);
  });
}
