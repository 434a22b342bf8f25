import type { ClientView, SeenAnswer, SeenRequest } from './differential.ts';

/**
 * What a message becomes on its way through a faithful proxy (docs/decisions/018-what-fidelity-means.md): what concerns
 * one connection only is gone, everything else is the same to the byte.
 */

const connectionOnly: ReadonlySet<string> = new Set(['connection', 'keep-alive', 'proxy-connection', 'upgrade', 'te']);

function nameOf(line: string): string {
  return line.slice(0, line.indexOf(':')).toLowerCase();
}

/** Header lines without the connection's own. */
export function endToEnd(headers: readonly string[]): string[] {
  const named = headers
    .filter((line) => nameOf(line) === 'connection')
    .flatMap((line) => line.slice(line.indexOf(':') + 1).split(','))
    .map((token) => token.trim().toLowerCase())
    .filter((name) => name !== 'close' && name !== 'host' && name !== 'content-length');
  return headers.filter((line) => !connectionOnly.has(nameOf(line)) && !named.includes(nameOf(line)));
}

/** What the client of a proxy should see of an answer, by what it would see directly. `client`: its HTTP version. */
export function expectedAnswer(direct: SeenAnswer, client: '1.0' | '1.1'): SeenAnswer {
  const chunks = client === '1.1';
  const isBodyless = /^HTTP\/1\.[01] (204|304)/.test(direct.startLine);
  // What a switch of protocols agrees on is for the two that switch.
  const switches = direct.startLine.startsWith('HTTP/1.1 101');
  const wasChunked = direct.framing === 'chunked';
  const dropped = (line: string): boolean => {
    const name = nameOf(line);
    if (name === 'transfer-encoding') return !chunks || isBodyless;
    return name === 'trailer' && (!chunks || !direct.headers.some((other) => nameOf(other) === 'transfer-encoding'));
  };
  return {
    // The proxy speaks HTTP/1.1 itself (RFC 9110 §2.5); an empty reason keeps its space (RFC 9112 §4).
    startLine: direct.startLine.replace(/^HTTP\/1\.0/, 'HTTP/1.1').replace(/^(\S+ \d{3})$/, '$1 '),
    interim: chunks ? direct.interim.map((text) => expectedInterim(text)) : [],
    headers: (switches ? ownOnlyLeftOut(direct.headers) : endToEnd(direct.headers)).filter((line) => !dropped(line)),
    framing: wasChunked && !chunks ? 'close' : direct.framing,
    body: direct.body,
    trailers: chunks ? direct.trailers : [],
    isWhole: direct.isWhole,
  };
}

function expectedInterim(text: string): string {
  const [startLine = '', ...headers] = text.split('\n');
  return [startLine.replace(/^HTTP\/1\.0/, 'HTTP/1.1').replace(/^(\S+ \d{3})$/, '$1 '), ...endToEnd(headers)].join(
    '\n',
  );
}

/** The same answer without what our own connection to the client adds. */
export function comparableAnswer(seen: SeenAnswer): SeenAnswer {
  return { ...seen, headers: ownOnlyLeftOut(seen.headers) };
}

function ownOnlyLeftOut(headers: readonly string[]): string[] {
  return headers.filter((line) => !/^(connection|keep-alive):/i.test(line));
}

/** What upstream should see of a request, by what it would see without the proxy. */
export function expectedRequest(direct: SeenRequest, authority: string): SeenRequest {
  // What we send is HTTP/1.1, which must have a Host (RFC 9112 §3.2).
  const host = direct.headers.some((line) => nameOf(line) === 'host') ? [] : [`Host: ${authority}`];
  return {
    ...direct,
    startLine: direct.startLine.replace(/ HTTP\/1\.0$/, ' HTTP/1.1').replace(/^(\S+) http:\/\/[^/?]*/, '$1 '),
    headers: [...host, ...endToEnd(direct.headers)],
  };
}

export function comparableRequest(seen: SeenRequest): SeenRequest {
  return { ...seen, headers: endToEnd(seen.headers) };
}

/** Differences between two views, each as one line for people; empty when there are none. */
export function deviations(expected: object, seen: object): string[] {
  const found: string[] = [];
  for (const [key, value] of Object.entries(expected)) {
    const wanted = JSON.stringify(value);
    const got = JSON.stringify((seen as Record<string, unknown>)[key]);
    if (wanted !== got) found.push(`${key}: ${shorten(wanted)} became ${shorten(got)}`);
  }
  return found;
}

function shorten(text: string | undefined): string {
  if (text === undefined) return 'nothing';
  return text.length <= 400 ? text : `${text.slice(0, 250)}…${text.slice(-140)}`;
}

/** What may end as one of these on both sides: an answer that never came, or was not HTTP, is our 502. */
export function isProblem(answer: ClientView['answers'][number] | undefined): boolean {
  return answer !== undefined && answer !== 'none' && /^HTTP\/1\.1 50[24] /.test(answer.startLine);
}
