/** Where a value stands: keys from the root of a document, the name of a header, the segment before it in a URL. */
export type ValuePath = readonly (string | number)[];

/** What values of the baseline are called in the run being judged. */
export interface Renames {
  readonly isEmpty: boolean;
  /**
   * What a value that stands at this path may be now; empty when it was not renamed. A short number may be the
   * identifier of several things: then there is one for each that the path may mean.
   */
  freshOf(value: string, path: ValuePath): readonly string[];
}
