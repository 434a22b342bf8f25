import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

/**
 * Every read from a socket makes a buffer of up to 64 KiB outside V8's heap. V8 hardly sees them, so that in a large
 * transfer some 90 MB of dead ones pile up before it looks. A young collection for every 2 MiB keeps that below 30 MB and
 * takes no time: the transfer is even faster, because the memory in use stays in the processor's cache.
 */
const bytesPerCollection = 2 * 1024 * 1024;

let bytesSinceCollection = 0;
let collect: (() => void) | undefined;

/** Counts bytes of bodies that pass; now and then gives dead read buffers back. */
export function countReadBytes(sizeBytes: number): void {
  bytesSinceCollection += sizeBytes;
  if (bytesSinceCollection < bytesPerCollection) return;
  bytesSinceCollection = 0;
  collect ??= youngCollector();
  // Not inside the event that still holds a chunk.
  setImmediate(collect);
}

/** V8 offers its collector to scripts only behind a flag; a new context sees it at once. */
function youngCollector(): () => void {
  setFlagsFromString('--expose-gc');
  const gc = runInNewContext('gc') as (options: { readonly type: 'minor' }) => void;
  return () => gc({ type: 'minor' });
}
