import { expect, test } from 'vitest';
import { nearestWord } from '../../src/model/nearest-word.ts';

const known = ['latency', 'bandwidth', 'status', 'reset', 'timeout'];

test.each([
  ['latancy', 'latency'],
  ['Latency', 'latency'],
  ['bandwith', 'bandwidth'],
  ['rest', 'reset'],
  ['rseet', 'reset'],
  ['tiemout', 'timeout'],
])('%s is taken for %s', (typed, word) => {
  expect(nearestWord(typed, known)).toBe(word);
});

test.each(['', 'explode', 'lag', 'x'])('nothing is near to %j', (typed) => {
  expect(nearestWord(typed, known)).toBeUndefined();
});
