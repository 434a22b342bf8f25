import { describe, expect, test } from 'vitest';
import { RenamesAt } from '../../src/suite/renames-at.ts';
import { Renaming } from '../../src/suite/renaming.ts';
import { siteAt } from '../support/comparable.ts';

const freshOf = (renaming: Renaming, value: string, path: (string | number)[] = ['id'], target = '/'): string[] => [
  ...new RenamesAt(renaming, [], siteAt(0, target)).freshOf(value, path),
];

function jwt(claims: object): string {
  const part = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  return `${part({ alg: 'HS256' })}.${part(claims)}.c2lnbmF0dXJl`;
}

describe('the renaming of a run', () => {
  test('the first value for a recorded one holds', () => {
    const renaming = new Renaming();
    renaming.establish('ord-0001', 'ord-1001');
    renaming.establish('ord-0001', 'ord-1002');
    expect(freshOf(renaming, 'ord-0001')).toEqual(['ord-1001']);
  });

  test('a baseline accepted from an earlier run is renamed from its own values', () => {
    const renaming = new Renaming();
    renaming.establish('recorded-id-01', 'id-of-run-03');
    renaming.establish('recorded-token-1', 'token-of-run-3');
    const renames = new RenamesAt(renaming, [['recorded-id-01', 'id-of-run-02']], siteAt(0, '/'));
    expect(renames.freshOf('id-of-run-02', ['id'])).toEqual(['id-of-run-03']);
    expect(renames.freshOf('recorded-token-1', ['token'])).toEqual(['token-of-run-3']);
    expect(renames.freshOf('recorded-id-01', ['id'])).toEqual([]);
  });

  test('only what differs from the recording is kept with a run', () => {
    const renaming = new Renaming();
    renaming.establish('same', 'same');
    renaming.establish('a', 'x');
    expect(renaming.pairs()).toEqual([['a', 'x']]);
    expect(new RenamesAt(renaming, [['same', 'other']], siteAt(0, '/')).freshOf('other', ['id'])).toEqual(['same']);
  });

  test('two recorded values never become one', () => {
    const renaming = new Renaming();
    renaming.establish('user-a1b2c3', 'user-d4e5f6');
    renaming.establish('user-777aaa', 'user-d4e5f6');
    renaming.establish('user-888bbb', 'user-888bbb');
    renaming.establish('user-999ccc', 'user-888bbb');
    expect(freshOf(renaming, 'user-a1b2c3')).toEqual(['user-d4e5f6']);
    expect(freshOf(renaming, 'user-777aaa')).toEqual([]);
    expect(freshOf(renaming, 'user-999ccc')).toEqual([]);
  });

  test('values that a person gives may be the same for several recorded ones', () => {
    const renaming = new Renaming();
    renaming.give('pseudonym-1a', 'pseudonym-9z');
    renaming.give('pseudonym-2b', 'pseudonym-9z');
    expect(freshOf(renaming, 'pseudonym-2b')).toEqual(['pseudonym-9z']);
  });

  test('tokens that differ in their times only may be one or two, as the seconds fall', () => {
    const renaming = new Renaming();
    const [first, second] = [jwt({ sub: 'ann', iat: 100 }), jwt({ sub: 'ann', iat: 102, exp: 200 })];
    const [now, later] = [jwt({ sub: 'bea', iat: 900, exp: 1000 }), jwt({ sub: 'bea', iat: 901 })];
    renaming.establish(first, now);
    renaming.establish(second, now);
    renaming.establish(first, later);
    renaming.establish(first, jwt({ sub: 'eve', iat: 900 }));
    renaming.establish(jwt({ sub: 'cid', iat: 100 }), now);
    expect(freshOf(renaming, first)).toEqual([now, later]);
    expect(freshOf(renaming, second)).toEqual([now]);
    expect(freshOf(renaming, jwt({ sub: 'cid', iat: 100 }))).toEqual([]);
  });

  test.each([
    ['ord-0017', 'undefined'],
    ['17', 'null'],
    ['17', ''],
    ['17', 'seventeen'],
    ['6f1c9a52-7d0e-4b3a-9a55-0c1d2e3f4a5b', 'ord-0017-and-more'],
    [jwt({ sub: 'ann' }), 'an-opaque-token-1234567890-abcdefghijkl'],
    ['k9Xw2mQ7pL4vT8zR', 'k9'],
  ])('%s does not become %s', (recorded, fresh) => {
    const renaming = new Renaming();
    renaming.establish(recorded, fresh);
    expect(freshOf(renaming, recorded)).toEqual([]);
  });

  test.each([
    ['9', '10'],
    ['48213907', '5a1b3c9f'],
    ['MTA=', 'MTAwMA=='],
    ['k9Xw2mQ7pL4vT8zR', 'Zx3Vb8Nm5Kj1Hg6FdS'],
  ])('%s may become %s', (recorded, fresh) => {
    const renaming = new Renaming();
    renaming.establish(recorded, fresh);
    expect(freshOf(renaming, recorded)).toEqual([fresh]);
  });
});

describe('values that say nothing by themselves', () => {
  /** Customer 1 is now 2, orders 1 and 2 are now 7 and 8. */
  function shop(): Renaming {
    const renaming = new Renaming(['customer', 'order']);
    renaming.establish('1', '2', { kinds: ['customer'] });
    renaming.establish('1', '7', { kinds: ['order'] });
    renaming.establish('2', '8', { kinds: ['order'] });
    return renaming;
  }

  test('are renamed apart for each kind of thing', () => {
    expect(freshOf(shop(), '1', ['customerId'])).toEqual(['2']);
    expect(freshOf(shop(), '1', ['items', 0, 'order_id'])).toEqual(['7']);
    expect(freshOf(shop(), '1', ['id'], '/orders')).toEqual(['7']);
    expect(freshOf(shop(), '1', [0, 'id'], '/customers?page=1')).toEqual(['2']);
    expect(freshOf(shop(), '1', ['orders', 'id'], '/customers/1')).toEqual(['7']);
    expect(freshOf(shop(), '2', ['customerId'])).toEqual([]);
  });

  test('may be any of them where the name of the field speaks of something else', () => {
    expect(freshOf(shop(), '1', ['authorId'])).toEqual(['2', '7']);
    expect(freshOf(shop(), '2', ['id'], '/me')).toEqual(['8']);
  });

  test('are none of the codes and numbers of other things, and not behind the word for one', () => {
    const renaming = new Renaming(['order']);
    const at = { site: siteAt(0), place: '/id' };
    renaming.establish('17', '18', { kinds: ['order'], at });
    for (const name of ['statusCode', 'pageNumber', 'house_no', 'retry-after', 'code', 'after', 'page']) {
      expect(freshOf(renaming, '17', [name], '/orders')).toEqual([]);
    }
    for (const name of ['orderNumber', 'order_no', 'number', 'parentId']) {
      expect(freshOf(renaming, '17', [name], '/orders')).toEqual(['18']);
    }
    expect(freshOf(renaming, '17', ['author', 'id'], '/orders')).toEqual(['18']);
    expect(freshOf(renaming, '17', ['/pages', 'id'], '/orders')).toEqual([]);
    expect(freshOf(renaming, '17', ['/orders', 'id'], '/me')).toEqual(['18']);
    expect(freshOf(renaming, '17', ['/v1', 'id'], '/orders')).toEqual(['18']);
    renaming.establish('3', '4', { kinds: ['coupon'], at: { ...at, place: '/code' } });
    expect(freshOf(renaming, '3', ['code'], '/coupons')).toEqual(['4']);
  });

  test('stay one to one within their kind', () => {
    const renaming = shop();
    renaming.establish('3', '8', { kinds: ['order'] });
    renaming.establish('3', '8', { kinds: ['customer'] });
    expect(freshOf(renaming, '3', ['orderId'])).toEqual([]);
    expect(freshOf(renaming, '3', ['customerId'])).toEqual(['8']);
  });

  test('keep their kinds in a baseline accepted from a run', () => {
    expect(shop().pairs()).toEqual([
      ['1', '2', 'customer'],
      ['1', '7', 'order'],
      ['2', '8', 'order'],
    ]);
    const later = new Renaming(['customer', 'order']);
    later.establish('1', '5', { kinds: ['customer'] });
    later.establish('1', '9', { kinds: ['order'] });
    const renames = new RenamesAt(later, shop().pairs(), siteAt(0, '/orders'));
    expect(renames.freshOf('2', ['customerId'])).toEqual(['5']);
    expect(renames.freshOf('7', ['id'])).toEqual(['9']);
    expect(renames.freshOf('1', ['id'])).toEqual([]);
  });
});
