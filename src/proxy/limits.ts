/** Larger heads are refused with 431; also the limit for heads from upstream. */
export const maxHeadBytes = 256 * 1024;
/** A peer that is silent is asked by TCP whether it is still there; without an answer the connection ends 10 s later. */
export const probeDelayMs = 60_000;
/** Node drops header lines over its own limit without a word, so that one is off and we count ourselves. */
export const maxHeaderCount = 2000;
