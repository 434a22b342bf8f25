import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseFields, parseVarints } from '../../src/compare/protobuf-wire.ts';
import { message, varint } from '../support/protobuf.ts';

test('fields come in the order of their bytes', () => {
  expect(parseFields(message([1, 300], [2, 'hi'], [1, -1n]))).toEqual([
    { number: 1, wire: 'varint', value: 300n },
    { number: 2, wire: 'bytes', value: Buffer.from('hi') },
    { number: 1, wire: 'varint', value: 2n ** 64n - 1n },
  ]);
  expect(parseFields(Buffer.alloc(0))).toEqual([]);
});

test('groups hold fields', () => {
  expect(parseFields(Buffer.from([0x0b, 0x10, 0x05, 0x0c]))).toEqual([
    { number: 1, wire: 'group', value: [{ number: 2, wire: 'varint', value: 5n }] },
  ]);
  for (const broken of [[0x0b, 0x10, 0x05], [0x0b, 0x14], [0x0c], Array<number>(100).fill(0x0b)]) {
    expect(parseFields(Buffer.from(broken))).toBeUndefined();
  }
});

test('what is cut or has no field number is no message', () => {
  for (const broken of [[0x08], [0x0a, 0x05, 0x61], [0x00, 0x01], [0x0e, 0x01], Array<number>(11).fill(0xff)]) {
    expect(parseFields(Buffer.from(broken))).toBeUndefined();
  }
});

test('any number is read as it was written, and any bytes are read or refused', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), (value) => {
      expect(parseFields(message([7, value]))).toEqual([{ number: 7, wire: 'varint', value }]);
      expect(parseVarints(Buffer.concat([varint(value), varint(3)]))).toEqual([value, 3n]);
    }),
  );
  fc.assert(fc.property(fc.uint8Array({ maxLength: 40 }), (bytes) => void parseFields(Buffer.from(bytes))));
});

test('a list of numbers has them in as few bytes as they need', () => {
  expect(parseVarints(Buffer.from([0x80, 0x00]))).toBeUndefined();
  expect(parseVarints(Buffer.from([0x01, 0x80]))).toBeUndefined();
});
