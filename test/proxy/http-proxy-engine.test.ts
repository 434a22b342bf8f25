import type http from 'node:http';
import { expect, test } from 'vitest';
import { httpProxyRequest } from '../../src/proxy/http-proxy-engine.ts';
import { useEngine } from '../support/forwarding.ts';

// Whatever holds with Node's own client holds with this engine.
useEngine('http-proxy');
await import('./forward.test.ts');
await import('./hop.test.ts');

test('what http-proxy would write over stays as it was', () => {
  const rawHeaders = ['X-A', '1', 'x-b', '2', 'X-A', '3'];
  let given: Record<string, unknown> = {};
  const web = (_request: http.IncomingMessage, _response: http.ServerResponse, options: object): void => {
    given = (options as { ssl: Record<string, unknown> }).ssl;
    given['headers'] = { 'content-length': '0' };
    given['path'] = '/rewritten';
    given['localAddress'] = undefined;
  };
  const target = { protocol: 'http:' as const, hostname: 'a.test', port: 80 };
  httpProxyRequest({ web }, target)({ path: '//a', headers: rawHeaders });
  expect({ ...given }).toEqual({ path: '//a', headers: rawHeaders, localAddress: undefined });
});
