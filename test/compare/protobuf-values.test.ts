import { expect, test } from 'vitest';
import { readProtobuf } from '../../src/compare/protobuf-values.ts';
import { parseFields } from '../../src/compare/protobuf-wire.ts';
import { jsonText } from '../../src/model/json-value.ts';
import { fixed64, message, varint } from '../support/protobuf.ts';

const read = (...messages: readonly Buffer[]) => readProtobuf(messages.map((bytes) => parseFields(bytes)!));

test('numbers, texts and messages are told by what all values of a field can be', () => {
  const person = (id: number, name: string) => message([1, id], [2, name], [3, message([1, name.length], [2, name])]);
  expect(read(person(7, 'Zoë'), person(-1, 'Al'))).toEqual([
    { 1: 7, 2: 'Zoë', 3: { 1: 4 - 1, 2: 'Zoë' } },
    { 1: -1, 2: 'Al', 3: { 1: 2, 2: 'Al' } },
  ]);
});

test('one value that is no text makes a text of none', () => {
  expect(read(message([1, 'abc']), message([1, Buffer.from([0xff, 0x00])]))).toEqual([{ 1: '616263' }, { 1: 'ff00' }]);
});

test('a text of lines stays one', () => {
  expect(read(message([1, 'first\nsecond\tline']))).toEqual([{ 1: 'first\nsecond\tline' }]);
});

test('a field that occurs twice anywhere is a list everywhere', () => {
  expect(read(message([1, 5], [1, 6]), message([1, 5]), message([2, 1]))).toEqual([
    { 1: [5, 6], 2: 0 },
    { 1: [5], 2: 0 },
    { 1: [], 2: 1 },
  ]);
});

test('a default that is left out stands for itself, unless somebody writes it', () => {
  expect(read(message([1, 5], [2, 'a']), message())).toEqual([
    { 1: 5, 2: 'a' },
    { 1: 0, 2: '' },
  ]);
  expect(read(message([1, 5]), message([1, 0]), message())).toEqual([{ 1: 5 }, { 1: 0 }, {}]);
  expect(read(message([1, message([1, 300])]), message())).toEqual([{ 1: { 1: 300 } }, {}]);
});

test('floating point is told from integers by sizes that somebody may have meant', () => {
  const [values] = read(message([1, { double: 19.99 }], [2, { float: 0.1 }], [3, { double: 5e-324 * 17 }]))!;
  expect(values).toEqual({ 1: 19.99, 2: 0.1, 3: 17 });
});

test('packed numbers are lists', () => {
  const packed = Buffer.concat([3, 270, 8, 1, 2, 5].map(varint));
  const doubles = Buffer.concat([fixed64(1.5), fixed64(-2)]);
  expect(read(message([1, packed], [2, doubles]))).toEqual([{ 1: [3, 270, 8, 1, 2, 5], 2: [1.5, -2] }]);
});

test('numbers of 64 bits are exact', () => {
  expect(jsonText(read(message([1, 2n ** 63n - 1n], [2, -(2n ** 63n)]))![0]!)).toBe(
    '{"1":9223372036854775807,"2":-9223372036854775808}',
  );
});

test('deep nesting and many fields are bounded', () => {
  let deep = message([1, 1]);
  for (let i = 0; i < 200; i += 1) deep = message([1, deep]);
  expect(read(deep)).toBeDefined();
  const many = Buffer.concat(Array.from({ length: 2000 }, (_, i) => message([i + 1, 1])));
  expect(read(...Array.from({ length: 501 }, () => many))).toBeUndefined();
});

test('one number written in two ways is two values, since no reader takes both', () => {
  expect(read(message([1, 5]), message([1, { float: 5 }]))).toEqual([{ 1: { varint: 5 } }, { 1: { fixed32: 5 } }]);
});
