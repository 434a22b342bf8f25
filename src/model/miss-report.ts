/**
 * Why nothing was served. `unmatched`: no recording has this request. `exhausted`: its recordings are used up.
 * `ambiguous`: several fit. `relaxed`: one fits, but not exactly (`--strict`). `incomplete`: what was recorded of it is
 * not whole. `unreadable`: the cassette cannot give it. `conversation`: it was answered, but what the client said later is
 * not as recorded.
 */
export type MissCode =
  | 'unmatched'
  | 'exhausted'
  | 'ambiguous'
  | 'relaxed'
  | 'incomplete'
  | 'unreadable'
  | 'conversation';

/** One part in which an incoming request (or a message after a protocol switch) differs from a recorded one. */
export interface PartDifference {
  readonly part: 'method' | 'target' | 'path' | 'query' | 'header' | 'cookie' | 'form' | 'body' | 'message';
  /** Query, header, cookie or form name, JSON Pointer in a JSON body or message, else empty. */
  readonly name: string;
  /** Short text of each side's value, clipped; undefined on the side that has none. Secrets are `⟦NAME⟧`. */
  readonly recorded?: string;
  readonly incoming?: string;
  /** One line for a person: `query page: recorded "2", incoming "3"`. */
  readonly words: string;
}

/** A recording that failed to match, as people and programs see it. Holds no secret. */
export interface NearRecording {
  readonly address: string;
  readonly method: string;
  readonly target: string;
  /** 0: the same request; 1: nothing in common. */
  readonly distance: number;
  readonly differences: readonly PartDifference[];
}

/** What kind of thing made a request miss. */
export type CauseClass =
  /** Nothing of it was recorded: no session, server, path, or method like it. */
  | 'nothing-recorded'
  | 'other-target'
  | 'other-path'
  | 'other-method'
  | 'other-session'
  /** Values that an earlier answer gave out, and that choose what is meant. */
  | 'issued-value'
  | 'page-cursor'
  /** Values that programs make anew at every run, but not so that one may stand for the other. */
  | 'not-of-this-run'
  | 'not-of-the-recording'
  | 'bound-value'
  /** Two recordings fit, and only this value could decide. */
  | 'undecided'
  | 'query-value'
  | 'form-value'
  | 'header-value'
  | 'cookie-value'
  | 'body-value'
  | 'item-order'
  | 'content-type'
  | 'opaque-body';

/** What most likely made a request miss. */
export interface MissCause {
  readonly class: CauseClass;
  /** The value it is about, as in model/place.ts; empty when it is about the request as a whole. */
  readonly place: string;
  readonly words: string;
}

/** What helps, and what to paste for it. */
export interface MissAdvice {
  readonly words: string;
  readonly command?: string;
}

/** A miss with its explanation. Holds no secret: their values are `⟦NAME⟧`. */
export interface MissReport {
  readonly code: MissCode;
  /** What happened, in one line. */
  readonly title: string;
  /** Why, in one line. */
  readonly reason: string;
  readonly asked: {
    readonly method: string;
    readonly target: string;
    readonly targetName: string;
    readonly bodyBytes: number;
  };
  readonly cassette: string;
  /** Where was searched, first one first. */
  readonly sessions: readonly string[];
  readonly lane: string;
  /** Absent where the reason says it all. */
  readonly cause?: MissCause;
  /** At most three, nearest first. */
  readonly nearest: readonly NearRecording[];
  /** What helps now, the likeliest first. */
  readonly suggestions: readonly string[];
  /** The same, with what to paste apart. */
  readonly advice: readonly MissAdvice[];
}
