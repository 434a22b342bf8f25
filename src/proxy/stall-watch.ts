/**
 * Watches that a peer does what is its turn (docs/decisions/016): from `begin`, which every sign of life calls again, until
 * `rest`. The peer that does nothing for `limitMs` meanwhile has stalled. A limit of 0, or an infinite one, never ends.
 */
export class StallWatch {
  readonly #limitMs: number;
  readonly #onStall: () => void;
  #timer: NodeJS.Timeout | undefined;

  constructor(limitMs: number, onStall: () => void) {
    this.#limitMs = limitMs;
    this.#onStall = onStall;
  }

  begin(): void {
    if (this.#timer) {
      this.#timer.refresh();
      return;
    }
    if (this.#limitMs === 0 || !Number.isFinite(this.#limitMs)) return;
    this.#timer = setTimeout(() => {
      this.#timer = undefined;
      this.#onStall();
    }, this.#limitMs);
    // What is watched keeps the process alive while it is there; a watch that outlives it does not.
    this.#timer.unref();
  }

  rest(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }
}
