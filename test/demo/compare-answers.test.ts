import { describe, expect, it } from 'vitest';
import { compareAnswers } from '../../src/demo/compare-answers.ts';
import type { ShopAnswer } from '../../src/demo/shop-session.ts';

function answer(body: string, overrides: Partial<ShopAnswer> = {}): ShopAnswer {
  return { method: 'GET', path: '/', status: 200, headers: [], body: Buffer.from(body), ...overrides };
}

describe('compareAnswers', () => {
  it('counts answers that are equal in every byte', () => {
    expect(compareAnswers([answer('a'), answer('b')], [answer('a'), answer('b')])).toEqual({
      identical: 2,
      pseudonymous: 0,
      different: [],
    });
  });

  it('tells a pseudonym, used in the same way everywhere, from any other difference', () => {
    const recorded = [answer('{"token":"tok_secret"}'), answer('you are tok_secret')];
    const replayed = [answer('{"token":"tok_pseudo"}'), answer('you are tok_pseudo')];
    expect(compareAnswers(recorded, replayed)).toEqual({ identical: 0, pseudonymous: 2, different: [] });
    const inconsistent = [replayed[0]!, answer('you are tok_other!')];
    expect(compareAnswers(recorded, inconsistent).different).toEqual(['GET /']);
  });

  it('pairs the values of cookies', () => {
    const withCookie = (value: string): ShopAnswer => answer('', { headers: [['set-cookie', `sid=${value}; Path=/`]] });
    expect(compareAnswers([withCookie('one')], [withCookie('two')]).pseudonymous).toBe(1);
  });

  it.each([
    ['status', { status: 404 }],
    ['header', { headers: [['etag', '"x"']] as const }],
    ['byte', { body: Buffer.from('A') }],
  ])('names the answer with another %s', (_what, change) => {
    expect(compareAnswers([answer('a')], [answer('a', change)]).different).toEqual(['GET /']);
  });

  it('names answers that one side does not have', () => {
    expect(compareAnswers([answer('a'), answer('b', { path: '/late' })], [answer('a')]).different).toEqual([
      'GET /late',
    ]);
  });
});
