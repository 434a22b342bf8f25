import { describe, expect, test } from 'vitest';
import { RenamesAt } from '../../src/suite/renames-at.ts';
import { Renaming } from '../../src/suite/renaming.ts';
import { siteAt } from '../support/comparable.ts';

const pair = (baseline: string, fresh: string) => ({ baseline, fresh, place: '/id' });

describe('the renaming as one exchange sees it', () => {
  test('keeps what was seen in it, beside what flows', () => {
    const renaming = new Renaming();
    renaming.establish('ord-a1b2c3', 'ord-x9y8z7', { at: { site: siteAt(0), place: '/id' } });
    const renames = new RenamesAt(renaming, [], siteAt(1));
    expect(renames.join(pair('ord-a1b2c3', 'ord-x9y8z7'))).toBeUndefined();
    expect(renames.join(pair('id-0001-a', 'id-9999-z'))).toBeUndefined();
    expect(renames.join(pair('id-0002-b', 'id-0002-b'))).toBeUndefined();
    expect(renames.seen()).toEqual([['id-0001-a', 'id-9999-z']]);
    expect(renaming.pairs()).toEqual([['ord-a1b2c3', 'ord-x9y8z7']]);
    expect(renames.join(pair('ord-a1b2c3', 'ord-000000'))).toBe(
      'ord-a1b2c3 has been ord-x9y8z7 since GET / (shop:main/0, /id); here it is ord-000000',
    );
  });

  test('a value seen before is kept with the response in which it is seen again', () => {
    const renaming = new Renaming();
    new RenamesAt(renaming, [], siteAt(0)).join(pair('id-0001-a', 'id-9999-z'));
    const later = new RenamesAt(renaming, [], siteAt(1));
    later.join(pair('id-0001-a', 'id-9999-z'));
    expect(later.seen()).toEqual([['id-0001-a', 'id-9999-z']]);
  });

  test('a baseline accepted from an earlier run is renamed from its own values', () => {
    const renaming = new Renaming();
    new RenamesAt(renaming, [], siteAt(0)).join(pair('id-0001-a', 'id-9999-z'));
    const accepted = new RenamesAt(renaming, [['id-0001-a', 'id-5555-m']], siteAt(1));
    expect(accepted.join(pair('id-5555-m', 'id-9999-z'))).toBeUndefined();
    expect(accepted.freshOf('id-5555-m', ['id'])).toEqual(['id-9999-z']);
    expect(accepted.freshOf('id-0001-a', ['id'])).toEqual([]);
    expect(accepted.join(pair('id-5555-m', 'id-7777-q'))).toBe(
      'id-5555-m has been id-9999-z since GET / (shop:main/0, /id); here it is id-7777-q',
    );
  });

  test('a value that became the recorded one again has kept its name', () => {
    const renaming = new Renaming();
    const accepted = new RenamesAt(renaming, [['id-0001-a', 'id-5555-m']], siteAt(0));
    expect(accepted.join(pair('id-5555-m', 'id-0001-a'))).toBeUndefined();
    expect(accepted.seen()).toEqual([]);
    expect(new RenamesAt(renaming, [], siteAt(1)).join(pair('id-0001-a', 'id-8888-x'))).toBe(
      'id-0001-a has stayed id-0001-a since GET / (shop:main/0, /id); here it is id-8888-x',
    );
  });

  test('two values that change places were confused, though each has one name', () => {
    const renaming = new Renaming();
    new RenamesAt(renaming, [], siteAt(0)).join(pair('id-0001-a', 'id-0002-b'));
    const later = new RenamesAt(renaming, [], siteAt(1));
    expect(later.join(pair('id-0002-b', 'id-0001-a'))).toBe(
      'id-0001-a has been id-0002-b since GET / (shop:main/0, /id); here id-0002-b is id-0001-a',
    );
    expect(later.join(pair('id-0002-b', 'id-9999-z'))).toContain('here id-0002-b is id-9999-z');
    expect(later.join(pair('id-0003-c', 'id-0001-a'))).toContain('here id-0003-c is id-0001-a');
  });

  test('what a tried response showed is taken back', () => {
    const renaming = new Renaming();
    const tried = new RenamesAt(renaming, [], siteAt(0));
    tried.join(pair('id-0001-a', 'id-9999-z'));
    tried.join(pair('id-0002-b', 'id-0002-b'));
    tried.joinMoment({ ...pair('t1', 'u1'), name: 'at', isExact: true });
    tried.takeBack();
    const next = new RenamesAt(renaming, [], siteAt(1));
    expect(next.join(pair('id-0001-a', 'id-1111-y'))).toBeUndefined();
    expect(next.join(pair('id-0002-b', 'id-9999-z'))).toBeUndefined();
    expect(next.isKnownMoment({ ...pair('t1', 'u1'), name: 'at', isExact: true })).toBe(false);
  });

  test('servers of an accepted baseline are those of its run', () => {
    const renaming = new Renaming();
    renaming.serve('http://a.example', 'http://c.example');
    expect(new RenamesAt(renaming, [], siteAt(0)).servers).toEqual([['http://a.example', 'http://c.example']]);
    expect(new RenamesAt(renaming, [['http://a.example', 'http://b.example']], siteAt(0)).servers).toEqual([
      ['http://b.example', 'http://c.example'],
    ]);
    expect(renaming.pairs()).toEqual([['http://a.example', 'http://c.example']]);
  });

  test('a name that a flow gives cannot be one that stands for itself', () => {
    const renaming = new Renaming();
    new RenamesAt(renaming, [], siteAt(0)).join(pair('id-0001-a', 'id-0001-a'));
    renaming.establish('id-0001-a', 'id-9999-z');
    renaming.establish('id-0003-c', 'id-0001-a');
    expect(renaming.names('id-0001-a')).toEqual([]);
    expect(renaming.names('id-0003-c')).toEqual([]);
  });
});
