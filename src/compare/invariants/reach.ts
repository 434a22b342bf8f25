import type { Difference } from '../../model/verdict.ts';
import { type FieldName, headerOf, type Invariant, isInBody, operandsOf, targetOf } from './claim.ts';

/** What an invariant speaks of, as differences name it. Found out once. */
export interface Reach {
  /** Patterns of differences in the body. */
  readonly body: readonly string[];
  readonly headers: readonly string[];
  /** What the request and earlier answers say. */
  readonly context: readonly FieldName[];
  /** Its scope, those around it, and that of the list it speaks of. */
  readonly scopes: readonly string[];
}

const known = new WeakMap<Invariant, Reach>();

export function reachOf(invariant: Invariant): Reach {
  let reach = known.get(invariant);
  if (!reach) known.set(invariant, (reach = readReach(invariant)));
  return reach;
}

function readReach({ scope, claim }: Invariant): Reach {
  const fields = [targetOf(claim), ...operandsOf(claim)];
  const own = 'list' in claim && claim.kind !== 'count' ? `${scope}${claim.list}/*` : scope;
  return {
    body: fields.filter(isInBody).map((field) => scope + field),
    headers: fields.flatMap((field) => headerOf(field) ?? []),
    context: fields.filter((field) => !isInBody(field) && headerOf(field) === undefined),
    scopes: Array.from(own.matchAll(/\/\*(?=\/|$)/g), ({ index }) => own.slice(0, index + 2)),
  };
}

/** Does any of these differences stand at, in, or around something in reach? */
export function isReached({ body, headers }: Reach, differences: readonly Difference[]): boolean {
  return differences.some(({ part, pattern }) => {
    if (part === 'header') return headers.includes(pattern);
    return part === 'body' && body.some((own) => overlap(pattern, own));
  });
}

/** What is left out of a long list may be anything. */
function overlap(pattern: string, own: string): boolean {
  if (pattern === own || pattern === '' || pattern === '…') return true;
  return isBelow(pattern, own) || isBelow(own, pattern);
}

function isBelow(inner: string, outer: string): boolean {
  return inner.length > outer.length && inner[outer.length] === '/' && inner.startsWith(outer);
}
