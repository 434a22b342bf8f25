import { expect, test } from 'vitest';
import { ignoring } from '../support/ignoring.ts';
import { comparePair, inWords } from '../support/compare-pair.ts';

interface Part {
  readonly head: string;
  readonly body: string;
}

const field = (name: string, body: string): Part => ({ head: `Content-Disposition: form-data; name="${name}"`, body });
const file = (name: string, filename: string, { type, body }: { type: string; body: string }): Part => ({
  head: `Content-Disposition: form-data; name="${name}"; filename="${filename}"\r\nContent-Type: ${type}`,
  body,
});
const json = (body: string): { type: string; body: string } => ({ type: 'application/json', body });

function multipart(parts: readonly Part[], boundary = 'b', type = 'form-data') {
  const written = parts.map(({ head, body }) => `--${boundary}\r\n${head}\r\n\r\n${body}\r\n`).join('');
  return {
    headers: ['Content-Type', `multipart/${type}; boundary=${boundary}`],
    body: `${written}--${boundary}--\r\n`,
  };
}

const compare = (before: readonly Part[], after: readonly Part[], boundary = 'b'): string[] =>
  inWords(comparePair(multipart(before), multipart(after, boundary)));

test('another boundary and another order of names are no differences', () => {
  expect(compare([field('a', '1'), field('b', '2')], [field('b', '2'), field('a', '1')], 'other')).toEqual([]);
});

test.each<readonly [what: string, before: readonly Part[], after: readonly Part[], differences: readonly string[]]>([
  ['another value', [field('a', '1')], [field('a', '2')], ['changed changed /a "1" → "2"']],
  ['a part that is gone', [field('a', '1'), field('b', '2')], [field('b', '2')], ['broken removed /a 1']],
  ['one part more of a name', [field('a', '1')], [field('a', '1'), field('a', '2')], ['added added /a/1 → 2']],
  [
    'another file name',
    [file('f', 'a.json', json('1'))],
    [file('f', 'b.json', json('1'))],
    ['changed changed /f/filename "a.json" → "b.json"'],
  ],
  [
    'another file name in its long form',
    [{ head: `Content-Disposition: attachment; filename*=UTF-8''a`, body: '1' }],
    [{ head: `Content-Disposition: attachment; filename*=UTF-8''b`, body: '1' }],
    [`changed changed /0/filename* "UTF-8''a" → "UTF-8''b"`],
  ],
  [
    'another use',
    [{ head: 'Content-Disposition: inline', body: '1' }],
    [{ head: 'Content-Disposition: attachment', body: '1' }],
    ['changed changed /0/disposition "inline" → "attachment"'],
  ],
  [
    'another header field of a part',
    [{ head: 'Content-Disposition: form-data; name="a"\r\nX-Check: 1', body: 'x' }],
    [{ head: 'Content-Disposition: form-data; name="a"\r\nX-Check: 2', body: 'x' }],
    ['changed changed /a/x-check "1" → "2"'],
  ],
  [
    'another type',
    [file('f', 'a', { type: 'text/csv', body: 'x' })],
    [file('f', 'a', { type: 'text/html', body: 'x' })],
    ['changed changed /f/content-type "text/csv" → "text/html"'],
  ],
  [
    'JSON inside',
    [file('f', 'a', json('{"x":1,"y":[1]}'))],
    [file('f', 'a', json('{"y":[2],"x":1}'))],
    ['changed changed /f/body/y/0 1 → 2'],
  ],
  [
    'XML inside',
    [file('f', 'a', { type: 'application/xml', body: '<a x="1" y="2"/>' })],
    [file('f', 'a', { type: 'application/xml', body: '<a y="3" x="1"/>' })],
    ['changed changed /f/body/a/@y 2 → 3'],
  ],
])('%s', (_, before, after, differences) => {
  expect(compare(before, after)).toEqual(differences);
});

test('parts without names belong together by their position', () => {
  const part = (body: string): Part => ({ head: 'Content-Type: application/json', body });
  const mixed = (...parts: Part[]) => multipart(parts, 'b', 'mixed');
  expect(inWords(comparePair(mixed(part('1'), part('2')), mixed(part('1'), part('3'))))).toEqual([
    'changed changed /1/body 2 → 3',
  ]);
});

test('a body that can no longer be taken apart is broken', () => {
  const before = multipart([field('a', '1')]);
  const after = { ...before, body: before.body.slice(0, -6) };
  expect(comparePair(before, after)).toMatchObject([
    { path: '', severity: 'broken', after: 'bytes, its parts cannot be told apart' },
    { path: 'byte 53' },
  ]);
});

test('rules speak of parts by their place', () => {
  const before = multipart([file('f', 'a', json('{"at":1}'))]);
  const after = multipart([file('f', 'a', json('{"at":2}'))]);
  expect(inWords(comparePair(before, after, {}, [ignoring(['f', 'body', 'at'])]))).toEqual([
    'equivalent changed /f/body/at 1 → 2 rule 1',
  ]);
});
