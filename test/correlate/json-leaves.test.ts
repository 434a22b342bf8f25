import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import {
  type JsonLeafValue,
  leafContainer,
  leafName,
  leafPlace,
  textOf,
  visitJsonLeaves,
} from '../../src/correlate/json-leaves.ts';

const json = ['Content-Type', 'application/json'];

function leaves<T>(body: string | Buffer, view: (leaf: JsonLeafValue) => T, headers = json): T[] {
  const found: T[] = [];
  visitJsonLeaves(headers, Buffer.from(body), (leaf) => found.push(view(leaf)));
  return found;
}

test('strings and numbers are visited in order, exact, with their place and name', () => {
  const body = '{"a/b":[1,"x",true,null],"data":{"order":{"id":90071992547409931}}}';
  expect(leaves(body, (leaf) => [leaf.kind, leaf.text, leafPlace(leaf), leafName(leaf), leafContainer(leaf)])).toEqual([
    ['number', '1', 'json:/a~1b/0', 'a/b', undefined],
    ['string', 'x', 'json:/a~1b/1', 'a/b', undefined],
    ['number', '90071992547409931', 'json:/data/order/id', 'id', 'order'],
  ]);
  expect(leaves('{"data":{"items":[{"id":1}]}}', leafContainer)).toEqual([undefined]);
});

test('compressed JSON and JSON without a label are read; other bodies have no leaves', () => {
  expect(leaves(gzipSync('{"a":1}'), leafPlace, [...json, 'Content-Encoding', 'gzip'])).toEqual(['json:/a']);
  expect(leaves('{"a":1}', leafPlace, [])).toEqual(['json:/a']);
  expect(leaves('a=1', leafPlace, [])).toEqual([]);
  expect(leaves('{"a":', leafPlace)).toEqual([]);
});

test('bodies beyond a mebibyte and bytes that are no text are not looked into', () => {
  expect(textOf(json, Buffer.alloc(1024 * 1024 + 1, 'x'))).toBeUndefined();
  expect(textOf([...json, 'Content-Encoding', 'gzip'], gzipSync(Buffer.alloc(2 * 1024 * 1024, 'x')))).toBeUndefined();
  expect(textOf(json, Buffer.from([0xff]))).toBeUndefined();
});
