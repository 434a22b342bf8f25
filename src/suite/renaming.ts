/** One consistent renaming from recorded values to values of a run, both as they are stored (redacted). */
export class Renaming {
  readonly #freshByRecorded = new Map<string, string>();

  /** The first value seen for a recorded one holds for the whole run: a second, different one is a finding. */
  establish(recorded: string, fresh: string): void {
    if (!this.#freshByRecorded.has(recorded)) this.#freshByRecorded.set(recorded, fresh);
  }

  /** What differs from the recording, for the run store: a value that is not in it kept its recorded form. */
  pairs(): (readonly [recorded: string, fresh: string])[] {
    return [...this.#freshByRecorded].filter(([recorded, fresh]) => recorded !== fresh);
  }

  /**
   * Value in a baseline → value in this run. A baseline that was accepted from a run carries that run's values, so its
   * own renaming stands in between.
   */
  from(baselineRenames: readonly (readonly [recorded: string, fresh: string])[]): ReadonlyMap<string, string> {
    if (baselineRenames.length === 0) return this.#freshByRecorded;
    const inBaseline = new Map(baselineRenames);
    return new Map(
      [...this.#freshByRecorded].map(([recorded, fresh]) => [inBaseline.get(recorded) ?? recorded, fresh]),
    );
  }
}
