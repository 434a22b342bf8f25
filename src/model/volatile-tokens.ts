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

/** A value of such a class inside a text. */
export interface VolatileToken {
  readonly start: number;
  readonly end: number;
  readonly class: VolatileClass;
  /** How it is written (version, letter case, precision); only tokens of one class and form can stand for each other. */
  readonly form: string;
  /** The moment that it carries, in milliseconds since the epoch; coarse ones cover a stretch. */
  readonly at?: { readonly fromMs: number; readonly toMs: number };
}
