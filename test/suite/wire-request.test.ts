import { describe, expect, test } from 'vitest';
import { type OutgoingRequest, headersForWire, isChunked } from '../../src/suite/wire-request.ts';

function request(method: string, headers: string[], sizeBytes = 0): OutgoingRequest {
  return { method, target: '/', headers, trailers: [], body: { sizeBytes, chunks: () => [] } };
}

describe('headers for the wire', () => {
  test('Host is replaced in its place, order, case and duplicates stay', () => {
    const headers = ['X-B', '1', 'HOST', 'old', 'x-b', '2', 'X-B', '1'];
    expect(headersForWire(request('GET', headers), 'new:1')).toEqual([
      'X-B',
      '1',
      'HOST',
      'new:1',
      'x-b',
      '2',
      'X-B',
      '1',
    ]);
  });

  test('a missing Host is put first, of two the first place is kept', () => {
    expect(headersForWire(request('GET', ['A', '1']), 'new')).toEqual(['Host', 'new', 'A', '1']);
    expect(headersForWire(request('GET', ['Host', 'a', 'A', '1', 'Host', 'b']), 'new')).toEqual([
      'Host',
      'new',
      'A',
      '1',
    ]);
  });

  test('hop-by-hop headers, those Connection names and 100-continue are dropped', () => {
    const headers = [
      'Host',
      'h',
      'Connection',
      'close, X-Hop',
      'X-Hop',
      '1',
      'TE',
      'trailers',
      'Expect',
      '100-continue',
    ];
    expect(headersForWire(request('GET', headers), 'h')).toEqual(['Host', 'h']);
  });

  test('the length is that of the body sent now', () => {
    const headers = ['Host', 'h', 'Content-Length', '5', 'A', '1', 'content-length', '5'];
    expect(headersForWire(request('POST', headers, 7), 'h')).toEqual(['Host', 'h', 'Content-Length', '7', 'A', '1']);
    expect(headersForWire(request('POST', ['Host', 'h'], 7), 'h')).toEqual(['Host', 'h', 'Content-Length', '7']);
  });

  test('a write without a body says so, a read without one says nothing', () => {
    expect(headersForWire(request('DELETE', ['Host', 'h']), 'h')).toEqual(['Host', 'h', 'Content-Length', '0']);
    expect(headersForWire(request('GET', ['Host', 'h']), 'h')).toEqual(['Host', 'h']);
  });

  test('a chunked body stays chunked', () => {
    const headers = ['Host', 'h', 'Transfer-Encoding', 'chunked', 'Content-Length', '3'];
    expect(headersForWire(request('POST', headers, 3), 'h')).toEqual(['Host', 'h', 'Transfer-Encoding', 'chunked']);
    expect(isChunked(['transfer-encoding', 'gzip, Chunked'])).toBe(true);
  });
});
