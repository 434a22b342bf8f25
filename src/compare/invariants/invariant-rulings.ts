import type { Difference } from '../../model/verdict.ts';
import type { ArrayPairing, Rulings, RulingsFor } from '../rulings.ts';
import { checkClaim } from './check-claim.ts';
import { breakWords, explanationWords } from './claim-words.ts';
import { type Invariant, operandsOf, targetOf } from './claim.ts';
import { type DifferencePlace, DifferenceRows } from './difference-rows.ts';
import { explainedBy } from './explain-by-claim.ts';
import { FreshPlaces } from './fresh-places.ts';
import { isReached, reachOf } from './reach.ts';
import { entitiesOf, type Entity, type Sample } from './sample.ts';

/** One side of a comparison, without its body read as values. */
export type Side = Omit<Sample, 'value'>;

export interface InvariantSides {
  readonly baseline: Side;
  readonly fresh: Side;
  /** What a person wants to hear nothing of: where it decides, nothing is asserted. */
  readonly ignored?: RulingsFor;
}

/**
 * Asserts what was true of all recorded responses of this kind, where the baseline at hand is no exception.
 *
 * A fresh response that breaks it is a finding: `changed` at the place the invariant is about, also where renaming, clock
 * or a rule have explained what changed there. Where that place, or else one that it depends on, is listed as a finding
 * already, the note goes there. A change that follows from others is `equivalent` with the rule `invariant`: only when
 * what it follows from is listed, as a finding or explained by renaming, clock or an invariant, and never in a circle.
 */
export function invariantRulings(invariants: readonly Invariant[], sides: InvariantSides): RulingsFor {
  return (values) => ({
    decide: () => undefined,
    arrayAt: () => undefined,
    conclude: (differences, pairing) => {
      const touched = invariants.filter((invariant) => isTouched(invariant, differences, sides));
      if (touched.length === 0) return differences;
      const { baseline, fresh } = values();
      const both = { baseline: { ...sides.baseline, value: baseline }, fresh: { ...sides.fresh, value: fresh } };
      const ignored = sides.ignored?.(values);
      return new Conclusion({ invariants: touched, differences, pairing, ignored, ...both }).differences();
    },
  });
}

/** Can it be broken here? Only where something it speaks of is not what it was. */
function isTouched(
  invariant: Invariant,
  differences: readonly Difference[],
  { baseline, fresh }: InvariantSides,
): boolean {
  const reach = reachOf(invariant);
  if (reach.context.some((field) => baseline.context.get(field) !== fresh.context.get(field))) return true;
  if (invariant.claim.kind === 'digest' && !baseline.body.equals(fresh.body)) return true;
  return isReached(reach, differences);
}

interface Concluding {
  readonly invariants: readonly Invariant[];
  readonly differences: readonly Difference[];
  readonly pairing: ArrayPairing;
  readonly ignored: Rulings | undefined;
  readonly baseline: Sample;
  readonly fresh: Sample;
}

/** Findings that have no line of their own yet, of one invariant: more say nothing new. */
const maxNewFindings = 200;

class Conclusion {
  readonly #sides: Concluding;
  readonly #rows: DifferenceRows;
  readonly #places: FreshPlaces;
  readonly #fresh: ReadonlyMap<string, readonly Entity[]>;
  /** Read when something is broken or open to be explained: mostly nothing is. */
  #baseline: ReadonlyMap<string, readonly Entity[]> | undefined;

  constructor(sides: Concluding) {
    this.#sides = sides;
    this.#fresh = this.#entities(sides.fresh);
    this.#rows = new DifferenceRows(sides.differences);
    this.#places = new FreshPlaces(sides.baseline.value, sides.fresh.value, sides.pairing);
  }

  differences(): readonly Difference[] {
    for (const invariant of this.#sides.invariants) this.#assert(invariant);
    for (const invariant of this.#sides.invariants) this.#explain(invariant);
    return this.#rows.list();
  }

  #entities(sample: Sample): ReadonlyMap<string, readonly Entity[]> {
    const scopes = new Set(this.#sides.invariants.flatMap((invariant) => reachOf(invariant).scopes));
    return entitiesOf(sample, (scope) => scopes.has(scope));
  }

  #holdsInBaseline({ scope, claim }: Invariant): boolean {
    const { baseline } = this.#sides;
    this.#baseline ??= this.#entities(baseline);
    let seen = false;
    for (const entity of this.#baseline.get(scope) ?? []) {
      const check = checkClaim(claim, entity, baseline);
      if (check?.holds === false) return false;
      seen ||= check !== undefined;
    }
    return seen;
  }

  #assert(invariant: Invariant): void {
    const { scope, claim } = invariant;
    let left = maxNewFindings;
    let isStanding = false;
    for (const entity of this.#fresh.get(scope) ?? []) {
      const check = checkClaim(claim, entity, this.#sides.fresh);
      if (check?.holds !== false) continue;
      isStanding ||= this.#holdsInBaseline(invariant);
      if (!isStanding) return;
      const place = this.#places.of(entity, targetOf(claim));
      // Who knows that it is not the hash of the body need not be told that it does not look like one.
      if ((isLook(claim) && this.#rows.isBroken(place)) || this.#isIgnored(place)) continue;
      const others = operandsOf(claim).map((field) => this.#places.of(entity, field));
      const note = breakWords(invariant, check.here);
      if (this.#rows.blame({ place, others, note }) === 'nowhere' && left-- > 0) {
        this.#rows.add(place, this.#places.texts(entity, targetOf(claim)), note);
      }
    }
  }

  #isIgnored({ part, path, pattern, keys }: DifferencePlace): boolean {
    const found = { part, path, pattern, kind: 'changed', severity: 'changed', ...(keys && { keys }) } as const;
    return this.#sides.ignored?.decide(found)?.rule !== undefined;
  }

  #explain(invariant: Invariant): void {
    const { scope, claim } = invariant;
    if (!this.#rows.mayBeOpen) return;
    for (const entity of this.#fresh.get(scope) ?? []) {
      const place = this.#places.of(entity, targetOf(claim));
      const target = this.#rows.open(place);
      if (!target || checkClaim(claim, entity, this.#sides.fresh)?.holds !== true) continue;
      const evidence = explainedBy(claim, { target, entity, rows: this.#rows, places: this.#places });
      if (evidence && this.#holdsInBaseline(invariant))
        this.#rows.explain(place, evidence, explanationWords(invariant));
    }
  }
}

/** Is it about how one value is written, not what it says? */
function isLook({ kind }: Invariant['claim']): boolean {
  return kind === 'format' || kind === 'shape' || kind === 'words' || kind === 'number';
}
