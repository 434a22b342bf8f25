import type { X509Certificate } from 'node:crypto';

/** What a trust store needs to know of the authority it is to trust. */
export interface TrustedAuthority {
  readonly certificatePath: string;
  readonly certificatePem: string;
  readonly name: string;
  /** SHA-256, in pairs with colons. */
  readonly fingerprint: string;
}

/** A place where programs of this machine look up whom to trust. */
export interface TrustStore {
  /** For a sentence: `the system's certificates`. */
  readonly name: string;
  /** The authorities of Retake in it, of whatever user. */
  readonly list: () => Promise<readonly X509Certificate[]>;
  /** Throws StoreProblem. */
  readonly add: (authority: TrustedAuthority) => Promise<void>;
  /** Throws StoreProblem. */
  readonly remove: (certificate: X509Certificate) => Promise<void>;
}

/** Why a store could not be changed, and the command by which its user can, if one can. */
export class StoreProblem extends Error {
  readonly command: string | undefined;

  constructor(message: string, command: string | undefined, cause?: unknown) {
    super(message, { cause });
    this.name = 'StoreProblem';
    this.command = command;
  }
}

/** Where stores and their tools are looked for. */
export interface Machine {
  readonly platform: NodeJS.Platform;
  /** Put before every path of the system's: nothing, but for tests. */
  readonly root: string;
  readonly home: string;
  /** The PATH variable. */
  readonly path: string;
}
