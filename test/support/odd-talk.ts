import { fin, type OddExchange, type Step } from './differential.ts';
import { ask, asking, chunksOf, fine, nothing, withLength } from './odd-exchange.ts';

/** Odd ways to talk: who waits for whom, when, and in which pieces. */

export function expectations(): OddExchange[] {
  const head = (method: string, ...more: string[]): string => ask(method, ['Expect: 100-continue', ...more]);
  const goOn = 'HTTP/1.1 100 Continue\r\n\r\n';
  const early = (title: string, client: readonly Step[], ...upstream: readonly Step[]): OddExchange => ({
    title,
    client,
    upstream: [upstream],
    answersAt: 'head',
  });
  // It waits for an answer before it sends the rest; replay needs the whole request to find its recording.
  const waiting = (...given: Parameters<typeof early>): OddExchange => ({
    ...early(...given),
    notReplayed: 'the client waits',
  });
  return [
    early(
      '100, then the body',
      [head('POST', 'Content-Length: 4'), { clientHas: '100 Continue' }, 'body'],
      goOn,
      { body: 4 },
      fine,
    ),
    early(
      '100 in other case',
      [ask('PUT', ['expect: 100-Continue', 'Content-Length: 4']), { clientHas: '100 Continue' }, 'body'],
      goOn,
      { body: 4 },
      fine,
    ),
    early(
      '100, 102, 103',
      [head('POST', 'Content-Length: 4'), { clientHas: '100 Continue' }, 'body'],
      goOn,
      { body: 4 },
      'HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n',
      fine,
    ),
    {
      ...early('the body without waiting', [`${head('POST', 'Content-Length: 4')}body`], { body: 4 }, fine),
      notReplayed: 'replay asks for the body with a 100 of its own',
    },
    {
      ...early(
        'refused, and the client keeps its body',
        [head('POST', 'Content-Length: 4', 'Connection: close'), { clientHas: '417' }, fin],
        'HTTP/1.1 417 Expectation Failed\r\nContent-Length: 0\r\nConnection: close\r\n\r\n',
        fin,
      ),
      notReplayed: 'replay needs the body to find the recording, and asks for it',
    },
    waiting(
      'an early answer, then the rest of the body',
      [`${ask('POST', ['Content-Length: 8'])}half`, { clientHas: 'fine' }, 'more'],
      fine,
      { body: 8 },
    ),
    waiting(
      'an early answer, before any of the body',
      [ask('POST', ['Content-Length: 4']), { clientHas: 'fine' }, 'body'],
      fine,
      { body: 4 },
    ),
    waiting(
      'hints in the middle of the body',
      [`${ask('POST', ['Content-Length: 8'])}half`, { clientHas: 'Link' }, 'more'],
      { body: 4 },
      'HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n',
      { body: 4 },
      fine,
    ),
    {
      ...early(
        'an early answer and the end',
        [`${ask('POST', ['Content-Length: 800000'])}half`, { clientHas: 'too much' }, fin],
        withLength('too much', 'Connection: close\r\n', 'HTTP/1.1 413 Content Too Large'),
        fin,
      ),
      notReplayed: 'the client never sends its request to the end',
    },
  ];
}

export function waysToTalk(): OddExchange[] {
  const post = `${ask('POST', ['Content-Length: 4'])}body`;
  const chunkedPost = `${ask('PUT', ['Transfer-Encoding: chunked'])}${chunksOf('body', 1)}0\r\nX-T: 1\r\n\r\n`;
  const wire = `${ask('POST', ['Transfer-Encoding: chunked', 'X-A: 1'])}${chunksOf('body', 2)}0\r\nX-T: 1\r\n\r\n`;
  const splits = Array.from({ length: wire.length - 1 }, (_, i) => i + 1)
    .filter((at) => at < 8 || at % 5 === 0 || at > wire.length - 35)
    .map((at) => asking(`a request split at ${at}`, [wire.slice(0, at), wire.slice(at)]));
  return [
    ...splits,
    asking('slowly', [{ slowly: chunkedPost }]),
    asking('slowly, with an empty line before', [{ slowly: `\r\n${ask('PROPFIND', ['Content-Length: 2'])}ab` }]),
    asking('half-closed', [ask(), fin]),
    asking('half-closed after a body', [post, fin], [fine]),
    asking('half-closed, HTTP/1.0', [ask('GET', [], '1.0'), fin]),
    asking(
      'half-closed, chunks come back',
      [ask(), fin],
      ['HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\nX-T: 1\r\n\r\n'],
    ),
    { title: 'three in one packet', client: [ask() + ask() + ask()], upstream: [[fine], [nothing], [fine]] },
    {
      title: 'mixed in one packet',
      client: [ask('HEAD') + post + ask('GET') + chunkedPost + ask('OPTIONS') + ask('DELETE')],
      upstream: [
        ['HTTP/1.1 200 OK\r\nContent-Length: 99\r\n\r\n'],
        [fine],
        ['HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\nX-T: 1\r\n\r\n'],
        [nothing],
        ['HTTP/1.1 304 N\r\nContent-Length: 5\r\n\r\n'],
        ['HTTP/1.1 103 E\r\nX-A: 1\r\n\r\n', fine],
      ],
    },
    {
      title: 'the last of three in one packet says close',
      client: [ask() + ask('HEAD') + ask('GET', ['Connection: close'])],
      upstream: [[fine], [nothing], [fine]],
    },
    {
      title: 'three in one packet, half-closed',
      client: [ask() + ask() + ask(), fin],
      upstream: [[fine], [fine], [fine]],
    },
    { title: 'empty lines between', client: [`${ask()}\r\n\r\n${ask()}`], upstream: [[fine], [fine]] },
    {
      title: 'HTTP/1.0 that stays, twice',
      client: [ask('GET', ['Connection: keep-alive'], '1.0') + ask('GET', [], '1.0')],
      upstream: [[withLength('one', 'Connection: keep-alive\r\n')], [fine]],
    },
  ];
}

/** Requests to switch protocols that upstream answers without switching. */
export function refusedUpgrades(): OddExchange[] {
  const headers = ['Upgrade: websocket', 'connection: keep-alive, Upgrade', 'Sec-WebSocket-Key: a', 'X-D: 1', 'x-d: 2'];
  const refused = (title: string, ...answer: readonly Step[]): OddExchange =>
    asking(title, ask('GET', headers), answer);
  return [
    refused('with a length', withLength('no', 'X-D: 1\r\nx-d: 2\r\nX-L: \u00e9\r\n', 'HTTP/1.1 426 Upgrade  It')),
    refused('in chunks', `HTTP/1.1 400 No\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nno\r\n0\r\nX-T: 1\r\n\r\n`),
    refused('until the end', 'HTTP/1.1 403 No\r\n\r\nno', fin),
    refused('without a body', nothing),
    refused('after hints', 'HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n', fine),
    refused('cut', 'HTTP/1.1 400 No\r\nContent-Length: 9\r\n\r\nno', { clientHas: '\r\n\r\nno' }, fin),
    refused('never', fin),
  ];
}

/** Switches to a protocol in which the next request of the client is as good as any other message. */
export function switches(): OddExchange[] {
  const headers = [
    'upgrade: odd/1',
    'Connection: keep-alive, Upgrade',
    'X-D: 1',
    'x-d: 2',
    'X-D: \u00e9',
    '__proto__: a',
  ];
  const switched = (title: string, head: string): OddExchange => ({
    title,
    client: [ask('GET', headers)],
    upstream: [[`HTTP/1.1 101 ${head}Upgrade: odd/1\r\nConnection: Upgrade\r\n\r\n`]],
  });
  return [
    switched('plain', 'Switching Protocols\r\n'),
    switched('another reason', 'Caf\u00e9 now\r\n'),
    switched('no reason', '\r\n'),
    switched(
      'duplicates, case, Latin-1',
      'S\r\nX-D: 1\r\nx-d: 2\r\nX-E:\r\nX-D: \u00e9\r\n__proto__: a\r\nconstructor: b\r\n',
    ),
  ];
}
