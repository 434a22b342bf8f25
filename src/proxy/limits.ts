/** Larger heads are refused with 431; also the limit for heads from upstream. */
export const maxHeadBytes = 256 * 1024;
/** Node drops header lines over its own limit without a word, so that one is off and we count ourselves. */
export const maxHeaderCount = 2000;
