import type { VolatileClass } from './volatile-tokens.ts';

/** Which requests a rule is about. */
export interface RuleScope {
  /** `*`: any. */
  readonly method: string;
  /**
   * Name of a recorded server: what `--target name=URL` gave, or a host of a forward proxy, with or without its port.
   * Left away: any.
   */
  readonly host?: string;
  /**
   * Segments of a path template: text, `{name}` or `*` for any one segment, `**` at the end for any rest, also none.
   * Undefined: any path.
   */
  readonly path: readonly string[] | undefined;
}

/** Where in a request the value stands that a rule is about. */
export type RulePlace =
  /** A whole part. */
  | { readonly kind: 'method' | 'authority' | 'path' | 'query' | 'body' }
  /** The segment that stands for `{name}` of the scope's path. */
  | { readonly kind: 'segment'; readonly name: string }
  /** Decoded; the name of a header in lower case. */
  | { readonly kind: 'query' | 'form' | 'header' | 'cookie'; readonly name: string }
  /** RFC 9535. */
  | { readonly kind: 'json'; readonly path: string };

/**
 * One way in which matching of some requests departs from the default. `ignore`: the place does not count, present or
 * not. `type`: its value may be any of the class. `match`: it counts though by default (headers, cookies) or by an
 * earlier rule it would not.
 * `treat`: the request reads or writes, whatever its method says.
 */
export type MatchRule = { readonly scope: RuleScope } & (
  | { readonly action: 'ignore' | 'match'; readonly place: RulePlace }
  | { readonly action: 'type'; readonly place: RulePlace; readonly as: VolatileClass | 'any' }
  | { readonly action: 'treat'; readonly as: 'read' | 'write' }
);
