import { crc32 } from 'node:zlib';

const sizePixels = 64;

/**
 * A PNG of 64 × 64 pixels: a disc in the given colour on a pale ground. Deflate is used in its stored form only, so that
 * every zlib produces the same bytes.
 */
export function drawProductImage(rgb: readonly [number, number, number]): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(sizePixels, 0);
  header.writeUInt32BE(sizePixels, 4);
  header.set([8, 3, 0, 0, 0], 8); // 8 bits per pixel, palette colours
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    chunk('IHDR', header),
    chunk('PLTE', Buffer.from([246, 244, 240, ...rgb])),
    chunk('IDAT', storedDeflate(disc())),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** Palette indices row by row, each row led by its filter byte (0, none). */
function disc(): Buffer {
  const rowBytes = sizePixels + 1;
  const rows = Buffer.alloc(rowBytes * sizePixels);
  const centre = (sizePixels - 1) / 2;
  for (let y = 0; y < sizePixels; y += 1) {
    for (let x = 0; x < sizePixels; x += 1) {
      const isInside = Math.hypot(x - centre, y - centre) < sizePixels * 0.4;
      rows[y * rowBytes + 1 + x] = isInside ? 1 : 0;
    }
  }
  return rows;
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const framed = Buffer.alloc(body.length + 8);
  framed.writeUInt32BE(data.length, 0);
  framed.set(body, 4);
  framed.writeUInt32BE(crc32(body), framed.length - 4);
  return framed;
}

/** One stored block (RFC 1951 §3.2.4) in a zlib frame (RFC 1950); its length field holds at most 65,535 bytes. */
function storedDeflate(data: Buffer): Buffer {
  const framed = Buffer.alloc(data.length + 11);
  framed.set([0x78, 0x01, 0x01], 0);
  framed.writeUInt16LE(data.length, 3);
  framed.writeUInt16LE(~data.length & 0xffff, 5);
  framed.set(data, 7);
  framed.writeUInt32BE(adler32(data), framed.length - 4);
  return framed;
}

function adler32(data: Buffer): number {
  let a = 1;
  let b = 0;
  for (const byte of data) {
    a = (a + byte) % 65_521;
    b = (b + a) % 65_521;
  }
  return b * 65_536 + a;
}
