import { expect, test } from 'vitest';
import { hexDump } from '../../src/views/hex-dump.ts';

test('sixteen bytes stand on a line with their offset and what is printable of them', () => {
  const bytes = Buffer.from('Retake\u0000\u00ff, a cassette');
  expect(hexDump(bytes)).toBe(
    [
      '00000000  52 65 74 61 6b 65 00 c3  bf 2c 20 61 20 63 61 73  Retake..., a cas',
      '00000010  73 65 74 74 65                                    sette',
    ].join('\n'),
  );
});

test('nothing gives nothing', () => {
  expect(hexDump(Buffer.alloc(0))).toBe('');
});
