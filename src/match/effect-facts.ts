/** What learning needs to know of one recorded exchange. */
export interface EffectFacts {
  /** Positions must rise. */
  readonly position: number;
  /** Milliseconds since the epoch: arrival of the request head. */
  readonly startedAt: number;
  /** Undefined when its end was not seen: then only its arrival counts. */
  readonly endedAt?: number;
  readonly targetName: string;
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  /** Equal for requests that replay cannot tell apart. */
  readonly requestKey: string;
  readonly graphql?: { readonly kind: 'query' | 'mutation' | 'subscription'; readonly name?: string };
  /** Undefined for a failure. */
  readonly status?: number;
  /** Of status and body without what changes at every answer. Undefined where answers cannot be compared: failures, streams. */
  readonly responseDigest?: string;
  /** Hashes of values that its response issued and later requests used. */
  readonly issuedValues?: readonly string[];
  /** Hashes of values in its request that earlier responses issued. */
  readonly usedValues?: readonly string[];
  /**
   * Of a read: the values of volatile classes in its address. Of a write: those among them that stand in its request or
   * response, wherever they came from: the digest in `?digest=…` is the name of what will be read.
   */
  readonly mentions?: readonly string[];
  /** What a rule says. */
  readonly treat?: 'read' | 'write';
  /** False for what is never served: no lane can ever have made such a write. True by default. */
  readonly servable?: boolean;
}

/** Unsafe methods are writes until evidence says otherwise, GraphQL is what its operation says, a rule decides. */
export type Conduct = 'read' | 'write';
