/** Classes of values that programs make anew at every run, recognised by structure. */
export type VolatileClass =
  | 'uuid'
  | 'ulid'
  | 'ksuid'
  | 'snowflake'
  | 'objectid'
  | 'nanoid'
  | 'jwt'
  | 'timestamp'
  | 'digest'
  | 'trace'
  | 'signature';

/** Milliseconds since the epoch, both ends included. */
export interface TimeStretch {
  readonly fromMs: number;
  readonly toMs: number;
}

/** A value of such a class inside a text. */
export interface VolatileToken {
  readonly start: number;
  readonly end: number;
  readonly class: VolatileClass;
  /** How it is written (version, letter case, precision); only tokens of one class and form can stand for each other. */
  readonly form: string;
  /** The moment that it carries; coarse ones cover a stretch, texts without a zone every zone they may be meant in. */
  readonly at?: TimeStretch;
  /** What it would mean under other epochs: a Snowflake does not say whose it is. */
  readonly otherAt?: readonly TimeStretch[];
}

/** What a recogniser says of a value, without where it stands. */
export type VolatileValue = Omit<VolatileToken, 'start' | 'end'>;

export interface VolatileHints {
  /** Name of the query parameter, header, field or member that holds the text: signatures and trace ids need one. */
  readonly name?: string;
}

/** What the name of a field says of its value where the value alone does not. */
export type NameKind = 'signature' | 'trace' | 'uuid' | 'phone' | 'other';

/** A value found at a known offset, up to `end`. */
export interface FoundValue {
  readonly end: number;
  readonly value: VolatileValue;
}
