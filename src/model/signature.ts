import { createHash } from 'node:crypto';
import type { Difference } from './verdict.ts';

/** What a difference is an example of: the same change at the same place of the same kind of request. */
export interface DifferenceScope {
  readonly method: string;
  /** Path template, and the operation of a GraphQL request: see `Check.template`. */
  readonly template: string;
}

/** 48 bits: among 10,000 clusters two share a signature with a chance of one in five million. */
const signatureLength = 12;

/**
 * The stable name of a kind of difference: equal in every run, on every machine and in every version. Lower-case hex.
 * Severity is no part of it: a rule may come to think otherwise of the same change.
 */
export function signatureOf(
  { method, template }: DifferenceScope,
  { part, pattern, kind }: Pick<Difference, 'part' | 'pattern' | 'kind'>,
): string {
  // JSON keeps the parts apart whatever is in them.
  const text = JSON.stringify([method, template, part, pattern, kind]);
  return createHash('sha256').update(text).digest('hex').slice(0, signatureLength);
}
