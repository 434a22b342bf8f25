import type { FaultControl } from './fault.ts';
import type { MissReport } from './miss-report.ts';
import type { WhyServed } from './why-served.ts';

/** What a request without a recording gets. */
export type OnMiss = 'error' | 'forward' | 'record';

/** What a running proxy does with requests, and what it may be switched to. */
export type ProxyMode =
  | { readonly kind: 'replay'; readonly onMiss: OnMiss; readonly allowed: readonly OnMiss[] }
  /** `passthrough`: a recording that is paused; traffic passes unrecorded. */
  | { readonly kind: 'record'; readonly mode: RecordingMode; readonly allowed: readonly RecordingMode[] };

export type RecordingMode = 'record' | 'passthrough';

/** A distinct miss: its explanation, who answered it, and how often it came. */
export interface MissFacts extends MissReport {
  readonly answer: OnMiss;
  readonly count: number;
}

/** Counts since the start; a reset of lanes changes none of them. */
export interface ReplayCounts {
  readonly hits: number;
  /** Misses answered with an error. */
  readonly misses: number;
  readonly forwarded: number;
  readonly relaxed: number;
  readonly faults: number;
}

/** One lane as programs are told of it. */
export interface LaneFacts {
  readonly name: string;
  /** What said so: `header`, `port` … */
  readonly how: string;
  readonly hits: number;
  readonly misses: number;
  readonly writes: number;
  readonly positions: readonly {
    readonly cassette: string;
    readonly session: string;
    readonly last: number;
    readonly furthest: number;
  }[];
}

/** One answer of a replay: what was asked, what was served, and why. Holds no secret. */
export interface ServedAnswer {
  /** Its place in the order of serving, from 0, gapless. */
  readonly number: number;
  /** Unix time in milliseconds. */
  readonly at: number;
  readonly lane: string;
  readonly method: string;
  readonly target: string;
  readonly targetName: string;
  /** Of the recording that was served; a miss has a code instead. */
  readonly address?: string;
  /** Ways in which it was less than an exact match. */
  readonly relaxations?: readonly string[];
  readonly code?: string;
  /** Why nothing was served, in one line. */
  readonly reason?: string;
  /** Who answered a miss. */
  readonly answer?: OnMiss;
  /** What made this recording the one. */
  readonly why?: WhyServed;
}

export interface ServedPage {
  /** Number of the oldest answer that is still known. */
  readonly oldest: number;
  /** To ask from next time. */
  readonly next: number;
  readonly answers: readonly ServedAnswer[];
}

/** A replay under way, for programs beside it. */
export interface ReplayControl {
  readonly counts: () => ReplayCounts;
  /** In order of appearance. */
  readonly lanes: () => readonly LaneFacts[];
  /** Puts a lane back to the beginning of the recording. False: there is no such lane. */
  readonly resetLane: (name: string) => boolean;
  readonly resetLanes: () => void;
  /** The whole ledger with its verdict so far, `retake.ledger/1`; of one lane, undefined where there is none. */
  readonly ledger: (lane?: string) => object | undefined;
  readonly misses: () => { readonly missList: readonly MissFacts[] };
  /** At most `limit` answers from a number on. */
  readonly served: (from: number, limit: number) => ServedPage;
  /** Why one answer was the one, with all that can be said; undefined for misses and for what is no longer known. */
  readonly why: (number: number) => WhyServed | undefined;
  readonly faults: FaultControl;
}

/** The running proxy, for programs that steer it. Wired by cli; never a socket between them. */
export interface ProxyControl {
  readonly mode: () => ProxyMode;
  /** Throws MODE_UNAVAILABLE and MODE_FORBIDDEN. */
  readonly setOnMiss: (onMiss: OnMiss) => void;
  readonly setRecording: (mode: RecordingMode) => void;
  /** Asks for the orderly end that SIGTERM asks for. */
  readonly stop: () => void;
  readonly replay?: ReplayControl;
}
