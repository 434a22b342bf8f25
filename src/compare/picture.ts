/** A picture as its pixels: 4 bytes each (red, green, blue, opacity), row by row. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly data: Uint8Array;
  /** EXIF orientation (1 to 8): how it is turned before it is shown. */
  readonly orientation: number;
}

/** `beyond`: it may be in order, but is more than we read. */
export type ReadPicture =
  | { readonly ok: true; readonly picture: Picture }
  | { readonly ok: false; readonly is: 'malformed' | 'beyond'; readonly problem: string };

/** Screens have 8 million pixels, whole pages at most twice as many; each takes some 20 bytes while two are compared. */
export const maxPixels = 16_000_000;

export function beyond(problem: string): ReadPicture {
  return { ok: false, is: 'beyond', problem };
}

export function malformed(problem: string): ReadPicture {
  return { ok: false, is: 'malformed', problem };
}

/** Called with what a picture says of itself, before its pixels are unfolded. */
export function sizeProblem(width: number, height: number): ReadPicture | undefined {
  if (width === 0 || height === 0) return malformed('no width or height');
  if (width * height <= maxPixels) return undefined;
  return beyond(`${width} × ${height} are more than ${maxPixels} pixels`);
}
