import { expect, test } from 'vitest';
import { JsonSequenceReader } from '../../src/compare/json-sequence.ts';
import { readItems } from '../../src/compare/stream-items.ts';

test('values come as soon as their line has ended, the last one at the end', () => {
  const reader = new JsonSequenceReader('lines');
  expect(reader.push('{"a":')).toEqual([]);
  expect(reader.push('1}\n\n 2')).toMatchObject([{ value: { a: 1 } }]);
  expect(reader.end()).toEqual({ value: 2, shadowed: [] });
});

test('what is no JSON stays as it stands, with its problem', () => {
  expect(readItems(new JsonSequenceReader('lines'), 'x\n"x"\n{')).toMatchObject([
    { value: 'x', problem: 'it holds a line that is not valid JSON' },
    { value: '"x"' },
    { value: '{', problem: 'it holds a line that is not valid JSON' },
  ]);
});
