import { describe, expect, test } from 'vitest';
import { isMarked, markedText, MaskSet, maskText } from '../../src/match/mask-set.ts';

describe('a set of masks', () => {
  test('hands out a mark for each masked place and remembers the values in the order asked', () => {
    const masks = new MaskSet([
      { place: 'query:a[0]', name: 'A', value: '1' },
      { place: 'json:/b', name: 'B', value: '2' },
    ]);
    const mark = masks.take('json:/b')!;
    expect(isMarked(mark)).toBe(true);
    expect(markedText(mark)).toBe(maskText('B'));
    expect(masks.take('json:/c')).toBeUndefined();
    masks.take('query:a[0]');
    expect(masks.slots).toEqual(['2', '1']);
    expect([masks.has('query'), masks.has('json'), masks.has('form')]).toEqual([true, true, false]);
  });

  test('gives several values of one place in turn', () => {
    const masks = new MaskSet([
      { place: 'json:/a', name: 'A', value: '1' },
      { place: 'json:/a', name: 'A', value: '2' },
    ]);
    masks.take('json:/a');
    masks.take('json:/a');
    expect(masks.slots).toEqual(['1', '2']);
  });

  test('may be empty', () => {
    expect(new MaskSet([]).take('query:a[0]')).toBeUndefined();
  });

  test('is shown to people in brackets, and no text a person wrote is taken for a mark', () => {
    expect(maskText('TOKEN')).toBe('⟦TOKEN⟧');
    expect(isMarked('⟦TOKEN⟧')).toBe(false);
  });
});
