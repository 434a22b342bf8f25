import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { cassetteName, cassettePath } from '../../src/store/cassette-path.ts';

describe('a cassette as named by a person', () => {
  test('a bare name stands for a file in cassettes/', () => {
    expect(cassettePath('/w', 'shop')).toBe(path.join('/w', 'cassettes', 'shop.cassette'));
  });

  test('anything with a folder or an extension is a path', () => {
    expect(cassettePath('/w', './shop')).toBe(path.resolve('/w', 'shop'));
    expect(cassettePath('/w', 'shop.cassette')).toBe(path.resolve('/w', 'shop.cassette'));
    expect(cassettePath('/w', '/tmp/x.sqlite')).toBe(path.resolve('/tmp/x.sqlite'));
  });

  test('its short name is the file without the extension', () => {
    expect(cassetteName('/w/cassettes/shop.cassette')).toBe('shop');
    expect(cassetteName('x.sqlite')).toBe('x.sqlite');
  });
});
