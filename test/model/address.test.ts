import { describe, expect, test } from 'vitest';
import {
  formatAddress,
  isSessionName,
  draftNameOf,
  isDraftName,
  matchesGlob,
  parseAddress,
  parseSelector,
} from '../../src/model/address.ts';

describe('addresses', () => {
  test('what is formatted is parsed back, also with a colon in the cassette path', () => {
    for (const cassette of ['shop', 'C:\\work\\shop.cassette', '/tmp/a b/shop.cassette']) {
      const address = { cassette, session: 'session-1', position: 12 };
      expect(parseAddress(formatAddress(address))).toEqual(address);
    }
  });

  test('what is no address is refused', () => {
    for (const text of ['shop', 'shop:session-1', 'shop:session-1/x', ':a/1', 'shop:a/b/1']) {
      expect(parseAddress(text), text).toBeUndefined();
    }
  });

  test('a session name can stand in an address', () => {
    expect(isSessionName('session-1')).toBe(true);
    expect(isSessionName('Größe_2.1')).toBe(true);
    for (const bad of ['', 'a/b', 'a:b', 'a b', 'x'.repeat(101)]) expect(isSessionName(bad), bad).toBe(false);
  });
});

describe('selectors', () => {
  test('nothing means everything', () => {
    expect(parseSelector(undefined)).toEqual({ kind: 'all' });
  });

  test('a session, an exchange, a full address and a pattern are told apart', () => {
    expect(parseSelector('login')).toEqual({ kind: 'session', session: 'login' });
    expect(parseSelector('login/3')).toEqual({ kind: 'exchange', session: 'login', position: 3 });
    expect(parseSelector('shop:login/3')).toEqual({ kind: 'exchange', session: 'login', position: 3 });
    expect(parseSelector('get /orders/*')).toEqual({ kind: 'pattern', method: 'GET', glob: '/orders/*' });
    expect(parseSelector('* /**')).toEqual({ kind: 'pattern', method: '*', glob: '/**' });
    expect(parseSelector('17')).toBeUndefined();
  });

  test('the draft of a rewrite can be selected, but no person can give its name to a session', () => {
    const draft = draftNameOf('login');
    expect(parseSelector(draft)).toEqual({ kind: 'session', session: draft });
    expect(parseSelector(`${draft}/3`)).toEqual({ kind: 'exchange', session: draft, position: 3 });
    expect(isDraftName(draft)).toBe(true);
    expect(isSessionName(draft)).toBe(false);
    expect(isDraftName('login.rewrite')).toBe(false);
  });

  test('one star stays inside a path segment, two cross it, and other characters are literal', () => {
    expect(matchesGlob('/orders/1', '/orders/*')).toBe(true);
    expect(matchesGlob('/orders/1/items', '/orders/*')).toBe(false);
    expect(matchesGlob('/orders/1/items', '/orders/**')).toBe(true);
    expect(matchesGlob('/a.b', '/a.b')).toBe(true);
    expect(matchesGlob('/aXb', '/a.b')).toBe(false);
    expect(matchesGlob('/a?x=1', '/a?x=1')).toBe(true);
  });
});
