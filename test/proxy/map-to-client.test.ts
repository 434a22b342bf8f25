import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { expect, test } from 'vitest';
import { mapToClient } from '../../src/proxy/map-to-client.ts';
import { parseTarget } from '../../src/model/target.ts';

function mapped(
  name: string,
  value: string,
  target = 'https://shop.test/base',
  scheme: 'http' | 'https' = 'http',
): string {
  const request = new IncomingMessage(new Socket());
  request.rawHeaders = ['Host', 'localhost:4000'];
  return mapToClient([name, value], request, { target: parseTarget(target), scheme })[1]!;
}

test.for([
  ['https://shop.test/base/login?next=/', 'http://localhost:4000/login?next=/'],
  ['https://shop.test:443/base', 'http://localhost:4000'],
  ['//shop.test/base/x', 'http://localhost:4000/x'],
  ['/base/x', '/x'],
  ['/base', '/'],
  ['x/y', 'x/y'],
  ['/elsewhere', '/elsewhere'],
  ['/baseline', '/baseline'],
  ['https://shop.test/other', 'https://shop.test/other'],
  ['http://shop.test/base/x', 'http://shop.test/base/x'],
  ['https://other.test/base/x', 'https://other.test/base/x'],
] as const)('Location %s leads to %s', ([from, to]) => {
  expect(mapped('Location', from)).toBe(to);
  expect(mapped('content-location', from)).toBe(to);
});

test('Refresh is mapped with its delay and quotes kept', () => {
  expect(mapped('Refresh', '5; url="https://shop.test/base/x"')).toBe('5; url="http://localhost:4000/x"');
  expect(mapped('Refresh', '0;URL=/base/x')).toBe('0;URL=/x');
  expect(mapped('Refresh', '10')).toBe('10');
});

test('a cookie of the target becomes one of ours', () => {
  expect(mapped('Set-Cookie', 'sid=1; Domain=.shop.test; Path=/base/a; Secure; HttpOnly; SameSite=None')).toBe(
    'sid=1; Path=/a; HttpOnly',
  );
  expect(mapped('set-cookie', 'sid=a=b; SameSite=Lax; Domain=other.test')).toBe(
    'sid=a=b; SameSite=Lax; Domain=other.test',
  );
});

test('other headers stay', () => {
  expect(mapped('Link', '<https://shop.test/base/x>')).toBe('<https://shop.test/base/x>');
});

test('a client that came by https stays there and keeps its Secure cookies', () => {
  const target = 'https://shop.test/base';
  expect(mapped('Location', 'https://shop.test/base/x', target, 'https')).toBe('https://localhost:4000/x');
  const cookie = 'sid=1; Domain=shop.test; Path=/base/; Secure; SameSite=None';
  expect(mapped('Set-Cookie', cookie, target, 'https')).toBe('sid=1; Path=/; Secure; SameSite=None');
});
