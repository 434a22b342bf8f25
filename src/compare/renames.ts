/** Where a value stands: keys from the root of a document, the name of a header, the segment before it in a URL. */
export type ValuePath = readonly (string | number)[];

/**
 * Where an identifier stands right behind the word for its thing, as in URLs: `/orders/`. Other than of a field or an
 * object (`authorId`, `author`) nobody can mean another thing by that word.
 */
export function pathBehind(word: string): ValuePath {
  return [`/${word}`, 'id'];
}

/** Two values that stand at the same place of the baseline and of the fresh response. */
export interface ValuePair {
  readonly baseline: string;
  readonly fresh: string;
  /** Where, in words: a JSON Pointer, `header location`. Empty when it is not known. */
  readonly place: string;
  /** Both are of one volatile class, and found by it wherever they stand. */
  readonly isToken?: true;
}

/** Two texts of one moment at the same place. */
export interface MomentPair extends ValuePair {
  /** Of the field. */
  readonly name: string;
  /** So fine that two moments hardly share a text by accident. */
  readonly isExact: boolean;
}

/**
 * What values of the baseline are called in the run being judged: one correspondence for the whole session, one to one.
 * It grows while responses are judged.
 */
export interface Renames {
  readonly isEmpty: boolean;
  /** Base URLs and authorities of the servers of the baseline, each with that of the server under test. */
  readonly servers: readonly (readonly [baseline: string, fresh: string])[];
  /**
   * What a value that stands at this path may be now; empty when it was not renamed. A short number may be the
   * identifier of several things: then there is one for each that the path may mean.
   */
  freshOf(value: string, path: ValuePath): readonly string[];
  /** The same for a path that must itself speak of the thing that was renamed: `order` in front of `17`. */
  freshOfThing(value: string, path: ValuePath): readonly string[];
  /** Was this value renamed, as whatever thing's? */
  isName(value: string): boolean;
  /** Were values renamed that no class tells from words? */
  readonly hasWords: boolean;
  /** May one of them begin with this word? Asked for every word of a text, so that few are looked up. */
  beginsName(word: string): boolean;
  /**
   * Takes two values that no accident makes into the correspondence; equal ones stand for themselves from then on.
   * Undefined when they may stand for each other; else why not, in words, with the other place.
   */
  join(pair: ValuePair): string | undefined;
  /** Why a value that is renamed at this path is not what stands there now, in words; undefined when it is not renamed. */
  knownOtherwise(pair: ValuePair, path: ValuePath): string | undefined;
  /**
   * The same for a value that stayed, where its path speaks of the thing that was renamed: `orderId` or `/orders/` of an
   * order.
   */
  stale(value: string, path: ValuePath): string | undefined;
  /** Has this moment of this field become that one before? */
  isKnownMoment(pair: MomentPair): boolean;
  /** Takes two texts of a moment into the correspondence. Words as in `join` where an exact one has become two. */
  joinMoment(pair: MomentPair): string | undefined;
}

/** A renaming that is known from elsewhere and learns nothing. */
export function knownRenames(freshOf: Renames['freshOf']): Renames {
  return {
    isEmpty: false,
    servers: [],
    freshOf,
    freshOfThing: () => [],
    isName: (value) => freshOf(value, []).length > 0,
    hasWords: true,
    beginsName: () => true,
    join: () => undefined,
    knownOtherwise: () => undefined,
    stale: () => undefined,
    isKnownMoment: () => false,
    joinMoment: () => undefined,
  };
}
