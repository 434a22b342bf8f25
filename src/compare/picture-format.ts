import { type BodyFormat, noValues } from './body-format.ts';
import { comparePictures, readPicture } from './compare-pictures.ts';
import { compareUnalike } from './compare-unalike.ts';
import type { Content } from './content.ts';
import { isJpeg } from './jpeg-picture.ts';
import type { ReadPicture } from './picture.ts';
import { isPng } from './png-picture.ts';

/** PNG and JPEG by their pixels; a picture that can no longer be read is broken. Others are bytes. */
export const pictureFormat: BodyFormat = {
  name: 'picture',
  read: (baseline, fresh) => {
    if (!isPicture(baseline) || !isPicture(fresh)) return undefined;
    return {
      values: noValues,
      compare: (comparison) => {
        const before = readPicture(baseline.bytes);
        const after = before?.ok ? readPicture(fresh.bytes) : undefined;
        if (before?.ok && after?.ok) {
          const sizes = [baseline.bytes.length, fresh.bytes.length] as const;
          const first = { picture: before.picture, sizeBytes: sizes[0] };
          return comparePictures(first, { picture: after.picture, sizeBytes: sizes[1] }, comparison);
        }
        const problem = before?.ok ? problemOf(after) : undefined;
        return compareUnalike(baseline, problem === undefined ? fresh : { ...fresh, problem }, comparison);
      },
    };
  },
};

/** Undefined for a picture that is in order as far as we know. */
function problemOf(read: ReadPicture | undefined): string | undefined {
  if (read === undefined) return 'neither PNG nor JPEG';
  return read.ok || read.is === 'beyond' ? undefined : `a picture that cannot be read: ${read.problem}`;
}

function isPicture({ kind, contentType, bytes, problem }: Content): boolean {
  if (kind !== 'bytes' || problem !== undefined) return false;
  return isPng(bytes) || isJpeg(bytes) || contentType === 'image/png' || contentType === 'image/jpeg';
}
