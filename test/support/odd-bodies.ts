import { randomBytes } from 'node:crypto';
import zlib from 'node:zlib';
import { fin, rst, type OddExchange } from './differential.ts';
import { answered, ask, chunked, legalBytes, ok, tokenCharacters, withLength } from './odd-exchange.ts';

/** Odd but legal bodies of answers, and how they may break off. */

export function chunkedBodies(): OddExchange[] {
  const body = 'hello, chunks';
  const borders = Array.from({ length: body.length - 1 }, (_, i) => {
    const [a, b] = [body.slice(0, i + 1), body.slice(i + 1)];
    return answered(
      `a border at ${i + 1}`,
      `${chunked}${a.length.toString(16)}\r\n${a}\r\n${b.length.toString(16)}\r\n${b}\r\n0\r\n\r\n`,
    );
  });
  const wire = `${ok}X-A: 1\r\nTransfer-Encoding: chunked\r\n\r\n5;e=1\r\nhello\r\n6\r\n world\r\n0\r\nX-T: 1\r\n\r\n`;
  const splits = Array.from({ length: wire.length - 1 }, (_, i) => i + 1)
    .filter((at) => at < 20 || at > 40)
    .map((at) =>
      answered(`split on the wire at ${at}`, wire.slice(0, at), { upstreamHas: '\r\n\r\n' }, wire.slice(at)),
    );
  const trailers = (title: string, text: string, announced = ''): OddExchange =>
    answered(`trailers: ${title}`, `${ok}${announced}Transfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n${text}\r\n`);
  return [
    ...borders,
    ...splits,
    answered('slowly', { slowly: wire }),
    answered('one byte each', `${chunked}${body.replace(/./g, '1\r\n$&\r\n')}0\r\n\r\n`),
    answered('empty', `${chunked}0\r\n\r\n`),
    answered('empty with many zeros', `${chunked}00000\r\n\r\n`),
    answered('upper-case hex', `${chunked}A\r\n0123456789\r\n1F\r\n${'x'.repeat(31)}\r\n0\r\n\r\n`),
    answered('leading zeros', `${chunked}000000000a\r\n0123456789\r\n0\r\n\r\n`),
    answered('extensions', `${chunked}3;a\r\nabc\r\n3;b=c;d="e f;\\"g"\r\ndef\r\n0;last\r\n\r\n`),
    answered('other case of the coding', `${ok}transfer-encoding: Chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n`),
    answered('chunks in a chunk', `${chunked}10\r\n5\r\nhello\r\n0\r\n\r\nx\r\n0\r\n\r\n`),
    answered('HTTP/1.0 with chunks', 'HTTP/1.0 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n', fin),
    answered('200 KB in one chunk', `${chunked}${(200_000).toString(16)}\r\n${'z'.repeat(200_000)}\r\n0\r\n\r\n`),
    answered('two codings on one line', `${ok}Transfer-Encoding: gzip, chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n`),
    answered(
      'two codings on two lines',
      `${ok}Transfer-Encoding: gzip\r\nX-A: 1\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n`,
    ),
    trailers('announced', 'X-T: 1\r\n', 'Trailer: X-T\r\n'),
    trailers('not announced', 'X-T: 1\r\n'),
    trailers('announced, not sent', '', 'Trailer: X-T, X-U\r\n'),
    trailers(
      'duplicates, case, empty, Latin-1',
      'X-T: 1\r\nx-t: 2\r\nX-U:\r\nX-T: \u00e9\r\n',
      'Trailer: X-T\r\nTRAILER: x-u\r\n',
    ),
    trailers('prototype names', '__proto__: 1\r\nconstructor: 2\r\n'),
    trailers('token characters', `${tokenCharacters}: 1\r\n`),
    trailers('every legal byte', `X-T: a${legalBytes}z\r\n`),
    trailers('two hundred', Array.from({ length: 200 }, (_, i) => `X-${i}: ${i}\r\n`).join('')),
    trailers('of gRPC', 'grpc-status: 0\r\ngrpc-message: \r\n'),
    trailers('space around', 'X-T: \t a b \t\r\n'),
    { ...trailers('for HTTP/1.0', 'X-T: 1\r\n', 'Trailer: X-T\r\n'), client: [ask('GET', [], '1.0')] },
    { ...trailers('for HTTP/1.0 that stays', 'X-T: 1\r\n'), client: [ask('GET', ['Connection: keep-alive'], '1.0')] },
  ];
}

export function otherBodies(): OddExchange[] {
  const text = Buffer.from('{"a":1,"a":2}');
  const gzip = zlib.gzipSync(text, { level: 1 });
  const coded = (title: string, coding: string, body: Buffer): OddExchange =>
    answered(title, withLength(body, `Content-Type: application/json\r\nContent-Encoding: ${coding}\r\n`));
  const parts =
    '--B\r\nContent-Range: bytes 0-1/9\r\n\r\nab\r\n--B\r\nContent-Range: bytes 7-8/9\r\n\r\nhi\r\n--B--\r\n';
  return [
    answered('until the end', `${ok}Content-Type: text/plain\r\n\r\nall that comes`, fin),
    answered('until the end, announced', `${ok}Connection: close\r\n\r\nall that comes`, fin),
    answered('until the end, nothing', `${ok}\r\n`, fin),
    answered('until the end, slowly', { slowly: `${ok}\r\nall that comes` }, fin),
    answered('until the end, no coding that chunks', `${ok}Transfer-Encoding: gzip\r\n\r\nabc`, fin),
    answered('until the end, coding identity', `${ok}Transfer-Encoding: identity\r\n\r\nabc`, fin),
    answered('HTTP/1.0 until the end', 'HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\nold', fin),
    answered('HTTP/1.0 with a length', 'HTTP/1.0 200 OK\r\nContent-Length: 3\r\n\r\nold', fin),
    answered('HTTP/1.0 that stays', 'HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 3\r\n\r\nold'),
    answered('length 0', withLength('')),
    answered('length 00', `${ok}Content-Length: 00\r\n\r\n`),
    answered('a length, then the end', withLength('bye', 'Connection: close\r\n'), fin),
    answered('a length, then an unannounced end', withLength('bye'), fin),
    answered('slowly, with a length', { slowly: withLength('drip', 'X-A: 1\r\n').toString('latin1') }),
    answered('all bytes', withLength(Buffer.from(Array.from({ length: 256 }, (_, i) => i)))),
    answered(
      'text that is no UTF-8',
      withLength(Buffer.from([0x61, 0xff, 0xfe, 0xc3, 0x28]), 'Content-Type: text/plain; charset=utf-8\r\n'),
    ),
    answered('a byte order mark', withLength(Buffer.from('\ufeff{}'), 'Content-Type: application/json\r\n')),
    answered('what looks like another answer', withLength('HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n')),
    coded('gzip', 'gzip', gzip),
    coded('gzip cut short', 'gzip', gzip.subarray(0, 12)),
    coded('no gzip', 'gzip', text),
    coded('gzip with something behind', 'gzip', Buffer.concat([gzip, Buffer.from('tail')])),
    coded('gzip twice', 'gzip, gzip', zlib.gzipSync(gzip)),
    coded('brotli in gzip', 'br, gzip', zlib.gzipSync(zlib.brotliCompressSync(text))),
    coded('raw deflate', 'deflate', zlib.deflateRawSync(text)),
    coded('zstd', 'zstd', zlib.zstdCompressSync(text)),
    coded('an unknown coding', 'x-odd', text),
    coded('identity', 'identity', text),
    coded('an empty coding', '', text),
    coded('gzip of nothing at all', 'gzip', Buffer.alloc(0)),
    answered(
      'a range',
      withLength('cd', 'Content-Range: bytes 2-3/9\r\nAccept-Ranges: bytes\r\n', 'HTTP/1.1 206 Partial Content'),
    ),
    answered(
      'several ranges',
      withLength(parts, 'Content-Type: multipart/byteranges; boundary=B\r\n', 'HTTP/1.1 206 Partial Content'),
    ),
    answered('no such range', withLength('', 'Content-Range: bytes */9\r\n', 'HTTP/1.1 416 Range Not Satisfiable')),
    answered('300 KB', withLength(randomBytes(300_000))),
    answered('1 MiB and one byte', withLength(Buffer.alloc(1024 * 1024 + 1, 'm'))),
    {
      ...answered('HTTP/1.0 asks, chunks come', `${chunked}3\r\nabc\r\n3\r\ndef\r\n0\r\n\r\n`),
      client: [ask('GET', [], '1.0')],
    },
    {
      ...answered('HTTP/1.0 asks to stay, chunks come', `${chunked}3\r\nabc\r\n0\r\n\r\n`),
      client: [ask('GET', ['Connection: Keep-Alive'], '1.0')],
    },
    {
      ...answered('HTTP/1.0 asks to stay, a length comes', withLength('abc')),
      client: [ask('GET', ['connection: Keep-Alive'], '1.0')],
    },
    { ...answered('HTTP/1.0 asks, a length comes', withLength('abc')), client: [ask('GET', [], '1.0')] },
    { ...answered('HTTP/1.0 asks, until the end', `${ok}\r\nabc`, fin), client: [ask('GET', [], '1.0')] },
    { ...answered('HTTP/1.0 asks, no content', 'HTTP/1.1 204 N\r\n\r\n'), client: [ask('GET', [], '1.0')] },
  ];
}

/** Answers that break off, and what is no answer at all. */
export function brokenAnswers(): OddExchange[] {
  return [
    answered('the end before any answer', fin),
    answered('a reset before any answer', rst),
    answered('the end in the status line', 'HTTP/1.1 20', fin),
    answered('a reset in the status line', 'HTTP/1.1 20', rst),
    answered('the end in the head', `${ok}X-A: 1\r\n`, fin),
    answered('the end after early hints', 'HTTP/1.1 103 E\r\n\r\n', fin),
    ...[fin, rst].flatMap((end) => [
      answered(
        `${end.end} right behind a head with a length`,
        `${ok}Content-Length: 10\r\n\r\n`,
        { clientHas: '\r\n\r\n' },
        end,
      ),
      answered(
        `${end.end} in a body with a length`,
        `${ok}Content-Length: 10\r\n\r\n12345`,
        { clientHas: '12345' },
        end,
      ),
      answered(
        `${end.end} one byte before the length`,
        `${ok}Content-Length: 10\r\n\r\n123456789`,
        { clientHas: '123456789' },
        end,
      ),
      answered(`${end.end} right behind a chunked head`, chunked, { clientHas: '\r\n\r\n' }, end),
      answered(`${end.end} behind a chunk`, `${chunked}5\r\nhello\r\n`, { clientHas: 'hello' }, end),
      answered(`${end.end} in a chunk`, `${chunked}a\r\nhello`, { clientHas: 'hello' }, end),
      answered(`${end.end} in a chunk size`, `${chunked}5\r\nhello\r\n1`, { clientHas: 'hello' }, end),
      answered(`${end.end} behind the last chunk`, `${chunked}5\r\nhello\r\n0\r\n`, { clientHas: 'hello' }, end),
      answered(`${end.end} in the trailers`, `${chunked}5\r\nhello\r\n0\r\nX-T: 1\r\n`, { clientHas: 'hello' }, end),
    ]),
    answered('a reset where the end would be the end of the body', `${ok}\r\nhello`, { clientHas: 'hello' }, rst),
    answered('a broken chunk size', `${chunked}5\r\nhello\r\nxyz\r\n`, { clientHas: 'hello' }, fin),
  ];
}
