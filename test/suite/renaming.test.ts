import { describe, expect, test } from 'vitest';
import { Renaming } from '../../src/suite/renaming.ts';

describe('the renaming of a run', () => {
  test('the first value for a recorded one holds', () => {
    const renaming = new Renaming();
    renaming.establish('a', 'x');
    renaming.establish('a', 'y');
    expect(renaming.from([]).get('a')).toBe('x');
  });

  test('a baseline accepted from an earlier run is renamed from its own values', () => {
    const renaming = new Renaming();
    renaming.establish('recorded-id', 'id-of-run-3');
    renaming.establish('recorded-token', 'token-of-run-3');
    const renames = renaming.from([['recorded-id', 'id-of-run-2']]);
    expect([...renames]).toEqual([
      ['id-of-run-2', 'id-of-run-3'],
      ['recorded-token', 'token-of-run-3'],
    ]);
  });

  test('only what differs from the recording is kept with a run', () => {
    const renaming = new Renaming();
    renaming.establish('same', 'same');
    renaming.establish('a', 'x');
    expect(renaming.pairs()).toEqual([['a', 'x']]);
    expect(renaming.from([['same', 'other']]).get('other')).toBe('same');
  });
});
