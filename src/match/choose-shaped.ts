import type { TimeStretch } from '../model/volatile-tokens.ts';
import type { Bindings } from './bindings.ts';
import { type Candidate, sinceOf, stateOf } from './candidate-groups.ts';
import { choose, type ChooseOptions, type Choice } from './choose.ts';
import { fitShape, type Renamed, type ShapedValue } from './fit-shape.ts';
import type { Lane } from './lane.ts';
import type { RequestShape, ShapeToken } from './request-shape.ts';

/** A recording whose request has the shape of an incoming one. */
export interface ShapedRecording extends Candidate {
  readonly tokens: readonly ShapedValue[];
  /** Equal for recordings that answer the same, but for the tokens of their requests. */
  readonly answer: string;
}

export type ShapedChoice<C extends ShapedRecording> =
  | (Extract<Choice<C>, { kind: 'hit' }> & {
      /** Which values of the client stand for which recorded ones; bound in the lane from now on. */
      readonly renamed: readonly Renamed[];
    })
  | Exclude<Choice<C>, { kind: 'hit' }>
  /** Several recordings fit, and answer differently: which one is meant, only this value could tell. */
  | {
      readonly kind: 'miss';
      readonly code: 'ambiguous';
      readonly between: readonly [C, C];
      /** The smallest field that tells them apart, with its recorded values and the client's. */
      readonly token: ShapeToken;
      readonly recorded: readonly [string, string];
    };

export interface ChooseShapedOptions extends Omit<ChooseOptions, 'key' | 'slots'> {
  readonly shape: RequestShape;
  readonly bindings: Bindings;
  /** From the start of this replay until now. */
  readonly window: TimeStretch;
}

interface Fit<C extends ShapedRecording> {
  readonly candidate: C;
  readonly renamed: readonly Renamed[];
}

/**
 * Chooses among recordings that differ from the request only in values which the client makes anew at every run. Values
 * that the client used before in this lane mean what they meant then. Writes are taken in the order in which they were
 * recorded. Reads that fit equally well and answer differently are never guessed.
 */
export function chooseShaped<C extends ShapedRecording>(
  lane: Lane,
  candidates: readonly C[],
  options: ChooseShapedOptions,
): ShapedChoice<C> {
  const fits: Fit<C>[] = [];
  for (const candidate of candidates) {
    const renamed = candidate.servable ? fitShape(candidate.tokens, options.shape, options) : undefined;
    if (renamed) fits.push({ candidate, renamed });
  }
  if (fits.length === 0) return { kind: 'miss', code: 'unmatched' };
  const groups = [...Map.groupBy(fits, ({ candidate }) => valuesOf(candidate)).values()];
  const choice =
    groups.length > 1 && fits[0]!.candidate.isWrite === true
      ? chooseWrite(lane, groups, options)
      : chooseAmong(lane, fits, options);
  if (choice.kind === 'hit') {
    for (const { recorded, incoming, isIdentity } of choice.renamed) {
      if (isIdentity) options.bindings.bind(recorded, incoming);
    }
  }
  return choice;
}

function valuesOf({ tokens }: ShapedRecording): string {
  return JSON.stringify(tokens.map(({ value }) => value));
}

/** The first that is not used up; the last one's word where all are. */
function chooseWrite<C extends ShapedRecording>(
  lane: Lane,
  groups: readonly (readonly Fit<C>[])[],
  options: ChooseShapedOptions,
): ShapedChoice<C> {
  let choice: ShapedChoice<C> = { kind: 'miss', code: 'unmatched' };
  for (const group of groups) {
    choice = chooseFrom(lane, group, options);
    if (choice.kind === 'hit' || choice.code !== 'exhausted') return choice;
  }
  return choice;
}

function chooseAmong<C extends ShapedRecording>(
  lane: Lane,
  fits: readonly Fit<C>[],
  options: ChooseShapedOptions,
): ShapedChoice<C> {
  const stretch = options.sequence === 'epoch' ? stretchAt(lane, fits) : fits;
  const [first] = stretch;
  const other = stretch.find(
    ({ candidate }) =>
      candidate.answer !== first!.candidate.answer && valuesOf(candidate) !== valuesOf(first!.candidate),
  );
  return other ? undecided(first!.candidate, other.candidate, options.shape) : chooseFrom(lane, fits, options);
}

/** Those of the stretch in which the lane stands, else of the newest before it, else of the first after it. */
function stretchAt<C extends ShapedRecording>(lane: Lane, fits: readonly Fit<C>[]): readonly Fit<C>[] {
  const distanceOf = ({ candidate }: Fit<C>): number => {
    const ahead = sinceOf(candidate) - lane.front(stateOf(candidate)).since;
    return ahead <= 0 ? -ahead : Number.MAX_SAFE_INTEGER / 2 + ahead;
  };
  const nearest = Math.min(...fits.map(distanceOf));
  return fits.filter((fit) => distanceOf(fit) === nearest);
}

function chooseFrom<C extends ShapedRecording>(
  lane: Lane,
  fits: readonly Fit<C>[],
  { shape, ...options }: ChooseShapedOptions,
): ShapedChoice<C> {
  const candidates = fits.map(({ candidate }) => candidate);
  // Which recordings a value may mean changes with what is bound: each set of them has cursors of its own.
  const key = `${shape.key} ${candidates.map(({ position }) => position).join(' ')}`;
  const choice = choose(lane, candidates, { ...options, key, slots: shape.slots });
  if (choice.kind === 'miss') return choice;
  const fit = fits.find(({ candidate }) => candidate === choice.candidate)!;
  return { ...choice, renamed: fit.renamed };
}

function undecided<C extends ShapedRecording>(first: C, second: C, shape: RequestShape): ShapedChoice<C> {
  const at = first.tokens.findIndex(({ value }, i) => value !== second.tokens[i]!.value);
  return {
    kind: 'miss',
    code: 'ambiguous',
    between: [first, second],
    token: shape.tokens[at]!,
    recorded: [first.tokens[at]!.value, second.tokens[at]!.value],
  };
}
