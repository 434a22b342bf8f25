import { expect, test } from 'vitest';
import { requestKey } from '../../src/match/request-key.ts';

const key = (
  boundary: string,
  parts: readonly string[],
  type = `multipart/form-data; boundary=${boundary}`,
): string => {
  const body = `${parts.map((part) => `--${boundary}\r\n${part}\r\n`).join('')}--${boundary}--\r\n`;
  const request = { targetName: 'default', method: 'POST', target: '/', headers: ['Content-Type', type] };
  return requestKey({ ...request, body: Buffer.from(body, 'latin1') }, []).key;
};
const part = (name: string, content: string): string =>
  `Content-Disposition: form-data; name="${name}"\r\n\r\n${content}`;

test('neither the boundary nor the spelling of names of headers counts', () => {
  const file = 'content-type:text/plain\r\nContent-Disposition: form-data; name="f"; filename="F"\r\n\r\nx';
  const same = 'CONTENT-DISPOSITION:  form-data; name="f"; filename="F"\r\nContent-Type: text/plain\r\n\r\nx';
  expect(key('b1', [file])).toBe(key('b2', [same]));
  expect(key('b1', [file])).toBe(key('b1', [file], 'Multipart/Form-Data; Boundary="b1"'));
});

test('parts keep their order, contents every byte', () => {
  const [a, b] = [part('a', '1'), part('b', '2')];
  expect(key('x', [a, b])).not.toBe(key('x', [b, a]));
  expect(key('x', [part('a', '1')])).not.toBe(key('x', [part('a', '1 ')]));
  expect(key('x', [part('a', '1')])).not.toBe(key('x', [part('A', '1')]));
  expect(key('x', ['\r\nContent-Type: a\r\n\r\n1'])).not.toBe(key('x', ['\r\ncontent-type: a\r\n\r\n1']));
});

test('a part cannot pass for two, whatever it holds', () => {
  const [a, b] = [part('a', '1'), part('b', '2')];
  expect(key('x', [a, b])).not.toBe(key('x', [`${a}\r\n--\r\n${b}`]));
  expect(key('x', [a, b])).not.toBe(key('x', [`${a}\r\n--y\r\n${b}`]));
  expect(key('x', [part('a', 'l\r\n--xyz')])).not.toBe(key('x', [part('a', 'l\r\n--yz')]));
});
