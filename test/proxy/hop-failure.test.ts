import { ServerResponse, IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { describe, expect, test } from 'vitest';
import { answerProblem, formatProblem, hopFailureOf, statusOfFailure } from '../../src/proxy/hop-failure.ts';
import { Http1Response } from '../../src/proxy/http1-client.ts';

const failureOf = (code: string, extra: object = {}) =>
  hopFailureOf(Object.assign(new Error('words'), { code, ...extra }), 'http://up');

describe('what went wrong', () => {
  test.for([
    ['ECONNREFUSED', 'refused', 'upstream http://up refused the connection (ECONNREFUSED)'],
    ['ENOTFOUND', 'dns', 'upstream http://up has no address: the name does not resolve (ENOTFOUND)'],
    ['EHOSTUNREACH', 'unreachable', 'upstream http://up cannot be reached: no route to the host (EHOSTUNREACH)'],
    ['ETIMEDOUT', 'timeout', 'upstream http://up did not accept the connection in time (ETIMEDOUT)'],
    ['ECONNRESET', 'reset', 'upstream http://up closed the connection without an answer (ECONNRESET)'],
    ['CERT_HAS_EXPIRED', 'tls', 'upstream http://up has no valid TLS: words (CERT_HAS_EXPIRED)'],
    ['DEPTH_ZERO_SELF_SIGNED_CERT', 'tls', 'upstream http://up has no valid TLS: words (DEPTH_ZERO_SELF_SIGNED_CERT)'],
    [
      'ERR_TLS_CERT_ALTNAME_INVALID',
      'tls',
      'upstream http://up has no valid TLS: words (ERR_TLS_CERT_ALTNAME_INVALID)',
    ],
    ['EWHATEVER', 'reset', 'upstream http://up failed: words'],
  ] as const)('%s is %s', ([errno, code, message]) => {
    expect(failureOf(errno)).toEqual({ code, message });
  });

  test('a parser error says what was not HTTP', () => {
    expect(failureOf('HPE_INVALID_CONSTANT', { reason: 'Expected HTTP/' })).toEqual({
      code: 'protocol',
      message: 'upstream http://up did not answer in HTTP: Expected HTTP/ (HPE_INVALID_CONSTANT)',
    });
  });

  test.for([
    [
      'ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED',
      'it asks for a certificate of its client; show one with --client-cert FILE --client-key FILE',
    ],
    ['ERR_SSL_WRONG_VERSION_NUMBER', 'what came back is not TLS; perhaps it speaks http:// there'],
    ['ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION', 'tlsv1 alert protocol version'],
  ] as const)('of what OpenSSL says, only the reason stays: %s', ([errno, words]) => {
    const error = new Error('40BD2F94B97F0000:error:0A00:SSL routines:ssl3_read_bytes:words:../deps/rec.c:918:\n');
    const { message } = hopFailureOf(
      Object.assign(error, { code: errno, reason: 'tlsv1 alert protocol version' }),
      'https://up',
    );
    expect(message).toBe(`upstream https://up has no valid TLS: ${words} (${errno})`);
  });

  test('of several addresses the first one speaks', () => {
    const first = Object.assign(new Error('a'), { code: 'ECONNREFUSED' });
    expect(hopFailureOf(new AggregateError([first, new Error('b')]), 'http://up').code).toBe('refused');
  });
});

test('only time that ran out is 504', () => {
  expect(statusOfFailure('timeout')).toBe(504);
  expect(statusOfFailure('refused')).toBe(502);
});

test('a problem is the same bytes for the same words', () => {
  const problem = { code: 'dns', detail: 'no name' };
  expect(formatProblem(502, problem)).toEqual(formatProblem(502, problem));
  const { headers, body, reason } = formatProblem(502, problem);
  expect(reason).toBe('Bad Gateway');
  expect(headers).toEqual([
    'Content-Type',
    'application/problem+json',
    'Content-Length',
    String(body.length),
    'x-retake-failure',
    'dns',
  ]);
});

test('a response whose head is out is left alone', () => {
  const request = new IncomingMessage(new Socket());
  const response = new ServerResponse(request);
  response.writeHead(200);
  answerProblem(new Http1Response(request, response), 502, { code: 'x', detail: 'y' });
  expect(response.statusCode).toBe(200);
  expect(response.writableEnded).toBe(false);
});
