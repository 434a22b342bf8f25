import type { Choice, Relaxation } from '../match/choose.ts';
import type { ShapedChoice } from '../match/choose-shaped.ts';
import type { Renamed } from '../match/fit-shape.ts';
import type { Lane } from '../match/lane.ts';
import type { Candidate, ShapedCandidate } from '../store/replay-index.ts';
import type { Departure } from './conversation.ts';
import type { Recording } from './recording-cache.ts';
import type { Layer } from './replay-layer.ts';

export type MissChoice =
  | Extract<ShapedChoice<ShapedCandidate> | Choice<Candidate>, { kind: 'miss' }>
  /** `--strict`: a recording could be served, but only as less than an exact match. */
  | {
      readonly kind: 'miss';
      readonly code: 'relaxed';
      readonly position: number;
      readonly relaxations: readonly ReplayRelaxation[];
      readonly renamed: readonly Renamed[];
    }
  /**
   * `switched`: it was only recorded with a switch to another protocol, which is not asked for now. `cut-message`: after
   * such a switch the server said more than the recording was allowed to keep.
   */
  | { readonly kind: 'miss'; readonly code: 'incomplete'; readonly last: Candidate; readonly why: IncompleteSwitch }
  /** After a switch the client said something else than the recorded one. */
  | { readonly kind: 'miss'; readonly code: 'conversation'; readonly position: number; readonly departure: Departure }
  /** The cassette cannot give what it holds; the position is known when it is one recording. */
  | { readonly kind: 'miss'; readonly code: 'unreadable'; readonly position?: number; readonly problem: string };

export type IncompleteSwitch = 'switched' | 'cut-message';

/**
 * `cut-request`: only a part of the recorded request body is known, so that only its size could be compared. `volatile`:
 * values that programs make anew at every run differ from the recorded ones. `guessed-lane`: several clients play the
 * recording at once, and nothing said which of them asked.
 */
export type ReplayRelaxation = Relaxation | 'cut-request' | 'volatile' | 'guessed-lane';

export interface Hit {
  readonly kind: 'hit';
  readonly layer: Layer;
  readonly recording: Recording;
  readonly relaxations: readonly ReplayRelaxation[];
  /** Values of the client that stand for recorded ones, by the shape of the request or by a rule. */
  readonly renamed: readonly Renamed[];
  readonly lane: Lane;
}

export interface Miss {
  readonly kind: 'miss';
  /** Where the reason was found; the first one for a request that no layer knows. */
  readonly layer: Layer;
  readonly choice: MissChoice;
}

export type Found = Hit | Miss;

export function incomplete(layer: Layer, last: Candidate, why: IncompleteSwitch): Miss {
  return { kind: 'miss', layer, choice: { kind: 'miss', code: 'incomplete', last, why } };
}

export function unreadable(layer: Layer, { position, problem }: { position?: number; problem: string }): Miss {
  const where = position === undefined ? {} : { position };
  return { kind: 'miss', layer, choice: { kind: 'miss', code: 'unreadable', ...where, problem } };
}
