import { describe, expect, test } from 'vitest';
import { parseDuration, parseShare, parseSize } from '../../src/cli/quantity-options.ts';

describe('sizes', () => {
  test.for([
    ['500', 500],
    ['64kb', 65_536],
    ['10MB', 10_485_760],
    ['1.5 g', 1_610_612_736],
    ['7b', 7],
  ] as const)('%s is %i bytes', ([text, bytes]) => {
    expect(parseSize(text)).toBe(bytes);
  });

  test.for(['', 'mb', '-1', '10 apples', '1e3'])('"%s" is refused with an example', (text) => {
    expect(() => parseSize(text)).toThrow('It must be a size such as 500kb, 10mb or 1gb.');
  });
});

describe('durations', () => {
  test.for([
    ['500ms', 500],
    ['30s', 30_000],
    ['1.5m', 90_000],
    ['2H', 7_200_000],
    ['1d', 86_400_000],
  ] as const)('%s is %i ms', ([text, ms]) => {
    expect(parseDuration(text)).toBe(ms);
  });

  test.for(['', '5', '5 years', '-1s'])('"%s" is refused with an example', (text) => {
    expect(() => parseDuration(text)).toThrow('It must be a duration such as 500ms, 30s, 5m, 2h or 30d.');
  });
});

describe('shares', () => {
  test.for([
    ['20%', 0.2],
    ['7.5 %', 0.075],
    ['0%', 0],
    ['100%', 1],
  ] as const)('%s is %d', ([text, share]) => {
    expect(parseShare(text)).toBe(share);
  });

  test.for(['', '20', '0.2', '101%', '-1%', '%', '1e1%'])('"%s" is refused with an example', (text) => {
    expect(() => parseShare(text)).toThrow('It must be a share such as 20%.');
  });
});
