import { expect, test } from 'vitest';
import { connectPlaces, type Connected } from '../../src/correlate/connect-places.ts';
import { parseFlowLine } from '../../src/model/flow-line.ts';
import { correlated } from '../support/correlated.ts';

const session = [
  correlated(0, { request: 'POST /orders', answer: { order: { number: 17 }, name: 'Tea' } }),
  correlated(1, { request: 'GET /print?doc=17&all=17-17', headers: { 'X-Doc': 'no 17' } }),
];

function connect(line: string): Connected {
  const ends = parseFlowLine(line)!;
  return connectPlaces(ends, { from: session[ends.from]!, to: session[ends.to]! });
}

test('a value that stands at both places is connected, with the text around it', () => {
  const flow = { from: 0, fromPlace: 'json:/order/number', to: 1, value: '17' };
  expect(connect('0 json:/order/number -> 1 query:doc[0]')).toEqual({
    ok: true,
    flow: { ...flow, toPlace: 'query:doc[0]', prefix: '', suffix: '' },
  });
  expect(connect('0 json:/order/number -> 1 header:x-doc[0]')).toEqual({
    ok: true,
    flow: { ...flow, toPlace: 'header:x-doc[0]', prefix: 'no ', suffix: '' },
  });
});

test.each([
  ['1 json:/a -> 0 path:1', 'a value goes from an earlier exchange to a later one', 'positions here: 1, 0'],
  ['0 body -> 1 path:1', '"body" is no place', 'places are for example json:/id'],
  ['0 json:/id -> 1 path:1', 'the response of 0 has no value at json:/id', 'it has json:/order/number, json:/name'],
  [
    '0 json:/order/number -> 1 path:7',
    'the request of 1 has no value at path:7',
    'it is at query:doc[0], query:all[0], header:x-doc[0]',
  ],
  ['0 json:/order/number -> 1 path:0', 'the request of 1 does not hold "17" at path:0', 'it is at query:doc[0]'],
  [
    '0 json:/name -> 1 query:doc[0]',
    'the request of 1 does not hold "Tea" at query:doc[0]',
    'the request holds it nowhere',
  ],
  ['0 json:/order/number -> 1 query:all[0]', '"17" stands more than once at query:all[0] of 1', 'lead further inside'],
])('%s is refused', (line, problem, hint) => {
  expect(connect(line)).toEqual({ ok: false, problem, hint: expect.stringContaining(hint) as string });
});
