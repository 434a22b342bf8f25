/** 64 KiB. */
const rememberedNumbers = 16_384;

/**
 * Tells the second time that something is asked for from the first, nearly always, in memory that never grows: a number is
 * forgotten when another one falls on its place. What is asked once is not worth keeping: in a cassette of a million
 * recordings it would push out what is asked again, and moving it in and out of the heap costs more than reading it.
 */
export class AskedBefore {
  readonly #numbers = new Uint32Array(rememberedNumbers);

  /** Was this number (from 1, 32 bits) asked for lately? From now on it was. */
  again(number: number): boolean {
    const place = number % rememberedNumbers;
    if (this.#numbers[place] === number) return true;
    this.#numbers[place] = number;
    return false;
  }
}
