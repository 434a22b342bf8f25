import { Command } from 'commander';
import { expect, test } from 'vitest';
import { collect, positiveInteger, repeatableHost } from '../../src/cli/option-values.ts';

test('an option that is repeated keeps every value', () => {
  expect(collect('b', collect('a', []))).toEqual(['a', 'b']);
});

test.each(['0', '-1', '1.5', '', '1e3', 'x', '99999999999'])('%j is no whole number from 1', (text) => {
  expect(() => positiveInteger(text)).toThrow('It must be a whole number from 1.');
});

test('a whole number is taken', () => {
  expect(positiveInteger('12')).toBe(12);
});

test('hosts are taken as globs, and a URL, which would fit none, is refused', () => {
  const parse = (...args: string[]) =>
    new Command()
      .exitOverride()
      .configureOutput({ writeErr: () => {} })
      .addOption(repeatableHost('--tunnel <host>', 'hosts'))
      .parse(args, { from: 'user' })
      .opts();
  expect(parse('--tunnel', '*.a.test', '--tunnel', '[::1]:443')).toEqual({ tunnel: ['*.a.test', '[::1]:443'] });
  for (const wrong of ['https://a.test', 'a.test/', ' ']) {
    expect(() => parse('--tunnel', wrong)).toThrow('It must be a host or host:port, without a scheme or path.');
  }
});
