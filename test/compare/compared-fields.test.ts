import { expect, test } from 'vitest';
import { type ComparedField, comparedFields } from '../../src/compare/compared-fields.ts';
import { failure, response, type ResponseParts } from '../support/comparable.ts';

function fieldsOf(parts: ResponseParts): string[] {
  const found: string[] = [];
  comparedFields(response(parts)).visit(({ part, path, keys, value }: ComparedField) => {
    found.push(`${part} ${path}${keys ? ` [${keys.join(' ')}]` : ''} ${JSON.stringify(value)}`);
  });
  return found;
}

test('status, headers that are compared, cookies by attribute, leaves, and trailers', () => {
  const headers = [
    'Content-Type',
    'application/json',
    'Date',
    'now',
    'X-A',
    '1',
    'X-A',
    '2',
    'Set-Cookie',
    'a=b; Path=/',
  ];
  expect(fieldsOf({ headers, body: '{"a":[1,{"b":"x/y"}],"c/d":{},"e":null}', trailers: ['X-T', 'z'] })).toEqual([
    'status  "200"',
    'header content-type "application/json"',
    'header x-a "1, 2"',
    'header set-cookie:a "b"',
    'header set-cookie:a;path "/"',
    'body /a/0 [a 0] 1',
    'body /a/1/b [a 1 b] "x/y"',
    'body /c~1d [c/d] {}',
    'body /e [e] null',
    'trailer x-t "z"',
  ]);
});

test('a body that is not structured is one field, none is none', () => {
  const headers = ['Content-Type', 'image/png'];
  expect(fieldsOf({ headers, body: Buffer.from([1, 2]) })).toEqual([
    'status  "200"',
    'header content-type "image/png"',
    'body  ""',
  ]);
  expect(fieldsOf({ headers })).toEqual(['status  "200"', 'header content-type "image/png"']);
  const found: ComparedField[] = [];
  comparedFields(failure('reset')).visit((field) => found.push(field));
  expect(found).toEqual([]);
});
