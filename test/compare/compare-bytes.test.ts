import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compareBytes, firstDifference } from '../../src/compare/compare-bytes.ts';

test('size, hash and the first bytes that differ are told', () => {
  const before = Buffer.concat([Buffer.alloc(5000, 1), Buffer.from('old')]);
  const after = Buffer.concat([Buffer.alloc(5000, 1), Buffer.from('new!')]);
  expect(compareBytes(before, after)).toMatchObject({
    path: 'byte 5000',
    pattern: 'byte *',
    severity: 'changed',
    before: expect.stringMatching(/^5003 bytes, sha256 [0-9a-f]{16}, from 5000: 6f 6c 64$/) as string,
    after: expect.stringMatching(/^5004 bytes, sha256 [0-9a-f]{16}, from 5000: 6e 65 77 21$/) as string,
  });
});

test('where one is the beginning of the other, it ends', () => {
  expect(compareBytes(Buffer.from('ab'), Buffer.from('abc'))).toMatchObject({
    path: 'byte 2',
    before: expect.stringContaining('from 2: end') as string,
  });
});

test('the first difference is found anywhere', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 20_000 }), fc.nat(), (length, choice) => {
      const at = choice % length;
      const before = Buffer.alloc(length, 7);
      const after = Buffer.from(before);
      after[at] = 8;
      expect(firstDifference(before, after)).toBe(at);
      expect(firstDifference(before, before)).toBe(length);
    }),
  );
});
