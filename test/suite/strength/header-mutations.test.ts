import { expect, test } from 'vitest';
import { responseOf } from '../../../src/model/exchange.ts';
import { headerMutations } from '../../../src/suite/strength/header-mutations.ts';
import { answer, noOthers, told } from '../../support/answers.ts';

function mutated(headers: readonly string[], trailers: readonly string[] = []): string[] {
  return told(headerMutations(answer({ headers, trailers }), noOthers), ({ outcome }) => {
    const facts = responseOf(outcome)!;
    return [...facts.headers, ...facts.trailers].join(' ');
  });
}

test('headers are dropped and changed; those of the connection and of the body are left alone', () => {
  expect(mutated(['Content-Length', '2', 'Date', 'x', 'Connection', 'close', 'Location', '/orders/17'])).toEqual([
    'drop location: Content-Length 2 Date x Connection close',
    'change location: Content-Length 2 Date x Connection close Location /ordert/17',
  ]);
  expect(mutated([], ['grpc-status', '0'])).toEqual([
    'drop trailer grpc-status: ',
    'change trailer grpc-status: grpc-status 1',
  ]);
});

test('types and caching are wrong as servers are, times are off, request ids may be any', () => {
  expect(
    mutated(['Content-Type', 'text/html; charset=utf-8', 'Cache-Control', 'no-store', 'X-Request-Id', 'a1']),
  ).toEqual(
    expect.arrayContaining([
      'content-type as text/plain: Content-Type text/plain Cache-Control no-store X-Request-Id a1',
      'change content-type: Content-Type text/htmm; charset=utf-8 Cache-Control no-store X-Request-Id a1',
      'cache-control as public, max-age=31536000: Content-Type text/html; charset=utf-8 Cache-Control public, max-age=31536000 X-Request-Id a1',
      'drop x-request-id: Content-Type text/html; charset=utf-8 Cache-Control no-store',
    ]),
  );
  expect(mutated(['Last-Modified', 'Sun, 01 Mar 2026 12:00:00 GMT'])).toEqual([
    'drop last-modified: ',
    'shift last-modified: Last-Modified Mon, 02 Mar 2026 13:17:03 GMT',
  ]);
  expect(mutated(['ETag', '"0123456789abcdef"'])).toContain('change etag: ETag "undefined"');
});

test('cookies lose attributes, have other ones, and another value', () => {
  expect(mutated(['Set-Cookie', 'sid=guest; Path=/; HttpOnly; SameSite=Lax'])).toEqual([
    'drop set-cookie: ',
    'set-cookie sid without Path: Set-Cookie sid=guest; HttpOnly; SameSite=Lax',
    'change set-cookie sid Path: Set-Cookie sid=guest; Path=/x; HttpOnly; SameSite=Lax',
    'set-cookie sid without HttpOnly: Set-Cookie sid=guest; Path=/; SameSite=Lax',
    'set-cookie sid without SameSite: Set-Cookie sid=guest; Path=/; HttpOnly',
    'change set-cookie sid SameSite: Set-Cookie sid=guest; Path=/; HttpOnly; SameSite=None',
    'change set-cookie sid: Set-Cookie sid=guesu; Path=/; HttpOnly; SameSite=Lax',
  ]);
});
