import { expect, test } from 'vitest';
import { visitInside } from '../../src/correlate/inner-leaves.ts';

function inside(text: string): string[] {
  const found: string[] = [];
  const place = (): string => 'header:x[0]';
  visitInside({ kind: 'string', text, name: 'x', place }, (leaf) => found.push(`${leaf.place()} = ${leaf.text}`));
  return found.map((line) => line.replace('header:x[0] > ', ''));
}

const base64 = (text: string): string => Buffer.from(text).toString('base64');

test.each([
  ['JSON', '{"a":[1,"b"]}', ['json:/a/0 = 1', 'json:/a/1 = b']],
  ['claims', `${base64('{"alg":"x"}')}.${base64('{"sub":"u"}')}.c2ln`.replaceAll('=', ''), ['jwt:/sub = u']],
  ['percent-encoding', 'a%2Fb+c%20d', ['percent = a/b+c d']],
  ['a scheme', 'Basic YTpi', ['word:1 = YTpi']],
  ['Base64 of a text', base64('id:secret'), ['base64 = id:secret']],
  ['Base64 of JSON', base64('{"after":7}'), ['base64 > json:/after = 7']],
])('%s', (_, text, expected) => {
  expect(inside(text)).toEqual(expected);
});

test.each([
  'session',
  '17',
  'deadbeefcafe',
  'two words',
  'f47ac10b-58cc-4372-a567-0e02b2c3d479',
  '{"a":',
  'ey.ey.',
  '%zz12345',
])('%s means only itself', (text) => {
  expect(inside(text)).toEqual([]);
});
