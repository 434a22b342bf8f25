import { formatAddress } from '../model/address.ts';
import { headerValue, type RawHeaders } from '../model/headers.ts';
import type { Session } from '../model/session.ts';
import type { StreamEvent } from '../model/stream-event.ts';
import { type Choice, choose, type ChooseOptions, type Relaxation, type Sequence } from '../match/choose.ts';
import type { Lane } from '../match/lane.ts';
import type { Mask } from '../match/mask-set.ts';
import { type RequestKey, requestKey } from '../match/request-key.ts';
import { findRequestSecrets } from '../redact/redactor.ts';
import type { CassetteReader } from '../store/cassette-reader.ts';
import type { Candidate } from '../store/replay-index.ts';
import { problemOf } from '../base/errors.ts';
import type { Departure } from './conversation.ts';
import { KeyCache } from './key-cache.ts';
import { LaneBook } from './lane-book.ts';
import { type Recording, RecordingCache } from './recording-cache.ts';
import { cutBody, type RequestBody, sizeOfBody } from './request-body.ts';

/** A session that is replayed. */
export interface LayerSource {
  readonly reader: CassetteReader;
  /** Short name, for addresses. */
  readonly cassette: string;
  readonly session: Session;
}

/** One session with what replaying it needs. */
export interface Layer extends LayerSource {
  /** Its place among the layers; the first one with a candidate wins. */
  readonly index: number;
  readonly cache: RecordingCache;
}

export interface IncomingRequest {
  readonly targetName: string;
  readonly method: string;
  readonly target: string;
  readonly headers: RawHeaders;
  readonly trailers: RawHeaders;
  readonly body: RequestBody;
  readonly lane: string;
  /** The client wants to switch to another protocol. */
  readonly asksSwitch?: true;
}

export type MissChoice =
  | Extract<Choice<Candidate>, { kind: 'miss' }>
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

/** `cut-request`: only a part of the recorded request body is known, so that only its size could be compared. */
export type ReplayRelaxation = Relaxation | 'cut-request';

export interface Hit {
  readonly kind: 'hit';
  readonly layer: Layer;
  readonly recording: Recording;
  readonly relaxations: readonly ReplayRelaxation[];
}

export interface Miss {
  readonly kind: 'miss';
  /** Where the reason was found; the first one for a request that no layer knows. */
  readonly layer: Layer;
  readonly choice: MissChoice;
}

export type Found = Hit | Miss;

export interface ReplaySourceOptions {
  /** At least one, the one to ask first at the front. */
  readonly layers: readonly LayerSource[];
  readonly sequence: Sequence;
  /** Stand-in for a secret under the project's key, where that key is at hand. */
  readonly pseudonym?: (value: string) => string;
}

/** Lists of candidates kept, about 2 KiB each unless a client polls, and then it is the one that is wanted again. */
const maxCandidateLists = 10_000;

const noMasks: readonly Mask[] = [];

/** Finds the recording that answers a request: key, candidates by index, choice by lane. Reads no body to do so. */
export class ReplaySource {
  readonly layers: readonly Layer[];
  readonly lanes: LaneBook;
  readonly #options: ReplaySourceOptions;
  readonly #candidates = new Map<string, Candidates>();
  readonly #keys = new KeyCache({ compute: (request: IncomingRequest) => requestKey(request, masksOf(request)) });

  constructor(options: ReplaySourceOptions) {
    this.#options = options;
    this.lanes = new LaneBook(options.layers.length);
    const caches = new Map<CassetteReader, RecordingCache>();
    this.layers = options.layers.map((layer, index) => {
      const cache = caches.get(layer.reader) ?? new RecordingCache(layer.reader);
      caches.set(layer.reader, cache);
      return { ...layer, index, cache };
    });
  }

  /**
   * The first layer with a recording to give wins. A layer whose recordings of this request are used up or incomplete
   * lets the next one answer; one in which several fit does not, since any answer could be the wrong one.
   */
  find(request: IncomingRequest): Found {
    const found = this.#findKeyed(request, this.#keys.of(request));
    if (found.kind === 'hit' || found.choice.code !== 'unmatched' || request.body === undefined) return found;
    return this.#findCut(request, sizeOfBody(request.body)) ?? found;
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

  /** Recording masks secrets in the key whether or not it replaces them, so one key serves for every session. */
  #findKeyed(request: IncomingRequest, { key, slots }: RequestKey): Found {
    const lanes = this.lanes.statesOf(request.lane);
    const options: ChooseOptions = {
      key,
      slots,
      method: request.method,
      sequence: this.#options.sequence,
      ...(this.#options.pseudonym ? { pseudonym: this.#options.pseudonym } : {}),
    };
    const asksSwitch = request.asksSwitch ?? false;
    let miss: Miss | undefined;
    for (const layer of this.layers) {
      const found = this.#findIn(layer, lanes[layer.index]!, { ...options, asksSwitch });
      if (found.kind === 'hit' || found.choice.code === 'ambiguous') return found;
      if (!miss || (miss.choice.code === 'unmatched' && found.choice.code !== 'unmatched')) miss = found;
    }
    return miss!;
  }

  /** Recordings that hold only a part of the request body are the same request as far as anybody can tell. */
  #findCut(request: IncomingRequest, sizeBytes: number): Found | undefined {
    for (const size of [sizeBytes, undefined]) {
      const found = this.#findKeyed(request, requestKey({ ...request, body: cutBody(size) }, masksOf(request)));
      if (found.kind === 'hit') return { ...found, relaxations: [...found.relaxations, 'cut-request'] };
      if (found.choice.code !== 'unmatched') return found;
    }
    return undefined;
  }

  addressOf(layer: LayerSource, position: number): string {
    return formatAddress({ cassette: layer.cassette, session: layer.session.name, position });
  }

  #findIn(layer: Layer, lane: Lane, options: ChooseOptions & { readonly asksSwitch: boolean }): Found {
    let position: number | undefined;
    try {
      const candidates = this.#candidatesOf(layer, options);
      const choice = choose(lane, candidates.asked, options);
      if (choice.kind === 'miss') {
        const last = candidates.all.at(-1);
        return choice.code === 'unmatched' && last
          ? incomplete(layer, last, 'switched')
          : { kind: 'miss', layer, choice };
      }
      const { candidate, relaxations } = choice;
      position = candidate.position;
      const recording = layer.cache.get(candidate.id);
      if (!recording) return unreadable(layer, { position, problem: 'it is no longer in the cassette' });
      if (recording.events.some(isCutMessage)) return incomplete(layer, candidate, 'cut-message');
      return { kind: 'hit', layer, recording, relaxations };
    } catch (thrown) {
      return unreadable(layer, { ...(position === undefined ? {} : { position }), problem: problemOf(thrown) });
    }
  }

  #candidatesOf(layer: Layer, { key, asksSwitch }: { readonly key: string; readonly asksSwitch: boolean }): Candidates {
    const id = `${layer.index} ${asksSwitch ? 'switch' : ''} ${key}`;
    const held = this.#candidates.get(id);
    if (held) return held;
    const candidates = askedFor(layer, layer.reader.candidates(layer.session.id, key), asksSwitch);
    // A session that is still being recorded gains candidates.
    if (layer.session.endedAt === undefined) return candidates;
    if (this.#candidates.size >= maxCandidateLists) this.#candidates.delete(this.#candidates.keys().next().value!);
    this.#candidates.set(id, candidates);
    return candidates;
  }
}

/** The recordings of one key. */
interface Candidates {
  readonly all: readonly Candidate[];
  /** Those that fit what the client wants: a page and a WebSocket may share their path, and so their key. */
  readonly asked: readonly Candidate[];
}

function askedFor(layer: Layer, all: readonly Candidate[], asksSwitch: boolean): Candidates {
  if (!all.some(({ switches }) => switches)) return { all, asked: all };
  const asked = all.filter(({ id, switches }) => (switches || hasAskedSwitch(layer, id)) === asksSwitch);
  return { all, asked };
}

/** Was this recording, answered without a switch, to be one? */
function hasAskedSwitch({ reader }: Layer, id: number): boolean {
  return headerValue(reader.exchangeById(id)?.request.headers ?? [], 'upgrade') !== undefined;
}

function isCutMessage({ direction, storedBytes }: StreamEvent): boolean {
  return direction === 'response' && storedBytes !== undefined;
}

function incomplete(layer: Layer, last: Candidate, why: IncompleteSwitch): Miss {
  return { kind: 'miss', layer, choice: { kind: 'miss', code: 'incomplete', last, why } };
}

export function unreadable(layer: Layer, { position, problem }: { position?: number; problem: string }): Miss {
  const where = position === undefined ? {} : { position };
  return { kind: 'miss', layer, choice: { kind: 'miss', code: 'unreadable', ...where, problem } };
}

type Masked = Pick<IncomingRequest, 'method' | 'target' | 'headers' | 'trailers' | 'body'>;

/** The secrets in a request: matching looks past their values, and no message of ours shows them. */
export function masksOf(request: Masked): readonly Mask[] {
  // Headers take no part in matching: without a query and a body there is nothing to mask.
  if (request.body === undefined && !request.target.includes('?')) return noMasks;
  return findRequestSecrets({ ...request, body: Buffer.isBuffer(request.body) ? request.body : undefined });
}
