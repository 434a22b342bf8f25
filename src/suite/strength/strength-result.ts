import type { Difference, Verdict } from '../../model/verdict.ts';
import type { FailOn, SkippedExchange } from '../suite-result.ts';
import type { MutationKind } from './mutation.ts';

/** How many wrong answers there are, were tried, and would have failed a test run. */
export interface Tally {
  /** Ways to be wrong: wrong answers of one endpoint and pattern are one way, in however many places and answers. */
  readonly ways: number;
  readonly possible: number;
  readonly tried: number;
  readonly caught: number;
  /**
   * From 0 to 1: the share caught of each way that was tried, on average. So a long list counts no more than a short
   * answer, and how many are tried does not change what is expected. 1 where nothing was tried.
   */
  readonly strength: number;
}

export interface StrengthResult extends Tally {
  readonly cassette: string;
  readonly session: string;
  readonly seed: number;
  readonly failOn: FailOn;
  /** Answers that wrong ones were made of, of how many there are. */
  readonly answers: { readonly looked: number; readonly of: number };
  /** Those there are, in the order of `mutationKinds`. */
  readonly kinds: readonly (Tally & { readonly kind: MutationKind })[];
  /** The weakest first. */
  readonly endpoints: readonly EndpointStrength[];
  /** Answers that are not even judged the same as they are: wrong ones in their place would say nothing. */
  readonly unfit: readonly UnfitAnswer[];
  readonly skipped: readonly SkippedExchange[];
}

export interface EndpointStrength extends Tally {
  /** Of several recorded servers, which. */
  readonly server?: string;
  readonly method: string;
  readonly template: string;
  /** As of the whole. */
  readonly kinds: StrengthResult['kinds'];
  /** The most frequent first. */
  readonly survivors: readonly Survivor[];
}

/** Wrong answers of one pattern that one reason let pass. */
export interface Survivor {
  readonly kind: MutationKind;
  readonly pattern: string;
  /** `rule 3`, `default-header`, `renaming`, …; `added does not fail`; `not compared`. */
  readonly reason: string;
  readonly count: number;
  readonly example: { readonly address: string; readonly words: string };
}

export interface UnfitAnswer {
  readonly address: string;
  readonly method: string;
  readonly target: string;
  readonly verdict: Verdict;
  readonly differences: readonly Difference[];
}
