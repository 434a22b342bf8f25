import type { OddExchange, Step } from './differential.ts';

const asked = new Map<string, number>();

/** A plain request of a target of its own, so that replay has one recording for it. */
export function ask(method = 'GET', headers: readonly string[] = [], version = '1.1'): string {
  const count = (asked.get(method) ?? 0) + 1;
  asked.set(method, count);
  const lines = [`${method} /odd/${method}/${count} HTTP/${version}`, 'Host: odd.test', ...headers];
  return `${lines.join('\r\n')}\r\n\r\n`;
}

export function answered(title: string, ...upstream: readonly Step[]): OddExchange {
  return { title, client: [ask()], upstream: [upstream] };
}

export const ok = 'HTTP/1.1 200 OK\r\n';
export const chunked = `${ok}Transfer-Encoding: chunked\r\n\r\n`;

export function withLength(body: string | Buffer, headers = '', statusLine = 'HTTP/1.1 200 OK'): Buffer {
  const bytes = Buffer.isBuffer(body) ? body : Buffer.from(body, 'latin1');
  const head = `${statusLine}\r\n${headers}Content-Length: ${bytes.length}\r\n\r\n`;
  return Buffer.concat([Buffer.from(head, 'latin1'), bytes]);
}

/** Every byte a header value may hold (RFC 9110 §5.5): tab, space, visible ASCII, obs-text. */
export const legalBytes = String.fromCharCode(
  9,
  ...Array.from({ length: 95 }, (_, i) => 32 + i),
  ...Array.from({ length: 128 }, (_, i) => 128 + i),
);
export const tokenCharacters = "!#$%&'*+-.^_`|~0123456789ABCabc";

export const fine = withLength('fine', 'X-A: 1\r\n');
export const nothing = 'HTTP/1.1 204 No Content\r\n\r\n';

export function asking(
  title: string,
  request: string | Buffer | readonly Step[],
  answer: readonly Step[] = [fine],
): OddExchange {
  return {
    title,
    client: typeof request === 'string' || Buffer.isBuffer(request) ? [request] : request,
    upstream: [answer],
  };
}

export function chunksOf(body: string, size = body.length): string {
  let text = '';
  for (let at = 0; at < body.length; at += size) {
    const piece = body.slice(at, at + size);
    text += `${piece.length.toString(16)}\r\n${piece}\r\n`;
  }
  return text;
}
