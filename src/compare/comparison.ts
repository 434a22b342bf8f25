import type { Explainer } from './explain.ts';
import type { Rulings } from './rulings.ts';

/** What every comparison of a part is given: who explains differences, and what is known beforehand. */
export interface Comparison {
  readonly explainer: Explainer;
  readonly rulings: Rulings;
}
