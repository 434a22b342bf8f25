import type { Log } from '../base/log.ts';
import type { LiveFeed } from '../model/live.ts';
import type { Check } from '../model/run.ts';

/** What a person asks for with "Run the tests". */
export interface RunTestsRequest {
  /** Absolute path of the cassette. */
  readonly cassettePath: string;
  readonly session: string;
  readonly target: string;
  /** Send requests that change data to a target that is not on this machine. */
  readonly writes: 'allowed' | 'refused';
  /** The run exists and can be shown. */
  readonly onStart: (runId: number) => void;
  readonly onCheck: (check: Check) => void;
}

/** Work the UI starts but does not do itself: it needs keys and secrets from the environment, so cli wires it. */
export interface UiActions {
  /** Resolves when the run has ended; rejects with an AppError when it could not be made. */
  readonly runTests?: (request: RunTestsRequest) => Promise<void>;
  /** The text of a vitest file for a session, for a file at `filePath`. */
  readonly generateVitest?: (request: {
    readonly cassettePath: string;
    readonly session: string;
    readonly filePath: string;
  }) => string;
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
