import { expect, test } from 'vitest';
import { parseJsonValue, jsonText } from '../../../src/model/json-value.ts';
import {
  alteredText,
  alteredTokens,
  isIdText,
  laterTime,
  nextNumber,
} from '../../../src/suite/strength/altered-values.ts';
import { baselineAt } from '../../support/comparable.ts';

test.each([
  ['open', 'opeo'],
  ['Zz', 'Za'],
  ['', 'x'],
  ['!', '!x'],
  ['19 %', '10 %'],
  ['since 2026-03-01T12:00:00Z', 'sincf 2026-03-01T12:00:00Z'],
  ['paid by ord-a1b2c3', 'paid bz ord-a1b2c3'],
  ['caf%C3%A9', 'cag%C3%A9'],
])('%j becomes %j', (text, other) => {
  expect(alteredText(text)).toBe(other);
});

test.each([
  ['1', '2'],
  ['-1', '0'],
  ['19.99', '20.99'],
  ['9007199254740993', '9007199254740994'],
  ['1e400', undefined],
])('the number after %s is %s', (text, next) => {
  const parsed = parseJsonValue(text);
  const found = parsed.ok ? nextNumber(parsed.value as number) : undefined;
  expect(found === undefined ? undefined : jsonText(found)).toBe(next);
});

test('what stands for one thing is an id; times and words are none', () => {
  expect(isIdText('6f1c2b9e-0d3a-4c55-9a43-5f0f0f0f0f0f', 'x')).toBe(true);
  expect(isIdText('open', 'status')).toBe(false);
  expect(isIdText('a lamp 12345678', 'title')).toBe(false);
});

test('times in any notation are off by more than a day, and no whole number of minutes', () => {
  expect(laterTime('2026-03-01', baselineAt)).toBe('2026-03-02');
  expect(laterTime('1767225600', baselineAt)).toBe('1767316623');
  expect(laterTime('soon', baselineAt)).toBeUndefined();
});

test('ids in tokens may be any', () => {
  const token = ['{"alg":"none"}', '{"jti":"6f1c2b9e-0d3a-4c55-9a43-5f0f0f0f0f0f","admin":false}', 's']
    .map((part) => Buffer.from(part).toString('base64url'))
    .join('.');
  expect(alteredTokens(token).map(({ claim }) => claim)).toEqual(['admin']);
  expect(alteredTokens('no.token')).toEqual([]);
});
