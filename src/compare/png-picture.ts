import { createRequire } from 'node:module';
import zlib from 'node:zlib';
import type * as Pngjs from 'pngjs';
import { beyond, malformed, type Picture, type ReadPicture, sizeProblem } from './picture.ts';

const signature = Buffer.from('89504e470d0a1a0a', 'hex');

/** Chunks this many are none that anybody wrote: readers gather them. */
const maxChunks = 100_000;

export function isPng(bytes: Buffer): boolean {
  return bytes.subarray(0, signature.length).equals(signature);
}

/**
 * The pixels of a PNG (ISO/IEC 15948). What has more in it than our reader gives is `beyond`: 16 bits for each colour,
 * and animations, of which it would only show the first picture.
 */
export function readPng(bytes: Buffer): ReadPicture {
  const chunks = chunksOf(bytes);
  const header = chunks?.[0];
  if (!chunks || header?.type !== 'IHDR' || header.data.length !== 13) return malformed('its chunks end too early');
  const [width, height, depth] = [header.data.readUInt32BE(0), header.data.readUInt32BE(4), header.data[8]!];
  const problem = sizeProblem(width, height);
  if (problem) return problem;
  if (depth === 16) return beyond('16 bits for each colour');
  if (chunks.some(({ type }) => type === 'acTL')) return beyond('an animation');
  try {
    if (header.data[12] === 1) checkInterlaced(chunks, { width, height });
    const { data } = pngjs().PNG.sync.read(bytes);
    return { ok: true, picture: { width, height, data, orientation: 1 } };
  } catch (thrown) {
    return malformed((thrown as Error).message);
  }
}

/** A picture as PNG. */
export function writePng({ width, height, data }: Pick<Picture, 'width' | 'height' | 'data'>): Buffer {
  const { PNG } = pngjs();
  const png = new PNG({ width, height });
  png.data = Buffer.from(data.buffer, data.byteOffset, data.byteLength);
  return PNG.sync.write(png);
}

let loaded: typeof Pngjs | undefined;

function pngjs(): typeof Pngjs {
  loaded ??= createRequire(import.meta.url)('pngjs') as typeof Pngjs;
  return loaded;
}

/** The library unfolds interlaced pictures without a limit: 4 channels of a byte, and a filter byte for each short row. */
function checkInterlaced(chunks: readonly Chunk[], { width, height }: { width: number; height: number }): void {
  const packed = Buffer.concat(chunks.filter(({ type }) => type === 'IDAT').map(({ data }) => data));
  zlib.inflateSync(packed, { maxOutputLength: width * height * 4 + height * 8 + 1024 });
}

interface Chunk {
  readonly type: string;
  readonly data: Buffer;
}

/** Undefined when they do not fill the file up to its end mark. */
function chunksOf(bytes: Buffer): Chunk[] | undefined {
  const chunks: Chunk[] = [];
  let at = signature.length;
  while (at + 12 <= bytes.length && chunks.length < maxChunks) {
    const length = bytes.readUInt32BE(at);
    const type = bytes.toString('latin1', at + 4, at + 8);
    if (at + 12 + length > bytes.length) return undefined;
    chunks.push({ type, data: bytes.subarray(at + 8, at + 8 + length) });
    if (type === 'IEND') return chunks;
    at += 12 + length;
  }
  return undefined;
}
