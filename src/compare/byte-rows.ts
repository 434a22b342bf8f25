import { firstDifference } from './compare-bytes.ts';
import { RowSegments, type LineBlock } from './row-segments.ts';

const bytesPerRow = 16;
/** Rows shown from the first difference on; bytes after it are often only shifted. */
const shownRows = 16;

/** Two byte strings side by side in hexadecimal, 16 to a row, open around the first difference. */
export function byteSegments(baseline: Buffer, fresh: Buffer): RowSegments {
  const segments = new RowSegments();
  const total = Math.ceil(Math.max(baseline.length, fresh.length) / bytesPerRow);
  const first = Math.floor(firstDifference(baseline, fresh) / bytesPerRow);
  const differ = Math.min(total, first + shownRows);
  const sides = (from: number, to: number) => ({
    baseline: hexBlock(baseline, from, to),
    fresh: hexBlock(fresh, from, to),
  });
  const difference = `body:byte ${firstDifference(baseline, fresh)}`;
  if (first > 0) segments.add({ state: 'same', ...sides(0, first) });
  if (differ > first) segments.add({ state: 'changed', ...sides(first, differ), difference });
  if (total > differ) segments.add({ state: 'changed', ...sides(differ, total), folded: true });
  return segments;
}

function hexBlock(bytes: Buffer, start: number, end: number): LineBlock {
  const rows = Math.ceil(bytes.length / bytesPerRow);
  const count = Math.max(0, Math.min(end, rows) - start);
  return {
    count,
    write: ({ from, to }, put) => {
      for (let row = from; row < Math.min(to, count); row++) put(hexLine(bytes, (start + row) * bytesPerRow), row);
    },
  };
}

function hexLine(bytes: Buffer, offset: number): string {
  const piece = bytes.subarray(offset, offset + bytesPerRow);
  const hex = piece.toString('hex').replaceAll(/(..)(?=.)/g, '$1 ');
  const letters = piece.toString('latin1').replaceAll(/[^\x20-\x7e]/g, '.');
  return `${offset.toString(16).padStart(8, '0')}  ${hex.padEnd(bytesPerRow * 3 - 1)}  ${letters}`;
}
