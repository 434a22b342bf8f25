/** A value of the client that stood for a recorded one. */
export interface RenamedValue {
  /** model/place.ts */
  readonly place: string;
  /** `uuid`, `timestamp` … */
  readonly class: string;
  /** Clipped. */
  readonly recorded: string;
  readonly incoming: string;
  readonly words: string;
}

/** Why a recording was the one that answered a request. */
export interface WhyServed {
  /**
   * `exact`: the requests are equal. `rules`: equal under match rules. `volatile`: but for values that are made anew at
   * every run. `cut`: only a part of the recorded body is known.
   */
  readonly match: 'exact' | 'rules' | 'volatile' | 'cut';
  /** In one line, for people. */
  readonly words: string;
  /** Match rules about such requests. */
  readonly rules: readonly string[];
  readonly renamed: readonly RenamedValue[];
  readonly sequence: {
    /** `2nd of 4 recordings of this request since POST /cart (position 7)` */
    readonly words: string;
    /** From 1, among `of` recordings. */
    readonly number: number;
    readonly of: number;
    /** Address of the write that opened the stretch it belongs to. */
    readonly since?: string;
  };
  readonly lane: { readonly name: string; readonly how: string; readonly words: string };
  /** Ways in which it is less than an exact match, in words. */
  readonly relaxations: readonly string[];
  /** What of the answer was not as recorded, in words. */
  readonly changes: readonly string[];
  /** What a write changes from here on, in words. */
  readonly effect?: string;
  /** Why the write before it is taken to have changed it. */
  readonly state?: string;
}
