import zlib from 'node:zlib';
import { prefixBytes } from '../model/grpc-messages.ts';

/** One message of a gRPC stream without its prefix. */
export interface GrpcFrame {
  /** Decompressed where that could be done. */
  readonly payload: Buffer;
  /** gRPC-Web: these are the trailers. */
  readonly isTrailers: boolean;
  readonly problem?: string;
  /** Its end is not there. */
  readonly isCut?: true;
}

/** A few kilobytes can unfold into gigabytes. */
const maxInflatedBytes = 64 * 1024 * 1024;
const compressedFlag = 0x01;
const trailersFlag = 0x80;

/** The messages of a body ("Length-Prefixed-Message" of gRPC over HTTP/2); the last may be cut. */
export function grpcFrames(body: Buffer): GrpcFrame[] {
  const frames: GrpcFrame[] = [];
  let left = maxInflatedBytes;
  for (let at = 0; at < body.length;) {
    const end = at + prefixBytes <= body.length ? at + prefixBytes + body.readUInt32BE(at + 1) : Infinity;
    if (end > body.length) {
      frames.push({
        payload: body.subarray(at),
        isTrailers: false,
        isCut: true,
        problem: 'it is cut off in the middle of a message',
      });
      break;
    }
    const flags = body[at]!;
    const payload = body.subarray(at + prefixBytes, end);
    const isTrailers = (flags & trailersFlag) !== 0;
    if ((flags & compressedFlag) === 0) frames.push({ payload, isTrailers });
    else {
      const inflated = inflate(payload, left);
      left -= inflated?.length ?? 0;
      const problem = 'it holds a message that cannot be decompressed';
      frames.push(inflated ? { payload: inflated, isTrailers } : { payload, isTrailers, problem });
    }
    at = end;
  }
  return frames;
}

/** By the first bytes, which say what it is: `grpc-encoding` stands in a header, not in the body. */
function inflate(bytes: Buffer, maxOutputLength: number): Buffer | undefined {
  if (maxOutputLength <= 0 || bytes.length < 4) return undefined;
  const options = { maxOutputLength };
  try {
    if (bytes[0] === 0x1f && bytes[1] === 0x8b) return zlib.gunzipSync(bytes, options);
    if (bytes.readUInt32LE() === 0xfd2fb528) return zlib.zstdDecompressSync(bytes, options);
    return zlib.inflateSync(bytes, options);
  } catch {
    return undefined;
  }
}
