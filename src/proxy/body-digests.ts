import { hash } from 'node:crypto';

/** Bodies kept; with those of the largest size some 4 MiB. */
const places = 1024;

/** Of the bodies hashed: what comes often is soon among them, and what comes once is mostly not worth a copy. */
const keptOneOf = 8;

/** Of a longer one finding it costs little beside reading it. */
const maxBytes = 4096;

/**
 * The sha256 of request bodies. Clients send the same bytes again and again, and comparing them with what was sent costs a
 * fraction of hashing them. All bytes are compared: no other body passes for the one that is kept.
 */
export class BodyDigests {
  readonly #kept: ({ readonly bytes: Buffer; readonly sha256: string } | undefined)[] = [];
  #hashed = 0;

  /** Lower-case hex. */
  of(body: Buffer): string {
    if (body.length > maxBytes) return hash('sha256', body, 'hex');
    const place = placeOf(body);
    const kept = this.#kept[place];
    if (kept?.bytes.equals(body)) return kept.sha256;
    const sha256 = hash('sha256', body, 'hex');
    this.#hashed += 1;
    // A copy: the body may be a piece of what was read from a socket, and all of that would stay with it.
    if (this.#hashed % keptOneOf === 0) this.#kept[place] = { bytes: Buffer.from(body), sha256 };
    return sha256;
  }
}

/** By length and some of the bytes; bodies of one place take turns in it. */
function placeOf(body: Buffer): number {
  const { length } = body;
  if (length < 4) return length;
  const middle = body.readUInt32LE((length - 4) >> 1);
  const quarter = body.readUInt32LE((length - 4) >> 2);
  const end = body.readUInt32LE(length - 4);
  return (
    ((Math.imul(middle ^ length, 0x9e3779b1) ^ Math.imul(quarter, 0x85ebca6b) ^ Math.imul(end, 0xc2b2ae35)) >>> 7) %
    places
  );
}
