/** Cuts text that comes in pieces of any size at its line breaks, or at another mark. */
export class LineSplitter {
  readonly #mark: RegExp;
  /** Behind the last mark. A line may be large and come in many pieces: they are joined once. */
  #pieces: string[] = [];

  /** @param mark Global; of one character, but for CR LF. */
  constructor(mark: RegExp) {
    this.#mark = mark;
  }

  /** The lines that became whole. */
  push(text: string): string[] {
    this.#pieces.push(text);
    // What a carriage return at the end of the last piece was is only known now.
    if (text.search(this.#mark) === -1 && !this.#pieces.at(-2)?.endsWith('\r')) return [];
    const all = this.#pieces.join('');
    const lines: string[] = [];
    let at = 0;
    for (const { 0: mark, index } of all.matchAll(this.#mark)) {
      if (mark === '\r' && index === all.length - 1) break;
      lines.push(all.slice(at, index));
      at = index + mark.length;
    }
    this.#pieces = at < all.length ? [all.slice(at)] : [];
    return lines;
  }

  /** Takes what no mark follows; a carriage return at its end is a line break after all. */
  rest(): string {
    const rest = this.#pieces.join('');
    this.#pieces = [];
    return rest;
  }
}
