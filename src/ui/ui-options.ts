import type { Log } from '../base/log.ts';
import type { FaultControl } from '../model/fault.ts';
import type { LiveFeed } from '../model/live.ts';
import type { ProxyControl } from '../model/proxy-control.ts';

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

/** Work the UI starts but does not do itself: it needs keys and secrets from the environment, so cli wires it. */
export interface UiActions {
  /** Resolves when the run has ended; rejects with an AppError when it could not be made. */
  readonly runTests?: (request: RunTestsRequest) => Promise<void>;
  /** Does the environment hold this `RETAKE_SECRET_…` variable? */
  readonly hasSecret?: (variable: string) => boolean;
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
