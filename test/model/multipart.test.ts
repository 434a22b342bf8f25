import { describe, expect, test } from 'vitest';
import { multipartFields, multipartParts } from '../../src/model/multipart.ts';

const part = (disposition: string, value: string): string =>
  `--B\r\nContent-Disposition: form-data; ${disposition}\r\n\r\n${value}\r\n`;

describe('the fields of a multipart body', () => {
  test('are its text parts with their values', () => {
    const text = `${part('name="user"', 'ann')}${part('name=note', 'two\r\nlines')}${part('name="empty"', '')}--B--\r\n`;
    const fields = multipartFields(text, 'B');
    expect(fields.map(({ name, start, end }) => [name, text.slice(start, end)])).toEqual([
      ['user', 'ann'],
      ['note', 'two\r\nlines'],
      ['empty', ''],
    ]);
  });

  test('files are not among them', () => {
    const text = `${part('name="f"; filename="password.txt"', 'x')}${part(`name="g"; filename*=utf-8''a`, 'y')}--B--`;
    expect(multipartFields(text, 'B')).toEqual([]);
  });

  test('a body that was cut off has the fields that are whole', () => {
    const text = `${part('name="a"', '1')}--B\r\nContent-Disposition: form-data; name="b"\r\n\r\nhalf`;
    expect(multipartFields(text, 'B').map(({ name }) => name)).toEqual(['a']);
    expect(multipartFields('no boundary at all', 'B')).toEqual([]);
  });
});

describe('the parts of a body', () => {
  const parts = (text: string) =>
    multipartParts(Buffer.from(text), 'b')?.map(({ headers, body }) => [headers, body.toString()]);

  test('are their headers and their bytes', () => {
    expect(parts('preamble\r\n--b\r\nA: 1\r\nB:\r\n 2\r\n\r\nx\r\ny\r\n--b \r\n\r\n\r\n--b--\r\nepilogue')).toEqual([
      [['A', '1', 'B', '2'], 'x\r\ny'],
      [[], ''],
    ]);
    expect(parts('--b--')).toEqual([]);
  });

  test.each(['', 'text', '--b', '--b\r\nA: 1\r\n\r\nx', '--b\r\nA: 1\r\n--b--', '--bx\r\n\r\n\r\n--b--'])(
    'are not: %j',
    (text) => {
      expect(parts(text)).toBeUndefined();
    },
  );
});
