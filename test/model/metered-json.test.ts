import { expect, test } from 'vitest';
import { parseJsonValue } from '../../src/model/json-value.ts';
import { meteredJson, TooCostly } from '../../src/model/metered-json.ts';

function metered(text: string, looks: number): unknown {
  const parsed = parseJsonValue(text);
  if (!parsed.ok) throw new Error(parsed.problem);
  return meteredJson(parsed.value, looks);
}

test('a metered document reads like the document', () => {
  const text = '{"a":[1,{"b":null}],"__proto__":{"c":"d"},"n":123456789012345678901}';
  expect(JSON.stringify(metered(text, 1000))).toBe(
    '{"a":[1,{"b":null}],"__proto__":{"c":"d"},"n":123456789012345680000}',
  );
  expect(Array.isArray(metered('[]', 10))).toBe(true);
  expect(metered('"text"', 0)).toBe('text');
  expect(metered('123456789012345678901', 0)).toBe(Number('123456789012345678901'));
});

test('too many looks are refused', () => {
  const list = `[${'1,'.repeat(99)}1]`;
  const sum = (looks: number): number => (metered(list, looks) as number[]).reduce((total, one) => total + one, 0);
  expect(sum(1000)).toBe(100);
  expect(() => sum(50)).toThrow(TooCostly);
});
