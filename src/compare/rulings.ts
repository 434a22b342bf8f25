import type { JsonValue } from '../model/json-value.ts';
import type { Difference, DifferenceKind, DifferencePart, Severity } from '../model/verdict.ts';
import type { Explainer } from './explain.ts';
import type { ValuePath } from './renames.ts';

/** A difference as it is found, with the values themselves: what a rule or an invariant decides on. */
export interface FoundDifference {
  readonly part: DifferencePart;
  /** As in `Difference`. */
  readonly path: string;
  readonly kind: DifferenceKind;
  readonly severity: Severity;
  /** In structured bodies: keys from the root in the baseline (for what was added: in the fresh document). */
  readonly keys?: ValuePath;
  /** The same in the fresh document, where an element stands elsewhere there. */
  readonly freshKeys?: ValuePath;
  /** The whole values; a text for headers and lines. Undefined on the side where there is none. */
  readonly before?: JsonValue;
  readonly after?: JsonValue;
}

/** Why a difference is no finding. */
export interface Ruling {
  /** Name of what explains it, for `Difference.rule`. */
  readonly rule: string;
  /** The evidence, in words. */
  readonly note?: string;
}

/** Why a difference is a finding although somebody spoke of its place. */
export interface Objection {
  readonly rule?: undefined;
  /** In words. */
  readonly note: string;
}

/** How the elements of an array belong together, where somebody said so or repeats have shown it. */
export interface ArrayRuling {
  /** `free`: another order is none; `counts`: as by default. */
  readonly order: 'free' | 'counts';
  /** Member that identifies an element. */
  readonly by?: string;
  /** Name of what says so. */
  readonly rule: string;
}

/** How the elements of arrays were brought together by the comparison. */
export interface ArrayPairing {
  namesAt(path: ValuePath): ReturnType<Explainer['namesAt']>;
  arrayAt(keys: ValuePath): ArrayRuling | undefined;
}

/** What is known beforehand about the differences of one pair of outcomes. */
export interface Rulings {
  /**
   * What explains this difference away, why nothing does, or undefined. Only asked for what renaming and clock do not
   * explain. Keys are valid only while it is asked.
   */
  decide(found: FoundDifference): Ruling | Objection | undefined;
  /** Undefined: as by default. */
  arrayAt(keys: ValuePath): ArrayRuling | undefined;
  /**
   * The differences as they stand in the end: asked once, with all of them, the explained ones included. May add what
   * is wrong beside them, and say more of any of them.
   */
  conclude(differences: readonly Difference[], pairing: ArrayPairing): readonly Difference[];
}

/** Structured bodies of both sides; undefined when there is none, or it is not structured. */
export interface ComparedValues {
  readonly baseline: JsonValue | undefined;
  readonly fresh: JsonValue | undefined;
}

/** Rulings for one pair of outcomes. Bodies are read at the first call of `values`: most pairs are equal. */
export type RulingsFor = (values: () => ComparedValues) => Rulings;

/** Several at once: the first that explains a difference counts, then the first that says why it is none. */
export function allRulings(sources: readonly RulingsFor[], values: () => ComparedValues): Rulings {
  const all = sources.map((source) => source(values));
  return {
    decide: (found) => {
      let objection: Objection | undefined;
      for (const rulings of all) {
        const answer = rulings.decide(found);
        if (answer?.rule !== undefined) return answer;
        objection ??= answer;
      }
      return objection;
    },
    arrayAt: (keys) => firstOf(all, (rulings) => rulings.arrayAt(keys)),
    conclude: (differences, pairing) => all.reduce((known, rulings) => rulings.conclude(known, pairing), differences),
  };
}

function firstOf<T>(all: readonly Rulings[], ask: (rulings: Rulings) => T | undefined): T | undefined {
  for (const rulings of all) {
    const answer = ask(rulings);
    if (answer !== undefined) return answer;
  }
  return undefined;
}
