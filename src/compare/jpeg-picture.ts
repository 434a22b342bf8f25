import { createRequire } from 'node:module';
import type * as JpegJs from 'jpeg-js';
import { beyond, malformed, maxPixels, type ReadPicture, sizeProblem } from './picture.ts';

/** Progressive pictures have about ten scans, each of which goes over all pixels. */
const maxScans = 50;

export function isJpeg(bytes: Buffer): boolean {
  return bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff;
}

/** The pixels of a JPEG (ITU-T T.81). Arithmetic and lossless coding are `beyond`. */
export function readJpeg(bytes: Buffer): ReadPicture {
  const facts = factsOf(bytes);
  if (!facts) return malformed('its segments end too early');
  const problem = sizeProblem(facts.width, facts.height);
  if (problem) return problem;
  if (!facts.isCommon) return beyond('a rare way of coding');
  if (facts.scans > maxScans) return beyond(`more than ${maxScans} scans`);
  try {
    const { width, height, data } = jpegJs().decode(bytes, {
      useTArray: true,
      formatAsRGBA: true,
      // A picture that was cut off would be filled with grey.
      tolerantDecoding: false,
      maxResolutionInMP: maxPixels / 1e6,
      maxMemoryUsageInMB: 1024,
    });
    return { ok: true, picture: { width, height, data, orientation: facts.orientation } };
  } catch (thrown) {
    return malformed((thrown as Error).message);
  }
}

let loaded: typeof JpegJs | undefined;

function jpegJs(): typeof JpegJs {
  loaded ??= createRequire(import.meta.url)('jpeg-js') as typeof JpegJs;
  return loaded;
}

interface JpegFacts {
  readonly width: number;
  readonly height: number;
  /** Baseline, extended or progressive with Huffman coding. */
  readonly isCommon: boolean;
  readonly scans: number;
  readonly orientation: number;
}

/** What the segments say; undefined without a frame, or where a segment is cut off. */
function factsOf(bytes: Buffer): JpegFacts | undefined {
  let frame: Pick<JpegFacts, 'width' | 'height' | 'isCommon'> | undefined;
  let scans = 0;
  let orientation = 1;
  let at = 2;
  for (;;) {
    at = bytes.indexOf(0xff, at);
    if (at === -1 || at + 1 >= bytes.length) return undefined;
    const marker = bytes[at + 1]!;
    if (marker === 0xff) {
      at++;
      continue;
    }
    at += 2;
    if (marker === 0xd9) return frame && { ...frame, scans, orientation };
    // Stuffed bytes and restarts inside a scan have no length.
    if (marker === 0 || marker === 1 || (marker >= 0xd0 && marker <= 0xd8)) continue;
    const length = at + 2 <= bytes.length ? bytes.readUInt16BE(at) : 0;
    if (length < 2 || at + length > bytes.length) return undefined;
    const segment = bytes.subarray(at + 2, at + length);
    if (marker === 0xda) scans++;
    else if (marker === 0xe1) orientation = orientationOf(segment) ?? orientation;
    else if (isFrame(marker)) {
      if (segment.length < 5) return undefined;
      frame = { width: segment.readUInt16BE(3), height: segment.readUInt16BE(1), isCommon: marker <= 0xc2 };
    }
    at += length;
  }
}

function isFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker);
}

/** EXIF tag 0x0112 in the first directory (TIFF 6.0 §2). */
function orientationOf(segment: Buffer): number | undefined {
  if (segment.toString('latin1', 0, 6) !== 'Exif\0\0') return undefined;
  const tiff = segment.subarray(6);
  const isLittle = tiff.toString('latin1', 0, 2) === 'II';
  const short = (at: number): number => (isLittle ? tiff.readUInt16LE(at) : tiff.readUInt16BE(at));
  try {
    const directory = isLittle ? tiff.readUInt32LE(4) : tiff.readUInt32BE(4);
    const count = short(directory);
    for (let i = 0; i < count; i++) {
      const entry = directory + 2 + i * 12;
      if (short(entry) === 0x0112) return short(entry + 8);
    }
  } catch {
    // Places outside of the segment: readers show such a picture as it is.
  }
  return undefined;
}
