import { describe, expect, test } from 'vitest';
import type { Arrival } from '../../src/proxy/client-side.ts';
import { dropLaneMarks, type LaneDoor, proxyUserOf, takeLane } from '../../src/proxy/lane-marks.ts';

const direct: Arrival = { scheme: 'http', connectedTo: undefined };
const tunnel: Arrival = { scheme: 'https', connectedTo: 'a.test:443', proxyUser: 'tunnel' };
const reverse: LaneDoor = { kind: 'reverse' };
const forward: LaneDoor = { kind: 'forward' };
const basic = (text: string): string => `Basic ${Buffer.from(text).toString('base64')}`;

interface Case {
  readonly headers?: readonly string[];
  readonly url?: string;
  readonly door?: LaneDoor;
  readonly arrival?: Arrival;
}

function taken({ headers = [], url = '/a?b=1', door = reverse, arrival = direct }: Case) {
  const request = { url, rawHeaders: headers };
  return { lane: takeLane(request, door, arrival), url: request.url, headers: request.rawHeaders };
}

describe('what says the lane', () => {
  test.for<[string, Case, string, string]>([
    ['the header', { headers: ['X-Retake-Lane', 'one'] }, 'header', 'one'],
    ['the header in UTF-8', { headers: ['x-retake-lane', 'z\u00c3\u00bcrich'] }, 'header', 'zürich'],
    ['the header in Latin-1', { headers: ['x-retake-lane', 'z\u00fcrich'] }, 'header', 'zürich'],
    ['the header, with spaces inside', { headers: ['x-retake-lane', ' pays by card '] }, 'header', 'pays by card'],
    ['the same header twice', { headers: ['x-retake-lane', 'a', 'X-RETAKE-LANE', 'a'] }, 'header', 'a'],
    ['baggage', { headers: ['baggage', 'user=7, retake.lane=a%20b;ttl=1 ,x=y'] }, 'baggage', 'a b'],
    ['a second baggage header', { headers: ['baggage', 'x=y', 'Baggage', 'retake.lane=a'] }, 'baggage', 'a'],
    [
      'the user of a proxy request',
      { headers: ['Proxy-Authorization', basic('a:')], door: forward },
      'proxy-user',
      'a',
    ],
    ['the user of a CONNECT', { door: forward, arrival: tunnel }, 'proxy-user', 'tunnel'],
    ['the port', { door: { kind: 'reverse', lane: 'own' } }, 'port', 'own'],
    ['the path', { url: '/_retake/lane/a%2Fb/x' }, 'path', 'a/b'],
    ['the path of an absolute target', { url: 'http://h:1/_retake/lane/one?x' }, 'path', 'one'],
  ])('%s', ([, asked, how, name]) => {
    expect(taken(asked).lane).toEqual({ how, name });
  });

  test('comes first in this order: header, baggage, proxy user, port, path', () => {
    const headers = ['Proxy-Authorization', basic('user:x'), 'baggage', 'retake.lane=b', 'x-retake-lane', 'h'];
    const door: LaneDoor = { kind: 'forward', lane: 'port' };
    const named = (from: number) => taken({ headers: headers.slice(0, from), door }).lane;
    expect([6, 4, 2, 0].map(named)).toMatchObject([{ name: 'h' }, { name: 'b' }, { name: 'user' }, { name: 'port' }]);
    const own: LaneDoor = { kind: 'reverse', lane: 'port' };
    expect(taken({ url: '/_retake/lane/p/x', door: own })).toMatchObject({ lane: { name: 'port' }, url: '/x' });
  });

  test.for<[string, Case]>([
    ['a plain request', { headers: ['Host', 'h'] }],
    ['baggage of others', { headers: ['baggage', 'my.retake.lane=1,retake.lanes=2'] }],
    ['proxy credentials without a user', { headers: ['Proxy-Authorization', basic(':x')], door: forward }],
    ['proxy credentials of another scheme', { headers: ['Proxy-Authorization', 'Bearer abc'], door: forward }],
    ['proxy credentials behind a reverse listener', { headers: ['Proxy-Authorization', basic('a:b')] }],
    [
      'proxy credentials inside a tunnel',
      { headers: ['Proxy-Authorization', basic('a:b')], door: forward, arrival: { ...direct, connectedTo: 'a:1' } },
    ],
    ['a path through a proxy', { url: 'http://h/_retake/lane/one/x', door: forward }],
    ['a path like it', { url: '/_retake/lanes/one/x' }],
  ])('is not in %s', ([, asked]) => {
    expect(taken(asked).lane).toBeUndefined();
  });

  test.for<[string, Case, RegExp]>([
    ['an empty name', { headers: ['x-retake-lane', ' '] }, /^the lane in the header x-retake-lane is empty: leave it/],
    ['a long name', { headers: ['x-retake-lane', 'a'.repeat(201)] }, /has 201 characters: give a name of at most 200/],
    [
      'a name with control characters',
      { headers: ['baggage', 'retake.lane=%00'] },
      /retake\.lane in baggage holds char/,
    ],
    ['a name that reads from right to left', { url: '/_retake/lane/%E2%80%AEx/' }, /cannot be shown/],
    ['a name badly encoded', { url: '/_retake/lane/%zz/' }, /is not percent-encoded UTF-8/],
    ['a path without a name', { url: '/_retake/lane//x' }, /the path behind \/_retake\/lane\/ is empty/],
    ['two names', { headers: ['x-retake-lane', 'a', 'x-retake-lane', 'b'] }, /names "a" and "b": send one$/],
  ])('is refused as %s', ([, asked, problem]) => {
    expect(taken(asked).lane).toEqual({ problem: expect.stringMatching(problem) as string });
  });
});

describe('marks are taken out', () => {
  test('of headers, which otherwise stay as they are', () => {
    const headers = [
      'Host',
      'h',
      'X-Retake-Lane',
      'a',
      'Accept',
      '*/*',
      'BAGGAGE',
      'retake.lane=b,  x=%20y ; p',
      'accept',
      '',
    ];
    expect(taken({ headers }).headers).toEqual(['Host', 'h', 'Accept', '*/*', 'BAGGAGE', 'x=%20y ; p', 'accept', '']);
    expect(taken({ headers: ['baggage', 'retake.lane=b'] }).headers).toEqual([]);
    const plain = ['Host', 'h', 'baggage', 'a=b'];
    expect(taken({ headers: plain }).headers).toBe(plain);
  });

  test('of what proves to the proxy who the client is, and of nothing that goes to the server', () => {
    const headers = ['Proxy-Authorization', 'Bearer a', 'Authorization', 'Bearer b'];
    expect(taken({ headers, door: forward }).headers).toEqual(['Authorization', 'Bearer b']);
    expect(taken({ headers }).headers).toBe(headers);
  });

  test.for([
    ['/_retake/lane/a/x/y?z', '/x/y?z'],
    ['/_retake/lane/a/', '/'],
    ['/_retake/lane/a', '/'],
    ['/_retake/lane/a?x=1', '/?x=1'],
    ['/_retake/lane/a//x', '//x'],
    ['http://h:1/_retake/lane/a/x', 'http://h:1/x'],
    ['/x/_retake/lane/a/y', '/x/_retake/lane/a/y'],
    ['*', '*'],
  ] as const)('of the target %s', ([url, left]) => {
    expect(taken({ url }).url).toBe(left);
  });

  test('whatever they say, where they are not asked for', () => {
    const request = { url: '/_retake/lane/%zz/x', rawHeaders: ['x-retake-lane', '', 'a', 'b'] };
    dropLaneMarks(request, 'reverse', direct);
    expect(request).toEqual({ url: '/x', rawHeaders: ['a', 'b'] });
  });
});

test.for([
  [basic('ada:secret'), 'ada'],
  [basic('ada'), 'ada'],
  [basic('zürich:'), 'zürich'],
  ['basic  YTpi', 'a'],
  ['Basic !!', undefined],
  ['Basic', undefined],
] as const)('the user name in Proxy-Authorization: %s', ([value, user]) => {
  expect(proxyUserOf(['proxy-authorization', value])).toBe(user);
});
