import { nearestWord } from './nearest-word.ts';

/** Why a rule cannot be read. Whoever knows where it was written makes an AppError of it. */
export class RuleProblem extends Error {
  /** Member of the rule that is wrong: `in`, `ignore`, `as` …; undefined: the rule as a whole. */
  readonly member: string | undefined;
  /** What to write instead. */
  readonly hint: string;

  constructor(problem: string, options: { readonly member?: string; readonly hint: string }) {
    super(problem);
    this.name = 'RuleProblem';
    this.member = options.member;
    this.hint = options.hint;
  }
}

/** What to add to a complaint about a word: `; did you mean "query"?`, or nothing. */
export function didYouMean(word: string, words: readonly string[]): string {
  const nearest = nearestWord(word, words);
  return nearest === undefined ? '' : `; did you mean ${JSON.stringify(nearest)}?`;
}
