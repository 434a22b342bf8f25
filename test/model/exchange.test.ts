import { expect, test } from 'vitest';
import {
  emptyBody,
  framingOf,
  isComplete,
  isWrite,
  responseOf,
  type ResponseOutcome,
} from '../../src/model/exchange.ts';

const response: ResponseOutcome = {
  kind: 'response',
  status: 200,
  reason: 'OK',
  httpVersion: '1.1',
  headers: [],
  trailers: [],
  body: emptyBody,
  framing: 'length',
  informational: [],
};

test('reads of HTTP and WebDAV are no writes, anything unknown is one', () => {
  for (const method of ['GET', 'HEAD', 'OPTIONS', 'TRACE', 'QUERY', 'PROPFIND', 'REPORT', 'SEARCH']) {
    expect(isWrite(method), method).toBe(false);
  }
  for (const method of ['POST', 'PUT', 'PATCH', 'DELETE', 'MKCOL', 'FROB', 'get'])
    expect(isWrite(method), method).toBe(true);
});

test('only a whole response is complete', () => {
  expect(isComplete(response)).toBe(true);
  expect(isComplete({ ...response, body: { ...emptyBody, truncated: true, fullSizeBytes: 9 } })).toBe(false);
  expect(isComplete({ kind: 'failure', code: 'reset', message: '', response })).toBe(false);
  expect(isComplete(undefined)).toBe(false);
});

test('the framing of a response follows its method, status and headers', () => {
  expect(framingOf(['Content-Length', '5'], 200, 'HEAD')).toBe('none');
  expect(framingOf(['Content-Length', '5'], 304, 'GET')).toBe('none');
  expect(framingOf(['Content-Length', '5'], 200, 'GET')).toBe('length');
  expect(framingOf(['Content-Length', '5', 'transfer-encoding', 'chunked'], 200, 'GET')).toBe('chunked');
  expect(framingOf(['Transfer-Encoding', 'gzip', 'transfer-encoding', 'x, Chunked'], 200, 'GET')).toBe('chunked');
  expect(framingOf(['Transfer-Encoding', 'gzip'], 200, 'GET')).toBe('close');
  expect(framingOf([], 200, 'GET')).toBe('close');
});

test('a failed exchange has the response that had begun', () => {
  expect(responseOf(response)).toBe(response);
  expect(responseOf({ kind: 'failure', code: 'reset', message: '', response })).toBe(response);
  expect(responseOf({ kind: 'failure', code: 'dns', message: '' })).toBeUndefined();
  expect(responseOf(undefined)).toBeUndefined();
});
