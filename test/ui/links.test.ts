import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseAddress } from '../../src/model/address.ts';
import {
  bodyUrl,
  cassetteRulesUrl,
  cassetteUrl,
  differenceRuleUrl,
  exchangeUrl,
  reviewUrl,
  runAgainUrl,
  sessionRunUrl,
  trafficUrl,
} from '../../src/ui/links.ts';

test('an address stands readable in the URL', () => {
  expect(exchangeUrl({ cassette: 'shop', session: 'session-1', position: 12 })).toBe('/x/shop:session-1/12');
  expect(bodyUrl({ cassette: 'a/b', session: 's', position: 0 }, 'request')).toBe('/body/request/a%2Fb:s/0');
});

test('any address survives its URL', () => {
  const name = fc.string({ unit: 'grapheme', minLength: 1 });
  const session = fc.stringMatching(/^[a-z0-9._-]{1,20}$/);
  fc.assert(
    fc.property(name, session, fc.nat(), (cassette, session, position) => {
      fc.pre(cassette.isWellFormed() && !/[\n\r\u2028\u2029]/.test(cassette));
      const url = new URL(exchangeUrl({ cassette, session, position }), 'http://127.0.0.1');
      expect(url.pathname.split('/')).toHaveLength(4);
      expect(parseAddress(decodeURIComponent(url.pathname.slice('/x/'.length)))).toEqual({
        cassette,
        session,
        position,
      });
    }),
  );
});

test('names and filters are escaped', () => {
  expect(cassetteUrl('a/b?c')).toBe('/cassettes/a%2Fb%3Fc');
  expect(trafficUrl({ cassette: 'a&b', session: 's', q: 'status:5xx -x', from: 200 })).toBe(
    '/traffic?cassette=a%26b&session=s&q=status%3A5xx+-x&from=200',
  );
  expect(reviewUrl(3)).toBe('/runs/3/review');
  expect(reviewUrl(3, { check: 7, difference: 'body:/a b' })).toBe('/runs/3/review?check=7&difference=body%3A%2Fa+b');
  expect(reviewUrl(3, { cluster: 'missing', expand: ['1-2', '3-4'] })).toBe(
    '/runs/3/review?cluster=missing&expand=1-2&expand=3-4',
  );
  expect(differenceRuleUrl(3, { check: 7, difference: 'body:/a&b' }, 'volatile')).toBe(
    '/runs/3/review/rule?check=7&difference=body%3A%2Fa%26b&take=volatile',
  );
  expect(cassetteRulesUrl('a&b')).toBe('/rules?cassette=a%26b');
  expect(runAgainUrl('shop', { session: 's', target: 'a=http://a/, b=http://b/' })).toBe('/cassettes/shop/s/run');
  expect(sessionRunUrl('shop', 's', 'http://a/')).toBe('/cassettes/shop/s/run?target=http%3A%2F%2Fa%2F');
});
