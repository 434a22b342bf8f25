import { expect, test } from 'vitest';
import { placeShape } from '../../src/correlate/place-shape.ts';

test.each([
  ['json:/items/12/lines/0', 'json:/items/*/lines/*'],
  ['json:/v2/id', 'json:/v2/id'],
  ['line:3 > json:/0/id', 'line:* > json:/*/id'],
  ['xml:/o/item[2]/@id', 'xml:/o/item/@id'],
  ['query:a[1]', 'query:a'],
  ['header:location[0] > path:1', 'header:location > path:1'],
])('%s', (place, shape) => {
  expect(placeShape(place)).toBe(shape);
});
