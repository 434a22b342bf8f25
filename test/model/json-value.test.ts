import { describe, expect, test } from 'vitest';
import { ExactNumber, isJsonArray, isJsonObject, jsonNumber, jsonText } from '../../src/model/json-value.ts';

describe('numbers', () => {
  test('are equal by value however they are written', () => {
    expect(['1.0', '1e2', '100E-2', '-0'].map(jsonNumber)).toEqual([1, 100, 1, -0]);
  });

  test('that a double cannot hold stay exact and different', () => {
    const big = jsonNumber('9007199254740993') as ExactNumber;
    expect(big).toBeInstanceOf(ExactNumber);
    expect(big.canonical).not.toBe((jsonNumber('9007199254740995') as ExactNumber).canonical);
    expect(jsonText(big)).toBe('9007199254740993');
    expect((jsonNumber('0.10000000000000000555') as ExactNumber).canonical).toBe('10000000000000000555e-20');
  });

  test('have one canonical form, beyond the range of doubles too', () => {
    expect((jsonNumber('1e400') as ExactNumber).canonical).toBe((jsonNumber('10.0e399') as ExactNumber).canonical);
    expect((jsonNumber('1e-99999999999999999999') as ExactNumber).canonical).toBe('1e-99999999999999999999');
  });

  test('that a double holds exactly are plain numbers', () => {
    expect(jsonNumber('9007199254740992')).toBe(2 ** 53);
    expect(jsonNumber('52.520006599999998')).toBeInstanceOf(ExactNumber);
    expect(jsonNumber('52.5200066')).toBe(52.5200066);
  });
});

test('values are told apart by their shape', () => {
  expect([isJsonObject({}), isJsonObject([]), isJsonObject(null), isJsonObject(jsonNumber('1e400'))]).toEqual([
    true,
    false,
    false,
    false,
  ]);
  expect([isJsonArray([]), isJsonArray({})]).toEqual([true, false]);
});

test('the text of a value is its JSON, exact numbers as they stood', () => {
  expect(jsonText({ a: [1, jsonNumber('1.00000000000000000001'), 'x"'], b: null })).toBe(
    '{"a":[1,1.00000000000000000001,"x\\""],"b":null}',
  );
});
