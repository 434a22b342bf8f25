import { expect, test } from 'vitest';
import { imageType } from '../../src/views/image-type.ts';
import { pngOf } from '../support/ui-exchanges.ts';

const latin1 = (text: string): Buffer => Buffer.from(text, 'latin1');

test.each([
  ['image/png', pngOf(1, 1)],
  ['image/jpeg', latin1('\u00ff\u00d8\u00ff\u00e0 JFIF')],
  ['image/gif', latin1('GIF89a......')],
  ['image/webp', latin1('RIFF....WEBPVP8 ')],
  ['image/avif', latin1('\0\0\0\u0020ftypavif')],
])('%s is known by its first bytes', (type, bytes) => {
  expect(imageType(bytes)).toBe(type);
});

test.each([
  ['nothing', Buffer.alloc(0)],
  ['the beginning of a PNG', latin1('\u0089PNG')],
  ['SVG, which can carry scripts', latin1('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>')],
  ['HTML', latin1('<!doctype html>')],
  ['another RIFF file', latin1('RIFF....WAVEfmt ')],
])('%s is no picture', (_what, bytes) => {
  expect(imageType(bytes)).toBeUndefined();
});
