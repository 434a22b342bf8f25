import { constants, inflateRawSync } from 'node:zlib';
import { headerValues, type RawHeaders } from '../model/headers.ts';

/** How one side compresses its messages (RFC 7692 §7.1). */
export interface DeflateSide {
  /** A message may refer back to the messages before it. */
  readonly contextTakeover: boolean;
}

export interface Deflate {
  readonly client: DeflateSide;
  readonly server: DeflateSide;
}

/**
 * What the 101's `Sec-WebSocket-Extensions` says about permessage-deflate; undefined when it was not agreed on. The
 * sizes of the windows do not matter to a reader: the largest understands all.
 */
export function parseDeflate(responseHeaders: RawHeaders): Deflate | undefined {
  for (const offer of headerValues(responseHeaders, 'sec-websocket-extensions').join(',').split(',')) {
    const [name, ...parameters] = offer.split(';').map((text) => text.trim().toLowerCase());
    if (name !== 'permessage-deflate') continue;
    return {
      client: { contextTakeover: !parameters.includes('client_no_context_takeover') },
      server: { contextTakeover: !parameters.includes('server_no_context_takeover') },
    };
  }
  return undefined;
}

/** The largest window of deflate. */
const windowBytes = 32 * 1024;
/** Nobody sends messages like this; a few kilobytes on the wire can claim to be one. */
const maxInflatedBytes = 64 * 1024 * 1024;
/** What the sender took off the end of every message (RFC 7692 §7.2.1). */
const tail = Buffer.from([0x00, 0x00, 0xff, 0xff]);

/** Decompresses the messages of one side, in order. */
export class Inflater {
  readonly #side: DeflateSide;
  /** The end of what was decompressed so far: a dictionary is all that messages share. */
  #window = Buffer.alloc(0);
  #isLost = false;

  constructor(side: DeflateSide) {
    this.#side = side;
  }

  /** Undefined when it cannot be done, for this message or since an earlier one. */
  inflate(compressed: Buffer): Buffer | undefined {
    if (this.#isLost) return undefined;
    let content: Buffer;
    try {
      content = inflateRawSync(Buffer.concat([compressed, tail]), {
        finishFlush: constants.Z_SYNC_FLUSH,
        maxOutputLength: maxInflatedBytes,
        ...(this.#window.length > 0 ? { dictionary: this.#window } : {}),
      });
    } catch {
      this.skip();
      return undefined;
    }
    if (this.#side.contextTakeover) {
      const kept = content.length >= windowBytes ? content : Buffer.concat([this.#window, content]);
      this.#window = Buffer.from(kept.subarray(-windowBytes));
    }
    return content;
  }

  /** A message was not decompressed: those after it cannot be either if they may refer to it. */
  skip(): void {
    this.#isLost = this.#side.contextTakeover;
  }
}
