import { describe, expect, test } from 'vitest';
import { compareHeaders } from '../../src/compare/compare-headers.ts';
import type { Difference } from '../../src/model/verdict.ts';
import { comparison } from '../support/comparable.ts';

function compare(before: string[], after: string[], renames: Record<string, string> = {}): Difference[] {
  return compareHeaders(before, after, { part: 'header', bodiesDiffer: false, ...comparison(renames) });
}

const facts = (differences: readonly Difference[]): string[] =>
  differences.map(({ path, kind, severity, rule }) => [path, kind, severity, rule ?? ''].join(' ').trim());

test('case and order of names, and lines of lists, have no meaning', () => {
  const before = ['Vary', 'Accept, Origin', 'X-A', '1', 'X-A', '2'];
  const after = ['x-a', '1', 'x-a', '2', 'VARY', 'Accept', 'vary', 'Origin'];
  expect(compare(before, after)).toEqual([]);
});

test('order of values of one name has', () => {
  expect(compare(['X', '1', 'X', '2'], ['X', '2', 'X', '1'])).toMatchObject([
    { path: 'x', before: '1, 2', after: '2, 1' },
  ]);
});

test('a removed header is broken, a new one added, another value changed', () => {
  expect(facts(compare(['A', '1', 'B', '1'], ['B', '2', 'C', '1']))).toEqual([
    'a removed broken',
    'b changed changed',
    'c added added',
  ]);
});

describe('content-type', () => {
  const type = (value: string): string[] => ['Content-Type', value];

  test('of another media type is broken, with other parameters changed', () => {
    expect(facts(compare(type('application/json'), type('text/html')))).toEqual(['content-type type broken']);
    expect(facts(compare(type('text/html; charset=utf-8'), type('text/html; charset=latin1')))).toEqual([
      'content-type;charset changed changed',
    ]);
  });

  test('is the same in another notation', () => {
    expect(compare(type('text/HTML;charset=UTF-8'), type('text/html ; charset=utf-8'))).toEqual([]);
  });
});

describe('headers made of pieces', () => {
  const words = (name: string, before: string, after: string): string[] =>
    compare([name, before], [name, after]).map(({ severity, kind, path, before: first, after: second, rule }) =>
      [severity, kind, path, first, '→', second, rule].filter((word) => word !== undefined).join(' '),
    );

  test.each<readonly [name: string, before: string, after: string]>([
    ['Vary', 'Accept, Origin', 'origin,accept'],
    ['Allow', 'GET, HEAD', 'HEAD,GET'],
    ['Cache-Control', 'max-age=60, no-store', 'No-Store,max-age="60"'],
    ['Accept-Post', 'text/html;q=0.50, application/json', 'application/json;q=1, Text/HTML; q=0.5'],
    ['Content-Disposition', 'attachment; filename=a.txt', 'Attachment;filename="a.txt"'],
    ['Content-Security-Policy', "default-src 'self' a.example; img-src *", "img-src *;default-src a.example 'self'"],
    [
      'Link',
      '</a?x=1,2>; rel="next"; title="a, b", </b>; rel=prev',
      '</b>;rel="prev",</a?x=1,2>; title="a, b";rel=next',
    ],
    [
      'WWW-Authenticate',
      'Bearer realm="a, b", error="c", Basic realm=d',
      'Basic realm="d", Bearer error=c, realm="a, b"',
    ],
    ['Strict-Transport-Security', 'max-age=1; includeSubDomains', 'includesubdomains;max-age=1'],
  ])('%s: %s says the same as %s', (name, before, after) => {
    expect(words(name, before, after)).toEqual([]);
  });

  test.each<readonly [name: string, before: string, after: string, differences: readonly string[]]>([
    [
      'Cache-Control',
      'public, max-age=60',
      'max-age=10, no-store',
      [
        'broken removed cache-control;public public →',
        'changed changed cache-control;max-age 60 → 10',
        'changed added cache-control;no-store → no-store',
      ],
    ],
    ['Vary', 'Accept', 'Accept, Origin', ['added added vary;origin → origin']],
    ['Access-Control-Allow-Methods', 'GET, PUT', 'GET', ['broken removed access-control-allow-methods;PUT PUT →']],
    ['Accept-Patch', 'a/b;q=0.5', 'a/b', ['changed changed accept-patch;a/b 0.5 → 1']],
    [
      'Content-Disposition',
      'attachment; filename="a"',
      'attachment; filename="b"',
      ['changed changed content-disposition;filename a → b'],
    ],
    [
      'Content-Disposition',
      'attachment',
      'inline',
      [
        'broken removed content-disposition;attachment attachment →',
        'changed added content-disposition;inline → inline',
      ],
    ],
    [
      'Content-Security-Policy',
      "script-src 'self'",
      "script-src 'self' evil.example",
      ["changed changed content-security-policy;script-src 'self' → 'self' evil.example"],
    ],
    [
      'Content-Security-Policy',
      "default-src 'self', script-src a.example",
      "default-src 'self'; script-src a.example",
      [
        'broken removed content-security-policy;script-src[2] a.example →',
        'changed added content-security-policy;script-src → a.example',
      ],
    ],
    [
      'Link',
      '</2>; rel=next, </9>; rel=last',
      '</3>; rel=next',
      ['changed changed link;next </2> → </3>', 'broken removed link;last </9> →'],
    ],
    [
      'WWW-Authenticate',
      'Bearer error="expired"',
      'Bearer error="invalid"',
      ['changed changed www-authenticate;bearer;error expired → invalid'],
    ],
    ['ETag', '"a"', 'W/"a"', ['changed changed etag;weak "a" → W/"a"']],
    ['Retry-After', '120', '3600', ['changed changed retry-after 120 → 3600']],
    [
      'Content-Type',
      'multipart/mixed; boundary=a',
      'multipart/mixed; boundary=b',
      ['equivalent changed content-type;boundary a → b default-header'],
    ],
  ])('%s: %s, then %s', (name, before, after, differences) => {
    expect(words(name, before, after)).toEqual(differences);
  });

  test('are explained piece by piece', () => {
    const link = (id: string): string[] => ['Link', `</orders/${id}>; rel="self", </orders>; rel="up"`];
    expect(facts(compare(link('17'), link('23'), { 17: '23' }))).toEqual(['link;self changed equivalent renaming']);
  });

  test('are bounded in time, whatever they are made of', () => {
    const start = performance.now();
    for (const name of ['Link', 'WWW-Authenticate', 'Content-Security-Policy', 'Cache-Control', 'Accept-Post']) {
      for (const piece of [',', '<', '"', '\\', 'a ', 'a=', ';', '=', ' ']) {
        compare([name, piece.repeat(20_000)], [name, `${piece.repeat(20_000)}x`]);
      }
    }
    expect(performance.now() - start).toBeLessThan(3000);
  });
});

describe('default rules', () => {
  test.each(['Date', 'Age', 'Server-Timing', 'Traceparent', 'CF-Ray', 'X-Runtime', 'Via'])(
    '%s is listed as equivalent, changed or gone',
    (name) => {
      const [changed] = compare([name, '1'], [name, '2']);
      expect(changed).toMatchObject({ severity: 'equivalent', rule: 'default-header', before: '1', after: '2' });
      expect(compare([name, '1'], [])).toMatchObject([{ kind: 'removed', severity: 'equivalent' }]);
    },
  );

  test.each(['ETag', 'X-Request-Id', 'X-Correlation-Id'])('%s may have another value, but not be gone', (name) => {
    expect(compare([name, 'a'], [name, 'b'])).toMatchObject([{ severity: 'equivalent', rule: 'default-header' }]);
    expect(compare([name, 'a'], [])).toMatchObject([{ kind: 'removed', severity: 'broken' }]);
  });

  test('framing by length or by chunks is the same', () => {
    expect(facts(compare(['Content-Length', '5'], ['Transfer-Encoding', 'chunked']))).toEqual([
      'content-length removed equivalent default-header',
      'transfer-encoding added equivalent default-header',
    ]);
  });

  test('last-modified and expires follow the clock, not a rule of their own', () => {
    const modified = (value: string): string[] => ['Last-Modified', value];
    expect(
      facts(compare(modified('Sun, 01 Mar 2026 12:00:00 GMT'), modified('Mon, 02 Mar 2026 12:00:00 GMT'))),
    ).toEqual(['last-modified changed equivalent clock']);
    expect(
      facts(compare(modified('Sun, 01 Feb 2026 12:00:00 GMT'), modified('Mon, 02 Feb 2026 12:00:00 GMT'))),
    ).toEqual(['last-modified changed changed']);
  });
});

test('renamed values explain URLs in headers', () => {
  expect(compare(['Location', '/orders/17'], ['Location', '/orders/23'], { 17: '23' })).toMatchObject([
    { path: 'location', severity: 'equivalent', rule: 'renaming' },
  ]);
  expect(compare(['X-Total-Count', '17'], ['X-Total-Count', '23'], { 17: '23' })).toMatchObject([
    { severity: 'changed' },
  ]);
});
