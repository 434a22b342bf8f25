import { isWrite } from '../model/exchange.ts';
import { credentialsOf } from './lane-credentials.ts';
import { defaultLane, type LaneHow, type LaneStatus } from './lane-book.ts';
import { type FoundLane, type LaneAsker, LaneFinder, type Roles } from './lane-finder.ts';
import type { LaneMark } from './lane-marks.ts';
import type { IncomingRequest } from './replay-layer.ts';
import type { ReplaySource } from './replay-source.ts';

/** `infer`: clients with credentials of their own get lanes of their own; `explicit`: only marks count. */
export type LaneRule = 'infer' | 'explicit';

/** What a request brings that may say its lane. */
export interface LaneFacts {
  readonly mark: LaneMark | undefined;
  /** The same object for all requests of one connection. */
  readonly connection: object | undefined;
}

/** A request's lane. */
export interface PlacedRequest {
  readonly name: string;
  readonly how: LaneHow;
  readonly parts?: Roles;
  /** Nothing said which of several lanes it is, and it makes a difference. */
  readonly isGuess: boolean;
}

const untold: PlacedRequest = { name: defaultLane, how: 'default', isGuess: false };

/** Says which lane each request is in, and keeps the lanes. */
export class LaneKeeper {
  readonly #source: ReplaySource;
  readonly #finder: LaneFinder;
  readonly #rule: LaneRule;
  readonly #pseudonym: ((value: string) => string) | undefined;
  /** More than one world has been told apart. */
  #isParallel = false;

  constructor(
    source: ReplaySource,
    { rule, pseudonym }: { readonly rule: LaneRule; readonly pseudonym: ((value: string) => string) | undefined },
  ) {
    this.#source = source;
    this.#finder = new LaneFinder(source.actors);
    this.#rule = rule;
    this.#pseudonym = pseudonym;
  }

  /** `requests`: where it may stand. Undefined: there are too many lanes. */
  place(requests: readonly IncomingRequest[], { mark, connection }: LaneFacts): PlacedRequest | undefined {
    // Before anything is remembered of a lane that cannot be.
    if (mark && !this.#source.lanes.enter(mark.name, mark.how)) return undefined;
    const placed = this.#placed(requests, { mark, connection });
    return this.#source.lanes.enter(placed.name, placed.how) ? placed : undefined;
  }

  /** In order of appearance. */
  list(): LaneStatus[] {
    return this.#source.lanes.list();
  }

  /** Puts a lane back to the beginning of the recording, its counts to 0. False: there is no such lane. */
  reset(name: string): boolean {
    return this.#source.lanes.reset(name);
  }

  /** As if no request had come. */
  resetAll(): void {
    this.#source.lanes.resetAll();
    this.#finder.reset();
    this.#isParallel = false;
  }

  #placed(requests: readonly IncomingRequest[], { mark, connection }: LaneFacts): PlacedRequest {
    const told = mark ? { ...mark, isGuess: false } : untold;
    const lane = mark?.name ?? (this.#rule === 'explicit' ? defaultLane : undefined);
    const credentials = credentialsOf(requests[0]!.headers, this.#pseudonym);
    if (credentials.length === 0 && (lane !== undefined || !this.#isParallel)) return told;
    const asked = this.#found(requests, { credentials, connection, lane });
    if (!asked) return told;
    const { found, count } = asked;
    const parts = found.parts.size === 0 ? {} : { parts: found.parts };
    if (lane !== undefined) return { ...told, ...parts };
    if (found.how === 'actor') this.#isParallel = true;
    return { name: found.name, how: found.how, ...parts, isGuess: this.#matters(requests[0]!, found, count) };
  }

  /** Undefined: what is recorded cannot be read, which is told by whoever looks for the recording. */
  #found(requests: readonly IncomingRequest[], asker: LaneAsker): { found: FoundLane; count: number } | undefined {
    try {
      const { roles, count } = this.#asked(requests);
      return { found: this.#finder.laneOf(asker, roles), count };
    } catch {
      return undefined;
    }
  }

  /** One recording of a read is the same for everybody. */
  #matters({ method }: IncomingRequest, { isGuess }: FoundLane, count: number): boolean {
    return isGuess && (count > 1 || isWrite(method));
  }

  /** Whom the recordings of a request were made for. */
  #asked(requests: readonly IncomingRequest[]): { readonly roles: Roles; readonly count: number } {
    const roles = new Map<string, Set<string>>();
    let count = 0;
    for (const request of requests) {
      for (const [layer, candidates] of this.#source.candidatesFor(request)) {
        count += candidates.length;
        for (const [place, ids] of this.#source.actors.among(candidates, layer.index)) {
          const all = roles.get(place) ?? new Set<string>();
          for (const id of ids) all.add(id);
          roles.set(place, all);
        }
      }
    }
    return { roles, count };
  }
}
