import fc from 'fast-check';
import { fin, type OddExchange, type Step } from './differential.ts';
import { legalBytes, tokenCharacters } from './odd-exchange.ts';
import { methods } from './odd-requests.ts';

/** Exchanges put together at random from everything that is legal; the same ones for the same seed. */
export function generated(seed: number, count: number): OddExchange[] {
  return fc.sample(exchange, { seed, numRuns: count }).map((make, i) => make(i));
}

const knownNames = [
  'Accept',
  'accept-ENCODING',
  'Authorization',
  'Cache-Control',
  'Content-Language',
  'Content-Type',
  'COOKIE',
  'Date',
  'ETag',
  'If-Match',
  'Link',
  'Location',
  'Range',
  'Server',
  'Set-Cookie',
  'set-cookie',
  'Vary',
  'Via',
  'WWW-Authenticate',
  'X-D',
  'x-d',
  '__proto__',
  'constructor',
];

function textOf(
  characters: string,
  limits: { readonly minLength?: number; readonly maxLength: number },
): fc.Arbitrary<string> {
  return fc.string({ unit: fc.constantFrom(...characters.split('')), ...limits });
}

const name = fc.oneof(
  fc.constantFrom(...knownNames),
  // The dot keeps it apart from names with a meaning.
  textOf(tokenCharacters, { maxLength: 12 }).map((text) => `x.${text}`),
);
const value = textOf(legalBytes, { maxLength: 30 });
const headers = fc.array(fc.tuple(name, value), { maxLength: 8 });
const body = fc.oneof(
  fc.constant(''),
  textOf(String.fromCharCode(...Array.from({ length: 256 }, (_, i) => i)), { minLength: 1, maxLength: 60 }),
);
const path = textOf('!$&\'()*+,;=:@/?%-._~azAZ09[]|\\^{}"<>`#', { maxLength: 20 });
const cuts = fc.array(fc.nat(1000), { maxLength: 3 });
/** Where a body is cut into chunks, what stands behind their sizes, and what follows the last one. */
const chunking = fc.record({
  sizes: fc.array(fc.integer({ min: 1, max: 20 }), { maxLength: 5 }),
  extension: fc.constantFrom('', ';a', ';a=b', ';a="b;c"', ';a;b=1'),
  zeros: fc.constantFrom('', '0', '0000'),
  trailers: headers,
});

const request = fc.record({
  method: fc.constantFrom(...methods),
  path,
  version: fc.constantFrom('1.1', '1.1', '1.1', '1.0'),
  headers,
  connection: fc.constantFrom('', '', 'close', 'keep-alive', 'X-D, keep-alive'),
  framing: fc.constantFrom('none' as const, 'length' as const, 'chunked' as const),
  body,
  chunking,
  cuts,
});

const answer = fc.record({
  version: fc.constantFrom('1.1', '1.1', '1.0'),
  status: fc.oneof(fc.constantFrom(200, 204, 205, 206, 304, 404, 500), fc.integer({ min: 200, max: 999 })),
  reason: value,
  headers,
  interims: fc.array(fc.tuple(fc.integer({ min: 102, max: 199 }), value, headers), { maxLength: 2 }),
  framing: fc.constantFrom('length' as const, 'chunked' as const, 'close' as const),
  body,
  chunking,
  cuts,
});

type Drawn<A> = A extends fc.Arbitrary<infer T> ? T : never;

const exchange = fc.tuple(request, answer).map(([asked, given]) => (index: number): OddExchange => ({
  title: `generated ${index}`,
  client: requestSteps(asked, index),
  upstream: [answerSteps(given, asked)],
}));

function requestSteps(drawn: Drawn<typeof request>, index: number): Step[] {
  const { method, version, connection } = drawn;
  // HTTP/1.0 has no chunks, TRACE no body.
  const framing =
    method === 'TRACE' ? 'none' : drawn.framing === 'chunked' && version === '1.0' ? 'length' : drawn.framing;
  const lines = [
    `${method} /${index}/${drawn.path} HTTP/${version}`,
    'Host: odd.test',
    ...drawn.headers.map(([one, text]) => `${one}: ${text}`),
    ...(connection === '' ? [] : [`Connection: ${connection}`]),
    ...(framing === 'length' ? [`Content-Length: ${drawn.body.length}`] : []),
    ...(framing === 'chunked' ? ['transfer-encoding: chunked'] : []),
  ];
  const sent = framing === 'none' ? '' : framing === 'length' ? drawn.body : chunksOf(drawn.body, drawn.chunking);
  return cutAt(`${lines.join('\r\n')}\r\n\r\n${sent}`, drawn.cuts);
}

function answerSteps(drawn: Drawn<typeof answer>, { method, version }: Drawn<typeof request>): Step[] {
  const { status } = drawn;
  const isBodyless = method === 'HEAD' || status === 204 || status === 304;
  // An upstream of HTTP/1.0 has no chunks; nobody can say where the answer to HEAD would end.
  const framing = drawn.framing === 'chunked' && drawn.version === '1.0' ? 'close' : drawn.framing;
  const lines = [
    `HTTP/${drawn.version} ${status} ${drawn.reason}`,
    ...drawn.headers.map(([one, text]) => `${one}: ${text}`),
    ...(framing === 'length' ? [`Content-Length: ${drawn.body.length}`] : []),
    ...(framing === 'chunked' ? ['Transfer-encoding: chunked'] : []),
  ];
  const interims = version === '1.0' ? [] : drawn.interims;
  const before = interims.map(
    ([code, reason, fields]) =>
      `HTTP/1.1 ${code} ${reason}\r\n${fields.map(([one, text]) => `${one}: ${text}\r\n`).join('')}\r\n`,
  );
  const sent = isBodyless ? '' : framing === 'chunked' ? chunksOf(drawn.body, drawn.chunking) : drawn.body;
  const ends = drawn.version === '1.0' || (framing === 'close' && !isBodyless);
  return [...before, ...cutAt(`${lines.join('\r\n')}\r\n\r\n${sent}`, drawn.cuts), ...(ends ? [fin] : [])];
}

function chunksOf(text: string, { sizes, extension, zeros, trailers }: Drawn<typeof chunking>): string {
  let wire = '';
  let at = 0;
  for (const size of [...sizes, text.length]) {
    const piece = text.slice(at, at + size);
    at += size;
    if (piece !== '') wire += `${zeros}${piece.length.toString(16)}${extension}\r\n${piece}\r\n`;
  }
  return `${wire}0\r\n${trailers.map(([one, text_]) => `${one}: ${text_}\r\n`).join('')}\r\n`;
}

function cutAt(wire: string, places: readonly number[]): string[] {
  const borders = [0, ...places.map((place) => place % wire.length).sort((a, b) => a - b), wire.length];
  return borders
    .slice(1)
    .map((to, i) => wire.slice(borders[i], to))
    .filter((piece) => piece !== '');
}
