import { identityOf } from './bindings.ts';
import type { Candidate } from './candidate-groups.ts';
import type { ShapedValue } from './fit-shape.ts';

/** A recording whose request has the shape of an incoming one. */
export interface ShapedRecording extends Candidate {
  readonly requestKey: string;
  readonly tokens: readonly ShapedValue[];
  /** Equal for recordings that answer the same, but for the tokens of their requests. */
  readonly answer: string;
}

/** All recordings of one request. */
export interface ShapedRequest<C extends ShapedRecording> {
  readonly key: string;
  readonly tokens: readonly ShapedValue[];
  /** By position. */
  readonly recordings: readonly C[];
  /** Equal for requests that were answered alike, time after time. */
  readonly answers: string;
}

/** Derived once per list, which may hold 100,000 recordings. */
const derived = new WeakMap<readonly ShapedRecording[], ShapedRequests<ShapedRecording>>();

/** The recordings of one shape by request, in the order in which these were first made. */
export function shapedRequestsOf<C extends ShapedRecording>(candidates: readonly C[]): ShapedRequests<C> {
  let requests = derived.get(candidates);
  if (!requests) {
    requests = new ShapedRequests<ShapedRecording>(candidates);
    derived.set(candidates, requests);
  }
  return requests as unknown as ShapedRequests<C>;
}

export class ShapedRequests<C extends ShapedRecording> {
  readonly all: readonly ShapedRequest<C>[];
  /** All were answered alike: whichever is meant, its answer is right. */
  readonly isUniform: boolean;
  /** By number of the token: requests by its value. */
  readonly #byValue: Map<string, ShapedRequest<C>[]>[] = [];

  constructor(candidates: readonly C[]) {
    const servable = candidates.filter((candidate) => candidate.servable);
    this.all = Array.from(
      Map.groupBy(servable, ({ requestKey }) => requestKey),
      ([key, recordings]) => ({
        key,
        tokens: recordings[0]!.tokens,
        recordings,
        answers: recordings.length === 1 ? recordings[0]!.answer : recordings.map(({ answer }) => answer).join(' '),
      }),
    );
    this.isUniform = this.all.every(({ answers }) => answers === this.all[0]!.answers);
  }

  /** Do all requests hold the same as this token? */
  isCommon(token: number, value: string): boolean {
    return this.holding(token, value).length === this.all.length;
  }

  /** Requests that hold a value, in any spelling, as their token of this number. */
  holding(token: number, value: string): readonly ShapedRequest<C>[] {
    let byValue = this.#byValue[token];
    if (!byValue) {
      byValue = Map.groupBy(this.all, ({ tokens }) => identityOf(tokens[token]!.value));
      this.#byValue[token] = byValue;
    }
    return byValue.get(identityOf(value)) ?? none;
  }
}

const none: readonly never[] = [];
