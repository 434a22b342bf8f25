import fc from 'fast-check';
import { expect, test } from 'vitest';
import { carry } from '../../src/correlate/carry.ts';
import type { ValueFlow } from '../../src/model/flow.ts';
import { readPlace } from '../../src/model/place-access.ts';
import { valueFlow } from '../support/value-flow.ts';

const request = {
  method: 'PUT',
  target: '/orders/17/lines/a%2Fb?both=x1,y2',
  headers: ['Authorization', 'Bearer old', 'Cookie', 'a=1; sid=old', 'If-Match', 'W/"1"'],
  body: Buffer.from('{ "orderId":17, "ref" : "17", "note":"see /orders/17" }'),
};

const flow = (toPlace: string, value: string, prefix = '', suffix = ''): ValueFlow =>
  valueFlow({ toPlace, prefix, suffix, value });

const flows = [
  flow('path:1', '17'),
  flow('path:3', 'a/b'),
  flow('query:both[0]', 'x1', '', ',y2'),
  flow('query:both[0]', 'y2', 'x1,'),
  flow('header:authorization[0]', 'old', 'Bearer '),
  flow('cookie:sid', 'old'),
  flow('header:if-match[0]', '1', 'W/"', '"'),
  flow('json:/orderId', '17'),
  flow('json:/ref', '17'),
  flow('json:/note', '17', 'see /orders/'),
];

test('live values take the place of recorded ones, each in the encoding of its place', () => {
  const carried = carry(
    request,
    flows,
    ({ value }) => ({ 17: '2 3', 'a/b': 'c/ü', x1: 'x&', y2: 'y=', old: 'new', 1: '2' })[value],
  );
  expect(carried).toEqual({
    method: 'PUT',
    target: '/orders/2%203/lines/c%2F%C3%BC?both=x%26%2Cy%3D',
    headers: ['Authorization', 'Bearer new', 'Cookie', 'a=1; sid=new', 'If-Match', 'W/"2"'],
    body: Buffer.from('{ "orderId":"2 3", "ref" : "2 3", "note":"see /orders/2 3" }'),
  });
});

test('a number stays a number', () => {
  const carried = carry(request, flows, ({ value }) => (value === '17' ? '12345678901234567890' : undefined));
  expect(carried.body.toString()).toBe(
    '{ "orderId":12345678901234567890, "ref" : "12345678901234567890", "note":"see /orders/12345678901234567890" }',
  );
});

test('the recorded values change no byte', () => {
  expect(carry(request, flows, ({ value }) => value)).toEqual(request);
});

test('a flow without a live value, or whose value is not there, changes nothing', () => {
  expect(carry(request, flows, () => undefined)).toEqual(request);
  expect(carry(request, [flow('path:1', '18'), flow('path:9', '17'), flow('json:/none', '17')], () => 'x')).toEqual(
    request,
  );
});

test('what is carried into a place is read there, and other places keep their values', () => {
  const places = ['path:1', 'query:both[0]', 'cookie:sid', 'json:/orderId', 'json:/note'];
  fc.assert(
    fc.property(fc.constantFrom(...places), fc.stringMatching(/^[!-+<-~-]{1,12}$/), (place, live) => {
      const recorded = readPlace(request, place)!;
      const carried = carry(request, [flow(place, recorded)], () => live);
      for (const other of places)
        expect(readPlace(carried, other)).toBe(other === place ? live : readPlace(request, other));
    }),
  );
});

test('live values are carried into what is encoded, also where a value around them is carried too', () => {
  const basic = {
    target: '/a?next=%2Forders%2F17%3Fref%3Dx1',
    headers: ['Authorization', `Basic ${btoa('app:s1')}`],
    body: undefined,
  };
  const inside = [
    flow('query:next[0] > path:1', '17'),
    flow('query:next[0]', 'x1', '/orders/17?ref='),
    flow('header:authorization[0] > word:1 > base64', 'app', '', ':s1'),
    flow('header:authorization[0] > word:1 > base64', 's1', 'app:'),
  ];
  expect(carry(basic, inside, ({ value }) => ({ 17: '4', x1: 'x&2', app: 'b', s1: 's2' })[value])).toEqual({
    target: '/a?next=%2Forders%2F4%3Fref%3Dx%262',
    headers: ['Authorization', `Basic ${btoa('b:s2')}`],
    body: undefined,
  });
});
