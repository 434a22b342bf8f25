import type { Log } from '../base/log.ts';
import type { CompareRule } from '../model/compare-rule.ts';
import type { FaultControl } from '../model/fault.ts';
import type { LiveFeed } from '../model/live.ts';
import type { MatchRule } from '../model/match-rule.ts';
import type { ProxyControl } from '../model/proxy-control.ts';
import type { AnyRule } from '../model/rule-line.ts';
import type { CassetteReads } from '../store/cassette-reads.ts';

/** What a person asks for with "Run the tests". */
export interface RunTestsRequest {
  /** Absolute. */
  readonly cassettePath: string;
  readonly session: string;
  /** Base URLs as a person writes them: `URL` for the only recorded target, else `name=URL` each. */
  readonly targets: readonly string[];
  /** Values a person gave for `RETAKE_SECRET_…` variables, before those of the environment. */
  readonly secrets: ReadonlyMap<string, string>;
  /** May requests that change data go to a target that is not on this machine? */
  readonly writes: 'allowed' | 'refused';
  /** The run is in the run store and can be shown; `total` checks are to come. */
  readonly onStart: (runId: number, total: number) => void;
  /** Aborted when the UI closes. */
  readonly signal: AbortSignal;
}

/** Rules of the project's configuration. */
export interface ConfigRules {
  /** Absolute; undefined when there is none. */
  readonly file: string | undefined;
  readonly match: readonly MatchRule[];
  readonly compare: readonly CompareRule[];
}

export interface NewRule {
  /** Absolute. */
  readonly cassettePath: string;
  readonly rule: AnyRule;
  readonly author: string;
  readonly note: string | undefined;
}

/** Rules, as `retake rules` lists, keeps and removes them. */
export interface RuleActions {
  /** Rejects with CONFIG_INVALID. */
  readonly config: () => Promise<ConfigRules>;
  /** Gives the rule's number, or that of the same rule. CASSETTE_LOCKED, CASSETTE_UNWRITABLE; USAGE in CI. */
  readonly keep: (rule: NewRule) => Promise<number>;
  /** Undefined when there is no rule of that number. The same errors. */
  readonly remove: (cassettePath: string, number: number) => Promise<AnyRule | undefined>;
  /** Recordings that each match rule touches, in the order of the rules. */
  readonly countTouched: (reader: CassetteReads, rules: readonly MatchRule[]) => Promise<readonly number[]>;
}

/** Work the UI starts but does not do itself: it needs keys and secrets from the environment, so cli wires it. */
export interface UiActions {
  /** Resolves when the run has ended; rejects with an AppError when it could not be made. */
  readonly runTests?: (request: RunTestsRequest) => Promise<void>;
  /** Does the environment hold this `RETAKE_SECRET_…` variable? */
  readonly hasSecret?: (variable: string) => boolean;
  readonly rules?: RuleActions;
  /** The text of a vitest file for a session, to stand in `folder`. */
  readonly vitestFile?: (request: {
    readonly cassettePath: string;
    readonly session: string;
    readonly folder: string;
  }) => Promise<string>;
}

export interface UiOptions {
  /** Address to listen on; `127.0.0.1` unless a person asked for another. */
  readonly host: string;
  /** 0 takes any free port. */
  readonly port: number;
  /** Access token; 256 random bits when left away. */
  readonly token?: string;
  /** Further `Host` values to answer to. */
  readonly allowedHosts?: readonly string[];
  /** The folder shown: cassettes below it, runs in its `.retake`, generated tests written into its `test`. */
  readonly folder: string;
  /** Absolute paths of cassettes to list whether or not they are below the folder (or exist yet). */
  readonly cassettePaths: readonly string[];
  /** The proxy running in this process, if any. */
  readonly feed?: LiveFeed;
  /** What goes wrong on purpose in it, where that can be changed. */
  readonly faults?: FaultControl;
  /** The same, to be steered. */
  readonly control?: ProxyControl;
  readonly actions: UiActions;
  /** Who decides in a review. */
  readonly author: string;
  readonly toolVersion: string;
  readonly log: Log;
}

/** A UI that is listening. */
export interface RunningUi {
  /** Origin, without the token: `http://127.0.0.1:40002`. */
  readonly url: string;
  readonly token: string;
  /** The URL for a person: opens the UI and exchanges the token for a cookie. */
  readonly openUrl: string;
  /** Ends open streams and stops listening. */
  readonly close: () => Promise<void>;
}
