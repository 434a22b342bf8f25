import { expect, test } from 'vitest';
import { formatFlowLine, parseFlowLine } from '../../src/model/flow-line.ts';

test('a flow is written and read back', () => {
  const ends = { from: 3, fromPlace: 'header:location[0] > path:1', to: 12, toPlace: 'html:input user name[0]' };
  expect(formatFlowLine(ends)).toBe('3 header:location[0] > path:1 -> 12 html:input user name[0]');
  expect(parseFlowLine(formatFlowLine(ends))).toEqual(ends);
  expect(parseFlowLine(' 3  json:/id → 5 path:1 ')).toEqual({
    from: 3,
    fromPlace: 'json:/id',
    to: 5,
    toPlace: 'path:1',
  });
});

test.each(['', '3 json:/id', 'json:/id -> path:1', '3 -> 5', '3 json:/id -> x path:1', '-1 json:/id -> 5 path:1'])(
  'what is no flow is refused: %s',
  (text) => {
    expect(parseFlowLine(text)).toBeUndefined();
  },
);
