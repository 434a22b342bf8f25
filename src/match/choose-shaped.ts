import type { TimeStretch } from '../model/volatile-tokens.ts';
import type { Bindings } from './bindings.ts';
import { type ChooseOptions, type Choice, isOfOtherState, type Pick, pickAmong } from './choose.ts';
import { fitShape, isIdentity, type Renamed } from './fit-shape.ts';
import type { Lane } from './lane.ts';
import type { RequestShape, ShapeToken } from './request-shape.ts';
import { type ShapedRecording, type ShapedRequest, type ShapedRequests, shapedRequestsOf } from './shaped-requests.ts';

export type ShapedChoice<C extends ShapedRecording> =
  | (Extract<Choice<C>, { kind: 'hit' }> & {
      /** Which values of the client stand for which recorded ones. */
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
  /** Which of the recordings of a request are looked at, when only some are: part of the names of their cursors. */
  readonly part?: string;
  readonly bindings: Bindings;
  /** From the start of this replay until now. */
  readonly window: TimeStretch;
}

/** A recorded request that the incoming one may stand for, and what it would be given. */
interface Fit<C extends ShapedRecording> {
  readonly request: ShapedRequest<C>;
  readonly renamed: readonly Renamed[];
  readonly pick: Pick<C>;
}

/**
 * So many requests of one shape are looked at for one incoming request, and so many that fit are compared: some ten
 * milliseconds. What lies behind could be meant just as well, so it is a miss then.
 */
const limits = { looks: 100_000, fits: 5000 };

/**
 * Chooses among recordings that differ from the request only in values which the client makes anew at every run. Values
 * that the client used before in this lane mean what they meant then, and recorded values mean themselves. What each
 * recorded request would give now is asked of `pickAmong`, with the cursors that it has for `choose`. Writes are taken
 * in the order in which they were recorded. Reads that fit equally well and answer differently are never guessed. Hand
 * over the same array each time.
 */
export function chooseShaped<C extends ShapedRecording>(
  lane: Lane,
  candidates: readonly C[],
  options: ChooseShapedOptions,
): ShapedChoice<C> {
  const requests = shapedRequestsOf(candidates);
  const list = meantBy(requests, options) ?? requests.all;
  return requests.all[0]?.recordings[0]!.isWrite === true
    ? chooseWrite(lane, list, options)
    : chooseRead(lane, { requests, list }, options);
}

/** If values of the client are known, what is meant holds them: the shortest list of such. Undefined: all are new. */
function meantBy<C extends ShapedRecording>(
  requests: ShapedRequests<C>,
  { shape, bindings }: ChooseShapedOptions,
): readonly ShapedRequest<C>[] | undefined {
  let shortest: readonly ShapedRequest<C>[] | undefined;
  for (const [i, token] of shape.tokens.entries()) {
    const meant = isIdentity(token) ? bindings.recordedOf(token.value) : undefined;
    const holding = requests.holding(i, meant ?? token.value);
    if (meant === undefined && holding.length === 0) continue;
    if (!shortest || holding.length < shortest.length) shortest = holding;
  }
  return shortest;
}

function fitOf<C extends ShapedRecording>(
  lane: Lane,
  request: ShapedRequest<C>,
  options: ChooseShapedOptions,
): Fit<C> | undefined {
  const { shape, part = '' } = options;
  const renamed = fitShape(request.tokens, shape, options);
  if (!renamed) return undefined;
  const key = request.key + part;
  return { request, renamed, pick: pickAmong(lane, request.recordings, { ...options, key, slots: shape.slots }) };
}

/** The first that is not used up; by the policy for what is, the last. */
function chooseWrite<C extends ShapedRecording>(
  lane: Lane,
  list: readonly ShapedRequest<C>[],
  options: ChooseShapedOptions,
): ShapedChoice<C> {
  const { part = '', sequence } = options;
  const isUsedUp = ({ key, recordings }: ShapedRequest<C>): boolean =>
    sequence === 'epoch' && (lane.cursorIfAny(key + part, '')?.next ?? 0) >= recordings.length;
  const from = lane.passOver(list, isUsedUp);
  const end = Math.min(list.length, from + limits.looks);
  for (let i = from; i < end; i += 1) {
    const fit = fitOf(lane, list[i]!, options);
    if (fit && !isRepeated(fit)) return settled(fit, only, options);
  }
  for (let i = end - 1; i >= Math.max(0, end - limits.looks); i -= 1) {
    const fit = fitOf(lane, list[i]!, options);
    if (fit) return settled(fit, only, options);
  }
  return { kind: 'miss', code: 'unmatched' };
}

function isRepeated({ pick: { choice } }: Fit<ShapedRecording>): boolean {
  return choice.kind === 'miss' ? choice.code === 'exhausted' : choice.relaxations.includes('repeated');
}

/**
 * May it be meant, as far as the lane's own writes tell? 2: yes; 1: it surely shows a state that the lane is not in; 0: it
 * has nothing to give. A write that only might have changed it tells nothing: the client may ask in another order.
 */
function rankOf(lane: Lane, { pick: { choice } }: Fit<ShapedRecording>): number {
  if (choice.kind === 'miss') return 0;
  return choice.relaxations.includes('skipped') || isOfOtherState(lane, choice.candidate) ? 1 : bestRank;
}

const bestRank = 2;

function isExact({ pick: { choice } }: Fit<ShapedRecording>): boolean {
  return choice.kind === 'hit' && choice.relaxations.length === 0;
}

/** The best fit, unless others are as good and answer otherwise. */
function chooseRead<C extends ShapedRecording>(
  lane: Lane,
  { requests, list }: { readonly requests: ShapedRequests<C>; readonly list: readonly ShapedRequest<C>[] },
  options: ChooseShapedOptions,
): ShapedChoice<C> {
  let best: Fit<C>[] = [];
  let rank = -1;
  let fits = 0;
  for (const [i, request] of list.entries()) {
    if (i === limits.looks) return { kind: 'miss', code: 'unmatched' };
    const fit = fitOf(lane, request, options);
    if (!fit) continue;
    const its = rankOf(lane, fit);
    if (its > rank) {
      rank = its;
      best = [];
    }
    if (its === rank) best.push(fit);
    fits += 1;
    if (requests.isUniform && rank === bestRank && best.length > 1) {
      return settled(best[0]!, (index, value) => requests.isCommon(index, value), options);
    }
    const isDecided = rank === bestRank && best.at(-1)!.request.answers !== best[0]!.request.answers;
    if (best.length > 1 && (isDecided || fits === limits.fits)) return undecided(best[0]!, best.at(-1)!, options.shape);
  }
  const [first] = best;
  if (!first) return { kind: 'miss', code: 'unmatched' };
  const other = best.find(({ request }) => request.answers !== first.request.answers);
  return other ? undecided(first, other, options.shape) : settled(best.find(isExact) ?? first, commonTo(best), options);
}

/**
 * Values of the client are bound to what they surely stand for: with several requests that answer alike, only to what
 * these have in common. Which one is meant may show later.
 */
function settled<C extends ShapedRecording>(
  { pick: { choice, settle }, request, renamed }: Fit<C>,
  isCommon: (index: number, value: string) => boolean,
  { shape, bindings }: ChooseShapedOptions,
): ShapedChoice<C> {
  if (choice.kind === 'miss') return choice;
  settle();
  for (const [i, token] of shape.tokens.entries()) {
    const { value } = request.tokens[i]!;
    if (isIdentity(token) && isCommon(i, value)) bindings.bind(value, token.value);
  }
  return { ...choice, renamed };
}

/** There is no other that it could be. */
const only = (): boolean => true;

function commonTo(fits: readonly Fit<ShapedRecording>[]): (index: number, value: string) => boolean {
  return (index, value) => fits.every(({ request }) => request.tokens[index]!.value === value);
}

function undecided<C extends ShapedRecording>(first: Fit<C>, second: Fit<C>, shape: RequestShape): ShapedChoice<C> {
  const [one, other] = [first.request, second.request];
  // Requests of one shape may still be spelled in two ways that only their keys tell apart.
  const at = Math.max(
    0,
    one.tokens.findIndex(({ value }, i) => value !== other.tokens[i]!.value),
  );
  return {
    kind: 'miss',
    code: 'ambiguous',
    between: [one.recordings[0]!, other.recordings[0]!],
    token: shape.tokens[at]!,
    recorded: [one.tokens[at]!.value, other.tokens[at]!.value],
  };
}
