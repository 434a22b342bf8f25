import { expect, test } from 'vitest';
import { compileMatchRules } from '../../src/model/match-rule-set.ts';
import { isTouched, lazyShape } from '../../src/model/rule-touch.ts';
import { matchRules } from '../support/match-rules.ts';

const json = { type: 'application/json', body: '{"id": "7", "items": [{"sku": "a"}]}' };
const form = { type: 'application/x-www-form-urlencoded', body: 'user=ada&n=1' };
const multipart = {
  type: 'multipart/form-data; boundary=x',
  body: '--x\r\nContent-Disposition: form-data; name="user"\r\n\r\nada\r\n--x--\r\n',
};

function touched(line: string, { type, body }: { type: string; body: string }, target = '/a/7?q=1&nonce=2'): boolean {
  const [rule] = compileMatchRules(matchRules(line)).rules;
  const headers = ['Content-Type', type, 'Cookie', 'sid=1; lang=en', 'X-Id', '1'];
  const shape = lazyShape(headers, () => (body === '' ? undefined : Buffer.from(body)));
  return isTouched({ target, headers, hasBody: body !== '', shape }, rule!);
}

test.each([
  ['* /a/{id}: ignore path id', json, true],
  ['*: ignore method', json, true],
  ['*: treat as read', json, true],
  ['*: ignore body', json, true],
  ['*: ignore body', { type: 'text/plain', body: '' }, false],
  ['*: ignore query', json, true],
  ['*: ignore query nonce', json, true],
  ['*: ignore query Nonce', json, false],
  ['*: match header x-id', json, true],
  ['*: match header x-other', json, false],
  ['*: match cookie lang', json, true],
  ['*: match cookie LANG', json, false],
  ['*: ignore form user', form, true],
  ['*: ignore form user', multipart, true],
  ['*: ignore form other', form, false],
  ['*: ignore form user', json, false],
  ['*: type json $.items[*].sku as any', json, true],
  ['*: type json $..sku as any', json, true],
  ['*: type json $.sku as any', json, false],
  ['*: type json $.user as any', form, false],
])('%s: %j %s', (line, message, expected) => {
  expect(touched(line, message)).toBe(expected);
});

test('the whole query is not there without parameters', () => {
  expect(touched('*: ignore query', json, '/a/7')).toBe(false);
});
