/** Positions of a session as one bit each: of a million recordings 128 KiB, where a Set takes 40 MB. */
export class PositionSet {
  #bits = new Uint8Array(1024);
  #size = 0;

  get size(): number {
    return this.#size;
  }

  add(position: number): void {
    if (this.has(position)) return;
    this.#size += 1;
    const at = position >>> 3;
    if (at >= this.#bits.length) {
      const grown = new Uint8Array(2 ** Math.ceil(Math.log2(at + 1)));
      grown.set(this.#bits);
      this.#bits = grown;
    }
    this.#bits[at]! |= 1 << (position & 7);
  }

  has(position: number): boolean {
    return ((this.#bits[position >>> 3] ?? 0) & (1 << (position & 7))) !== 0;
  }
}
