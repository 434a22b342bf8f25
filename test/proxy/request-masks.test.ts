import { describe, expect, test } from 'vitest';
import { parseMatchRuleLine } from '../../src/model/match-rule-grammar.ts';
import { compileMatchRules } from '../../src/model/match-rule-set.ts';
import { type MaskedRequest, masksOf, masksUnder } from '../../src/proxy/request-masks.ts';

const asked = (changes: Partial<MaskedRequest>): MaskedRequest => ({
  method: 'GET',
  target: '/a',
  headers: [],
  trailers: [],
  body: undefined,
  ...changes,
});

describe('the masks of a request', () => {
  const places = (request: Partial<MaskedRequest>): string[] => masksOf(asked(request)).map(({ place }) => place);

  test('without a query and a body there are none, whatever the headers hold', () => {
    expect(places({ headers: ['Authorization', 'Bearer abcdefgh', 'Cookie', 'sid=12345678'] })).toEqual([]);
  });

  test('secrets in the query and in the body are found', () => {
    const found = places({
      method: 'POST',
      target: '/a?api_key=12345678',
      body: Buffer.from('{"password":"abcdefgh"}'),
    });
    expect(found).toContain('query:api_key[0]');
    expect(found).toContain('json:/password');
  });

  test('a body that is too large to hold is not looked into', () => {
    expect(places({ body: { sha256: 'ab', sizeBytes: 9_000_000 } })).toEqual([]);
  });

  test('headers count where a rule lets them', () => {
    const request = asked({ headers: ['Authorization', 'Bearer abcdefgh'] });
    const { rules } = compileMatchRules([parseMatchRuleLine('*: match header authorization')]);
    expect(masksUnder(request, []).map(({ place }) => place)).toEqual([]);
    expect(masksUnder(request, rules).map(({ place }) => place)).toEqual(['header:authorization[0]']);
  });
});
