import { headerValue, type RawHeaders } from '../model/headers.ts';
import { problemOf } from '../base/errors.ts';
import { formatAddress } from '../model/address.ts';
import { type CompiledRule, noMatchRules } from '../model/match-rule-set.ts';
import type { StreamEvent } from '../model/stream-event.ts';
import { type Choice, choose, type ChooseOptions, type ExhaustedPolicy, type Sequence } from '../match/choose.ts';
import { chooseShaped, type ShapedChoice } from '../match/choose-shaped.ts';
import { isIdentityKind, type Renamed } from '../match/fit-shape.ts';
import type { Lane } from '../match/lane.ts';
import type { RequestKey } from '../match/request-key.ts';
import { type RequestShape, requestShape } from '../match/request-shape.ts';
import type { Candidate, ShapedCandidate } from '../store/replay-index.ts';
import type { Candidates } from './candidate-lists.ts';
import { preferActor, preferAnonymous, RecordedActors } from './lane-actors.ts';
import { LaneBook } from './lane-book.ts';
import { type Found, incomplete, type Miss, type MissChoice, unreadable } from './replay-found.ts';
import { type IncomingRequest, type Layer, type LayerSource, layersOf, rulesFor } from './replay-layer.ts';
import { cutBody, sizeOfBody } from './request-body.ts';
import { masksUnder } from './request-masks.ts';

export interface ReplaySourceOptions {
  /** At least one, the one to ask first at the front. */
  readonly layers: readonly LayerSource[];
  readonly sequence: Sequence;
  readonly exhausted?: ExhaustedPolicy;
  /** For each cassette. */
  readonly cacheBytes?: number;
  /** What is less than an exact match is a miss. */
  readonly strict?: true;
  /** Stand-in for a secret under the project's key, where that key is at hand. */
  readonly pseudonym?: (value: string) => string;
  /** A request as the recorded client would have sent it, if replay gave this one other values; tried when it is unknown. */
  readonly meant?: (request: IncomingRequest, lanes: readonly Lane[]) => IncomingRequest | undefined;
}

const noneRenamed: readonly Renamed[] = [];

/** What choosing in one layer needs to know. */
interface Search {
  readonly asksSwitch: boolean;
  readonly lane: Lane;
  readonly base: Omit<ChooseOptions, 'key' | 'slots'>;
}

/**
 * Finds the recording that answers a request: key, candidates by index, choice by lane; if no recording has the key, by
 * the shape of the request. Reads no body to do so.
 */
export class ReplaySource {
  readonly layers: readonly Layer[];
  readonly lanes: LaneBook;
  readonly actors: RecordedActors;
  readonly #options: ReplaySourceOptions;
  /** Unix time in milliseconds. */
  readonly startedAt = Date.now();

  constructor(options: ReplaySourceOptions) {
    this.#options = options;
    this.lanes = new LaneBook(options.layers.length);
    this.layers = layersOf(options.layers, options.cacheBytes);
    this.actors = new RecordedActors(this.layers);
  }

  /**
   * The first layer with a recording to give wins. A layer whose recordings of this request are used up or incomplete
   * lets the next one answer; one in which several fit does not, since any answer could be the wrong one.
   */
  find(request: IncomingRequest): Found {
    return this.#strictly(withGuess(this.#findAny(request), request));
  }

  #findAny(request: IncomingRequest): Found {
    const found = this.#findKeyed(request);
    if (isKnown(found)) return found;
    const meant = this.#options.meant?.(request, this.lanes.statesOf(request.lane));
    const known = meant && this.#findKeyed(meant);
    if (known && isKnown(known)) return known;
    return this.#findRelaxed(request) ?? (meant && this.#findRelaxed(meant)) ?? found;
  }

  /** One request that may stand in several places: the first that gives a recording, else the first that knows it. */
  findFirst(requests: readonly IncomingRequest[]): { readonly request: IncomingRequest; readonly found: Found } {
    let first: { readonly request: IncomingRequest; readonly found: Miss } | undefined;
    for (const request of requests) {
      const found = this.find(request);
      if (found.kind === 'hit') return { request, found };
      if (!first || (first.found.choice.code === 'unmatched' && found.choice.code !== 'unmatched')) {
        first = { request, found };
      }
    }
    return first!;
  }

  /** The recordings that may answer a request, in all layers: by its key, else by its shape. */
  candidatesFor(request: IncomingRequest): (readonly [layer: Layer, candidates: readonly Candidate[]])[] {
    const asksSwitch = request.asksSwitch ?? false;
    const keyed = this.layers.map(
      (layer) => [layer, layer.lists.ofKey(layer.keys.of(request).key, asksSwitch).asked] as const,
    );
    if (keyed.some(([, candidates]) => candidates.length > 0)) return keyed;
    return this.layers.map((layer) => {
      const rules = rulesFor(layer.rules ?? noMatchRules, request);
      const shape = requestShape(request, masksUnder(request, rules), rules);
      return [layer, shape ? layer.lists.ofShape(shape.key, asksSwitch).asked : []];
    });
  }

  addressOf(layer: LayerSource, position: number): string {
    return formatAddress({ cassette: layer.cassette, session: layer.session.name, position });
  }

  /** Recording masks secrets in the key whether or not it replaces them, so one key serves for every session. */
  #findKeyed(request: IncomingRequest): Found {
    let key: RequestKey | undefined;
    let keys: Layer['keys'] | undefined;
    return this.#eachLayer(request, (layer, search) => {
      if (!key || keys !== layer.keys) key = layer.keys.of(request);
      keys = layer.keys;
      const { lane } = search;
      const candidates = layer.lists.ofKey(key.key, search.asksSwitch);
      const ids = candidates.asked[0]?.tokens?.filter(({ kind }) => isIdentityKind(kind));
      // The client's values are the recorded ones, but here they mean others: its ids come from a seed, in another order.
      if (ids && !ids.every(({ value }) => lane.bindings.allows(value, value))) return undefined;
      const asked = this.#agreeing(candidates.asked, layer, key);
      const part = this.#preferred(asked.candidates, layer, request);
      const id = asked.id + (part?.id ?? '');
      const among = part?.id ? part.candidates : asked.candidates;
      const choice = choose(lane, among, { ...search.base, ...key, key: key.key + id });
      if (ids && choice.kind === 'hit') for (const { value } of ids) lane.bindings.bind(value, value);
      return { choice, candidates, renamed: noneRenamed };
    });
  }

  /**
   * Headers and cookies that a rule lets count are secrets, so that only their places stand in the key: of the recordings
   * those with the values sent. Where neither the project's key nor the raw value is at hand nobody can tell, and any fit.
   */
  #agreeing<C extends Candidate>(
    candidates: readonly C[],
    { session }: Layer,
    { slots, named }: Pick<RequestShape, 'slots' | 'named'>,
  ): { readonly candidates: readonly C[]; readonly id: string } {
    const { pseudonym } = this.#options;
    if (named === 0 || (session.redacted && !pseudonym)) return { candidates, id: '' };
    const sent = slots.slice(-named);
    const agrees = ({ slots: recorded }: C): boolean =>
      recorded.slice(-named).every((value, i) => value === sent[i] || value === pseudonym?.(sent[i]!));
    return { candidates: candidates.filter(agrees), id: ` ${JSON.stringify(sent)}` };
  }

  #findRelaxed(request: IncomingRequest): Found | undefined {
    const cut = request.body === undefined ? undefined : this.#findCut(request, sizeOfBody(request.body));
    return cut ?? this.#findShaped(request);
  }

  /** Of recordings that were made for several people those of the one whose part the client plays. */
  #preferred<C extends Candidate>(candidates: readonly C[], layer: Layer, { parts, headers }: IncomingRequest) {
    if (parts && parts.size > 0) return preferActor(candidates, layer.index, { actors: this.actors, parts });
    return candidates.length < 2 || saysWho(headers) ? undefined : preferAnonymous(candidates);
  }

  /** Recordings that hold only a part of the request body are the same request as far as anybody can tell. */
  #findCut(request: IncomingRequest, sizeBytes: number): Found | undefined {
    for (const size of [sizeBytes, undefined]) {
      const found = this.#findKeyed({ ...request, body: cutBody(size) });
      if (found.kind === 'hit') return { ...found, relaxations: [...found.relaxations, 'cut-request'] };
      if (found.choice.code !== 'unmatched') return found;
    }
    return undefined;
  }

  /** Nothing has the key: perhaps it differs only in values that clients make anew at every run. */
  #findShaped(request: IncomingRequest): Found | undefined {
    const window = { fromMs: this.startedAt, toMs: Date.now() };
    let shape: RequestShape | undefined;
    let rules: readonly CompiledRule[] | undefined;
    const found = this.#eachLayer(request, (layer, { asksSwitch, lane, base }) => {
      const applying = rulesFor(layer.rules ?? noMatchRules, request);
      if (rules !== applying) shape = requestShape(request, masksUnder(request, applying), applying);
      rules = applying;
      if (!shape) return undefined;
      const candidates = layer.lists.ofShape(shape.key, asksSwitch);
      const asked = this.#agreeing(candidates.asked, layer, shape);
      const part = this.#preferred(asked.candidates, layer, request);
      const choice = chooseShaped(lane, part?.candidates ?? asked.candidates, {
        ...base,
        shape,
        window,
        bindings: lane.bindings,
        ...(part?.id ? { part: part.id } : {}),
      });
      return { choice, candidates, renamed: choice.kind === 'hit' ? choice.renamed : noneRenamed };
    });
    if (found.kind === 'hit') return { ...found, relaxations: ['volatile', ...found.relaxations] };
    return found.choice.code === 'unmatched' ? undefined : found;
  }

  #strictly(found: Found): Found {
    if (!this.#options.strict || found.kind === 'miss' || found.relaxations.length === 0) return found;
    const { layer, recording, relaxations, renamed } = found;
    const { position } = recording.exchange;
    return { kind: 'miss', layer, choice: { kind: 'miss', code: 'relaxed', position, relaxations, renamed } };
  }

  #eachLayer(request: IncomingRequest, choose: (layer: Layer, search: Search) => Chosen | undefined): Found {
    const { sequence, exhausted, pseudonym } = this.#options;
    const lanes = this.lanes.statesOf(request.lane);
    const base = {
      method: request.method,
      sequence,
      ...(exhausted ? { exhausted } : {}),
      ...(pseudonym ? { pseudonym } : {}),
    };
    const asksSwitch = request.asksSwitch ?? false;
    let miss: Miss | undefined;
    for (const layer of this.layers) {
      const lane = lanes[layer.index]!;
      const found = foundIn(layer, lane, () => choose(layer, { asksSwitch, lane, base }));
      if (found.kind === 'hit' || found.choice.code === 'ambiguous') return found;
      if (!miss || (miss.choice.code === 'unmatched' && found.choice.code !== 'unmatched')) miss = found;
    }
    return miss!;
  }
}

function isKnown(found: Found): boolean {
  return found.kind === 'hit' || found.choice.code !== 'unmatched';
}

function saysWho(headers: RawHeaders): boolean {
  return headerValue(headers, 'authorization') !== undefined || headerValue(headers, 'cookie') !== undefined;
}

/** What was chosen in one layer, and among what. */
interface Chosen {
  readonly choice: Choice<Candidate> | ShapedChoice<ShapedCandidate>;
  readonly candidates: Candidates;
  readonly renamed: readonly Renamed[];
}

function withGuess(found: Found, { isGuess }: IncomingRequest): Found {
  if (!isGuess || found.kind === 'miss') return found;
  return { ...found, relaxations: [...found.relaxations, 'guessed-lane'] };
}

const unmatched: MissChoice = { kind: 'miss', code: 'unmatched' };

function foundIn(layer: Layer, lane: Lane, choose: () => Chosen | undefined): Found {
  let position: number | undefined;
  try {
    const chosen = choose();
    if (!chosen) return { kind: 'miss', layer, choice: unmatched };
    const { choice, candidates, renamed } = chosen;
    if (choice.kind === 'miss') {
      const last = candidates.all.at(-1);
      const isOnlySwitch = choice.code === 'unmatched' && last && candidates.asked.length === 0;
      return isOnlySwitch ? incomplete(layer, last, 'switched') : { kind: 'miss', layer, choice };
    }
    const { candidate, relaxations } = choice;
    position = candidate.position;
    const recording = layer.cache.get(candidate.id);
    if (!recording) return unreadable(layer, { position, problem: 'it is no longer in the cassette' });
    if (recording.events.some(isCutMessage)) return incomplete(layer, candidate, 'cut-message');
    return { kind: 'hit', layer, lane, recording, relaxations, renamed };
  } catch (thrown) {
    return unreadable(layer, { ...(position === undefined ? {} : { position }), problem: problemOf(thrown) });
  }
}

function isCutMessage({ direction, storedBytes }: StreamEvent): boolean {
  return direction === 'response' && storedBytes !== undefined;
}
