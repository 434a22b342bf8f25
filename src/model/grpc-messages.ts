/** Compressed flag and length, before every message of gRPC. */
export const prefixBytes = 5;

/**
 * Finds the messages in one direction of a gRPC stream ("Length-Prefixed-Message" of gRPC over HTTP/2), whatever the
 * borders of the chunks. Returns a function that takes the next chunk and returns the sizes, prefix included, of the
 * messages that end in it.
 */
export function grpcMessageSizes(): (chunk: Buffer) => number[] {
  const prefix = Buffer.alloc(prefixBytes);
  let prefixDone = 0;
  /** Of the payload that is passing. */
  let left = 0;
  return (chunk) => {
    const sizes: number[] = [];
    for (let at = 0; at < chunk.length;) {
      if (prefixDone < prefixBytes) {
        const taken = chunk.copy(prefix, prefixDone, at, at + prefixBytes - prefixDone);
        prefixDone += taken;
        at += taken;
        if (prefixDone < prefixBytes) break;
        left = prefix.readUInt32BE(1);
      }
      const taken = Math.min(left, chunk.length - at);
      left -= taken;
      at += taken;
      if (left > 0) break;
      sizes.push(prefixBytes + prefix.readUInt32BE(1));
      prefixDone = 0;
    }
    return sizes;
  };
}
