import { fin, type OddExchange } from './differential.ts';
import { answered, ask, legalBytes, ok, tokenCharacters, withLength } from './odd-exchange.ts';

/** Odd but legal heads of answers, by kind. */

export function statusLines(): OddExchange[] {
  const statuses = [
    200, 201, 203, 205, 207, 208, 226, 299, 300, 303, 306, 308, 399, 400, 402, 407, 418, 421, 426, 451, 499,
  ];
  const reasons = [
    '',
    ' ',
    ' OK',
    '  two  spaces  ',
    ' caf\u00e9 \u00ff\u0080',
    ' \tTab',
    ` ${'long '.repeat(200)}end`,
    ' 200 OK',
    ' OK: a, b; c="d"',
    ' HTTP/1.1 500 No',
  ];
  return [
    ...[...statuses, 500, 505, 511, 529, 599, 600, 666, 799, 999].map((status) =>
      answered(`status ${status}`, withLength('x', 'X-A: 1\r\n', `HTTP/1.1 ${status} Some Reason`)),
    ),
    ...reasons.map((reason) =>
      answered(`reason "${reason.slice(0, 20)}"`, withLength('x', '', `HTTP/1.1 200${reason}`)),
    ),
    ...[204, 304].flatMap((status) => [
      answered(`${status} without more`, `HTTP/1.1 ${status} R\r\n\r\n`),
      answered(`${status} with a length`, `HTTP/1.1 ${status} R\r\nETag: "a"\r\nContent-Length: 12345\r\n\r\n`),
      answered(`${status} with length 0`, `HTTP/1.1 ${status} R\r\nContent-Length: 0\r\nX-After: 1\r\n\r\n`),
      answered(`${status} that names chunks`, `HTTP/1.1 ${status} R\r\nTransfer-Encoding: chunked\r\n\r\n`),
    ]),
    answered('205 with length 0', 'HTTP/1.1 205 Reset Content\r\nContent-Length: 0\r\n\r\n'),
    answered(
      '205 with an empty chunked body',
      'HTTP/1.1 205 Reset Content\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    ),
    answered(
      '407 with its challenge',
      withLength('', 'Proxy-Authenticate: Basic realm="x"\r\nProxy-Authenticate: Digest\r\n', 'HTTP/1.1 407 P'),
    ),
    answered(
      '426 with what to upgrade to',
      withLength('', 'Upgrade: TLS/1.0, HTTP/1.1\r\nConnection: Upgrade\r\n', 'HTTP/1.1 426 U'),
    ),
    answered(
      'Proxy-Authentication-Info',
      withLength('x', 'Proxy-Authentication-Info: nextnonce="x"\r\nProxy-Status: a; b=c\r\n'),
    ),
  ];
}

export function answersToHead(): OddExchange[] {
  const head = (title: string, answer: string): OddExchange => ({
    title: `HEAD: ${title}`,
    client: [ask('HEAD')],
    upstream: [[answer]],
  });
  return [
    head('a length', `${ok}Content-Length: 12345\r\n\r\n`),
    head('length 0', `${ok}Content-Length: 0\r\n\r\n`),
    head('a huge length', `${ok}Content-Length: 9007199254740991\r\n\r\n`),
    head('chunked', `${ok}Transfer-Encoding: chunked\r\n\r\n`),
    head('chunked with a trailer announced', `${ok}Transfer-Encoding: chunked\r\nTrailer: X-T\r\n\r\n`),
    head('no framing at all', `${ok}X-A: 1\r\n\r\n`),
    head('a failure', 'HTTP/1.1 404 Not Found\r\nContent-Length: 9\r\nContent-Type: text/plain\r\n\r\n'),
    head('304', 'HTTP/1.1 304 Not Modified\r\nContent-Length: 7\r\n\r\n'),
    head('early hints first', `HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n${ok}Content-Length: 3\r\n\r\n`),
  ];
}

export function interims(): OddExchange[] {
  const last = withLength('done', 'X-Last: 1\r\n').toString('latin1');
  const one = (status: number, reason: string, headers = ''): string =>
    `HTTP/1.1 ${status} ${reason}\r\n${headers}\r\n`;
  return [
    answered('100 that nobody asked for', one(100, 'Continue'), last),
    answered('102', one(102, 'Processing'), last),
    answered(
      '103 with links, case and order kept',
      one(103, 'Early Hints', 'link: </a>; rel=preload\r\nLINK: </b>\r\nX-A:  b \r\nX-B:\r\n'),
      last,
    ),
    answered('103 without headers', one(103, 'Early Hints'), last),
    answered('103 with another reason', one(103, 'Hints, early'), last),
    answered('103 without a reason', one(103, ''), last),
    answered(
      '102, 103, 103',
      one(102, 'Processing'),
      one(103, 'Early Hints', 'Link: </a>\r\n'),
      one(103, 'Early Hints', 'Link: </b>\r\n'),
      last,
    ),
    answered('all in one packet', one(102, 'Processing') + one(103, 'Early Hints', 'Link: </a>\r\n') + last),
    answered('100, 102, 100', one(100, 'Continue'), one(102, 'Processing'), one(100, 'Continue'), last),
    answered('110 and 199, unknown', one(110, 'Odd', 'X-A: 1\r\n'), one(199, 'Odder', 'X-B: \u00e9\r\n'), last),
    answered(
      '103 with duplicates and prototype names',
      one(103, 'Early Hints', '__proto__: a\r\nX-D: 1\r\nx-d: 2\r\nconstructor: b\r\n'),
      last,
    ),
    answered(
      '103 with its own connection headers',
      one(103, 'Early Hints', 'Connection: X-Foo\r\nX-Foo: 1\r\nKeep-Alive: a\r\nX-B: 1\r\n'),
      last,
    ),
    answered(
      '103 ten times',
      ...Array.from({ length: 10 }, (_, i) => one(103, 'Early Hints', `Link: </${i}>\r\n`)),
      last,
    ),
    answered('103, then no body', one(103, 'Early Hints', 'Link: </a>\r\n'), 'HTTP/1.1 204 No Content\r\n\r\n'),
    answered('103, then until the end', one(103, 'Early Hints', 'Link: </a>\r\n'), `${ok}\r\nuntil the end`, fin),
    answered('103, then the connection ends', one(103, 'Early Hints', 'Link: </a>\r\n'), fin),
    {
      ...answered('103 for HTTP/1.0', one(103, 'Early Hints', 'Link: </a>\r\n'), last),
      client: [ask('GET', [], '1.0')],
    },
    { ...answered('100 for HTTP/1.0', one(100, 'Continue'), last), client: [ask('GET', [], '1.0')] },
    { ...answered('100 with headers', 'HTTP/1.1 100 Go on\r\nX-A: 1\r\n\r\n', last) },
  ];
}

export function headerLines(): OddExchange[] {
  const headers = (title: string, text: string): OddExchange => answered(title, withLength('x', text));
  const cookies = [
    'a=1; Path=/',
    'b="q, r"; Expires=Thu, 01 Jan 2099 00:00:00 GMT',
    'a=1; Path=/',
    '=nameless',
    'c',
    '',
  ];
  return [
    headers('every legal byte in a value', `X-All: a${legalBytes}z\r\n`),
    headers('obs-text alone', 'X-Obs: \u0080\u00ff\u00e9\r\n'),
    headers('UTF-8 as bytes', `X-Utf8: ${Buffer.from('Grüße 漢字 🎉').toString('latin1')}\r\n`),
    headers('space and tab around a value', 'X-A:\t \t v w\t\tx \t \r\nX-B:nothing before\r\n'),
    headers('empty values', 'X-A:\r\nX-B: \r\nX-C:\t\r\nX-D: d\r\n'),
    headers('a name of all token characters', `${tokenCharacters}: 1\r\n`),
    headers('names of one character', 'x: 1\r\n1: 2\r\n!: 3\r\n~: 4\r\n'),
    headers(
      'names of objects',
      '__proto__: a\r\nconstructor: b\r\ntoString: c\r\nhasOwnProperty: d\r\n__proto__: e\r\nprototype: f\r\nvalueOf: g\r\n',
    ),
    headers('case of names', 'x-lower: 1\r\nX-UPPER: 2\r\nx-MiXeD: 3\r\ncontent-TYPE: text/plain\r\n'),
    headers('duplicates among others', 'X-D: 1\r\nX-E: a\r\nx-d: 2\r\nX-F: b\r\nX-D:\r\nX-d: 1\r\n'),
    headers(
      'duplicates of what stands alone',
      'Content-Type: a/b\r\nETag: "1"\r\nContent-Type: c/d\r\nETag: "2"\r\nLocation: /a\r\nLocation: /b\r\nServer: x\r\nServer: y\r\nDate: a\r\nDate: b\r\nAge: 1\r\nAge: 2\r\n',
    ),
    headers('cookies', cookies.map((cookie) => `Set-Cookie: ${cookie}\r\n`).join('')),
    headers(
      'fifty cookies of 4 KB',
      Array.from({ length: 50 }, (_, i) => `Set-Cookie: c${i}=${'v'.repeat(4000)}\r\n`).join(''),
    ),
    headers(
      'challenges',
      'WWW-Authenticate: Basic realm="a, b"\r\nWWW-Authenticate: Bearer\r\nwww-authenticate: Digest x="y"\r\n',
    ),
    headers('a value of 100 KB', `X-Long: ${'v'.repeat(100_000)}\r\n`),
    headers('a name of 8 KB', `${'n'.repeat(8000)}: 1\r\n`),
    headers('1,500 lines', Array.from({ length: 1500 }, (_, i) => `X-${i}: ${i}\r\n`).join('')),
    headers('1,500 lines of one name', Array.from({ length: 1500 }, (_, i) => `X-Same: ${i}\r\n`).join('')),
    headers('no Date, or an odd one', 'Date: yesterday\r\n'),
    headers(
      'Via, Server, Age and the like',
      'Via: 1.0 a, 1.1 b\r\nServer: Odd/1 (x; y)\r\nAge: -1\r\nX-Powered-By: z\r\nAlt-Svc: h3=":1"\r\nStrict-Transport-Security: max-age=1\r\nForwarded: for=1\r\n',
    ),
    headers(
      'Content-Disposition in Latin-1',
      'Content-Disposition: attachment; filename="caf\u00e9.txt"; filename*=UTF-8\'\'caf%C3%A9\r\n',
    ),
    headers('quotes, commas, colons', 'X-Q: "a\\"b", c: d;;,,\r\nX-Colon: ::\r\nX-C: :\r\n'),
    headers(
      'named in Connection',
      'Connection: X-Foo, keep-alive ,x-bar\r\nX-Foo: 1\r\nX-BAR: 2\r\nX-Baz: 3\r\nKeep-Alive: timeout=3\r\n',
    ),
    answered(
      'several lines of Connection',
      withLength('x', 'Connection: X-Foo\r\nX-Foo: 1\r\nConnection: close\r\nX-Bar: 2\r\n'),
      fin,
    ),
    headers('empty Connection', 'Connection:\r\nConnection: ,\r\nX-A: 1\r\n'),
    headers('Trailer without chunks', 'Trailer: X-T\r\n'),
    headers('Upgrade offered', 'Upgrade: h2c\r\nConnection: Upgrade\r\n'),
    headers('TE in an answer', 'TE: trailers\r\nX-A: 1\r\n'),
    headers('Host and Expect in an answer', 'Host: a\r\nExpect: b\r\nHost: c\r\nCookie: d\r\nAuthorization: e\r\n'),
    answered('no header at all', `${ok}\r\nrest`, fin),
    answered('the length first, in the middle, twice as long', `${ok}content-LENGTH: 0002\r\nX-A: 1\r\n\r\nab`),
    answered('a length with space around', `${ok}Content-Length: \t 2 \t\r\n\r\nab`),
  ];
}
