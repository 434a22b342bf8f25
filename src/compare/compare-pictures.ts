import { createRequire } from 'node:module';
import type * as Pixelmatch from 'pixelmatch';
import type { Difference } from '../model/verdict.ts';
import type { Comparison } from './comparison.ts';
import { DifferenceList } from './difference-list.ts';
import { isJpeg, readJpeg } from './jpeg-picture.ts';
import type { Picture, ReadPicture } from './picture.ts';
import { isPng, readPng, writePng } from './png-picture.ts';

/** The library's default: smaller differences of colour are hardly seen. */
const visibleFrom = 0.1;

/** Undefined for what is neither PNG nor JPEG. */
export function readPicture(bytes: Buffer): ReadPicture | undefined {
  if (isPng(bytes)) return readPng(bytes);
  return isJpeg(bytes) ? readJpeg(bytes) : undefined;
}

/** A picture with the size of its file. */
export interface SizedPicture {
  readonly picture: Picture;
  readonly sizeBytes: number;
}

/**
 * The one difference of two pictures, at `pixels`: `equivalent` by the rule `same-pixels` when only the files differ,
 * else how many pixels do, or how large the pictures are.
 */
export function comparePictures(before: SizedPicture, after: SizedPicture, { rulings }: Comparison): Difference[] {
  const found = new DifferenceList('body', rulings);
  const [first, second] = [before.picture, after.picture];
  const at = { path: 'pixels', kind: 'changed', before: wordsOf(before) } as const;
  if (!isSameSize(first, second) || first.orientation !== second.orientation) {
    found.add({ ...at, severity: 'changed', after: wordsOf(after) });
    return found.list();
  }
  const differing = countDiffering(first, second);
  if (differing === 0) {
    found.add({ ...at, severity: 'equivalent', rule: 'same-pixels', after: wordsOf(after) });
    return found.list();
  }
  const visible = drawDifference(first, second, undefined);
  found.add({
    ...at,
    severity: 'changed',
    after: differenceWords(differing, first.width * first.height),
    note: visible === 0 ? 'too little to be seen' : `${formatted(visible)} of them by more than is hardly seen`,
  });
  return found.list();
}

/**
 * Both pictures as one in grey with the pixels that differ in red, as PNG; undefined where they cannot be read or are
 * of different sizes.
 */
export function differencePicture(baseline: Buffer, fresh: Buffer): Buffer | undefined {
  const [before, after] = [readPicture(baseline), readPicture(fresh)];
  if (!before?.ok || !after?.ok || !isSameSize(before.picture, after.picture)) return undefined;
  const { width, height } = before.picture;
  const data = new Uint8Array(width * height * 4);
  drawDifference(before.picture, after.picture, data);
  return writePng({ width, height, data });
}

/** Is it one of pictures of the same size, so that what differs can be drawn? */
export function isDrawable({ part, path, after }: Pick<Difference, 'part' | 'path' | 'after'>): boolean {
  return part === 'body' && path === 'pixels' && after?.includes(differWords) === true;
}

function isSameSize(first: Picture, second: Picture): boolean {
  return first.width === second.width && first.height === second.height;
}

/** Pixels that are not the same; the colour of one that is not there at all has no meaning. */
function countDiffering({ data: before }: Picture, { data: after }: Picture): number {
  let count = 0;
  for (let i = 0; i < before.length; i += 4) {
    const isSame =
      before[i + 3] === after[i + 3] &&
      (before[i + 3] === 0 ||
        (before[i] === after[i] && before[i + 1] === after[i + 1] && before[i + 2] === after[i + 2]));
    if (!isSame) count++;
  }
  return count;
}

let loaded: typeof Pixelmatch | undefined;

/** Draws into `output`, and counts, what is seen to differ. */
function drawDifference(before: Picture, after: Picture, output: Uint8Array | undefined): number {
  loaded ??= createRequire(import.meta.url)('pixelmatch') as typeof Pixelmatch;
  const { width, height } = before;
  // With a picture to be drawn every pixel that differs is of interest.
  const threshold = output ? 0 : visibleFrom;
  return loaded.default(before.data, after.data, output, width, height, { threshold, includeAA: true });
}

function wordsOf({ picture: { width, height, orientation }, sizeBytes }: SizedPicture): string {
  const turned = orientation === 1 ? '' : `, orientation ${orientation}`;
  return `${width} × ${height} pixels${turned}, ${formatted(sizeBytes)} bytes`;
}

const differWords = 'pixels differ';

function differenceWords(differing: number, all: number): string {
  const percent = (differing / all) * 100;
  const share = percent < 0.1 ? '< 0.1' : percent.toFixed(1);
  return `${formatted(differing)} of ${formatted(all)} ${differWords} (${share} %)`;
}

function formatted(count: number): string {
  return count.toLocaleString('en-US');
}
