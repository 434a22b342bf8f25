export interface SessionTarget {
  readonly name: string;
  /** Base URL of the recorded upstream, without credentials. */
  readonly url: string;
}

/** A named, ordered recording inside a cassette. */
export interface Session {
  readonly id: number;
  readonly name: string;
  readonly startedAt: number;
  /** Undefined while recording, and after a crash until the next writer opens the cassette. */
  readonly endedAt?: number;
  readonly targets: readonly SessionTarget[];
  readonly toolVersion: string;
  readonly gitCommit?: string;
  readonly tags: Readonly<Record<string, string>>;
  /** Why not every exchange could be stored; undefined when all were. */
  readonly incomplete?: string;
  /** True when secrets were replaced before storing. */
  readonly redacted: boolean;
  /** Under which rules the index in the cassette was made; undefined when there is none. */
  readonly indexVersion?: string;
  readonly exchangeCount: number;
}

/** What a recording needs to know before its first exchange. */
export interface NewSession {
  readonly name: string;
  readonly startedAt: number;
  readonly targets: readonly SessionTarget[];
  readonly toolVersion: string;
  readonly gitCommit?: string;
  readonly tags: Readonly<Record<string, string>>;
  readonly redacted: boolean;
}
