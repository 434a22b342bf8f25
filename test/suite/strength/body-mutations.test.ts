import zlib from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { responseOf } from '../../../src/model/exchange.ts';
import { headerValue } from '../../../src/model/headers.ts';
import { bodyMutations } from '../../../src/suite/strength/body-mutations.ts';
import { answer, noOthers, told, toldBodies } from '../../support/answers.ts';

function mutated(type: string, body: string): string[] {
  return toldBodies(bodyMutations(answer({ headers: ['Content-Type', type], body }), noOthers));
}

describe('bodies made wrong', () => {
  test('every body may be empty or cut; none where there is none', () => {
    expect(mutated('application/octet-stream', '\u0000\u0001ab')).toEqual([
      'empty body: ',
      'cut body: \u0000\u0001',
      'text of a byte: \u0000\u0001`b',
    ]);
    expect(mutated('application/json', '')).toEqual([]);
  });

  test('a length is what was sent, and a coding is applied again', () => {
    const body = zlib.gzipSync('{"a":1}');
    const headers = [
      'Content-Type',
      'application/json',
      'Content-Encoding',
      'gzip',
      'Content-Length',
      `${body.length}`,
    ];
    const found = told(bodyMutations(answer({ headers, body }), noOthers), ({ outcome, body }) => {
      const length = headerValue(responseOf(outcome)!.headers, 'content-length');
      const text = body.length === 0 ? '' : zlib.gunzipSync(body).toString();
      return `${text} ${Number(length) === body.length}`;
    });
    expect(found).toContain('number /a: {"a":2} true');
    expect(found).toContain('empty body:  true');
  });

  test('a body that cannot be decoded is only made empty', () => {
    const headers = ['Content-Type', 'application/json', 'Content-Encoding', 'gzip'];
    expect(toldBodies(bodyMutations(answer({ headers, body: 'no gzip' }), noOthers))).toEqual(['empty body: ']);
  });

  test('JSON keeps its byte order mark; equal keys and other charsets are left to text and bytes', () => {
    expect(mutated('application/json', '\uFEFF[1]')).toContain('number /0: \uFEFF[2]');
    expect(mutated('application/json', '{"a":1,"a":2}')).toContain('text line 1: {"a":1,"b":2}');
  });

  test('forms lose fields and have other values', () => {
    const found = mutated('application/x-www-form-urlencoded', 'name=lamp&n=1').slice(2);
    expect(found).toEqual([
      'drop name: n=1',
      'text name: name=lamq&n=1',
      'drop n: name=lamp&',
      'text n: name=lamp&n=2',
    ]);
  });
});
