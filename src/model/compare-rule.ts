import type { RuleScope } from './match-rule.ts';
import type { VolatileClass } from './volatile-class.ts';

/** Where in a response the value stands that a compare rule is about. */
export type ComparePlace =
  | { readonly kind: 'status' | 'body' }
  /** Header names in lower case; cookies that the response sets. */
  | { readonly kind: 'header' | 'trailer' | 'cookie'; readonly name: string }
  /** RFC 9535, over a JSON body or what else is read as values: forms, events, messages. */
  | { readonly kind: 'json'; readonly path: string };

/**
 * What a fresh value must be for a difference at its place to count as explained. Only `ignore` ever explains that a
 * value is gone, is of another type, or came where there was none.
 */
export type CompareMatcher =
  /** Anything, also nothing; so is everything inside. */
  | { readonly kind: 'ignore' }
  /** Of the same JSON type as in the baseline; so is every value inside. */
  | { readonly kind: 'type' }
  /** A value of the class and written alike, as the baseline's is; what stands around it is equal. */
  | { readonly kind: 'volatile'; readonly class: VolatileClass | 'any' }
  | ({ readonly kind: 'regex' } & CompareRegex)
  /** Numbers, or times, no further from the baseline's than this. */
  | { readonly kind: 'tolerance'; readonly by: Tolerance }
  /** Arrays: order does not matter; elements belong together by this member, else by content. */
  | { readonly kind: 'unordered'; readonly by?: string }
  /**
   * Arrays and strings: as long as in the baseline, or between these. Which elements there are does not matter, and
   * neither do values in them.
   */
  | { readonly kind: 'length'; readonly min?: number; readonly max?: number };

/** Matches the whole text: of a JSON string, else the value's JSON. */
export interface CompareRegex {
  /** RE2's syntax: what takes time linear in the text. */
  readonly pattern: string;
  /** Of `i`, `m` and `s`, each once, in this order. */
  readonly flags: string;
}

/** `amount` is above 0. */
export type Tolerance =
  | { readonly unit: 'absolute' | 'percent'; readonly amount: number }
  /** Whole milliseconds. */
  | { readonly unit: 'ms'; readonly amount: number };

/** One way in which the comparison of some responses departs from the default. */
export interface CompareRule {
  readonly scope: RuleScope;
  readonly place: ComparePlace;
  readonly matcher: CompareMatcher;
}

/** What repeats of one build have shown, for a rule that was learned from them. */
export interface CalibrationEvidence {
  /** Pairs of answers of one build in which the place differed, of how many in which it could have. */
  readonly differed: number;
  readonly compared: number;
  /** Calibrations since it was last seen to differ; it is forgotten after some. */
  readonly unseen: number;
}

/** A compare rule as a cassette keeps it. */
export interface StoredCompareRule {
  /** Its number in the cassette, one sequence with match rules; stays when others go. */
  readonly id: number;
  readonly rule: CompareRule;
  readonly author: string;
  /** Why. */
  readonly note?: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** Undefined: a person wrote it. */
  readonly evidence?: CalibrationEvidence;
}

export type NewCompareRule = Omit<StoredCompareRule, 'id'>;
