import { BodyPair, type ComparableBody } from '../../src/compare/compare-body.ts';
import type { RulingsFor } from '../../src/compare/rulings.ts';
import type { ResponseFacts } from '../../src/model/exchange.ts';
import type { Difference } from '../../src/model/verdict.ts';
import { comparison, response } from './comparable.ts';

/** A body with the headers that say how it is to be read. */
export interface BodyParts {
  readonly headers: readonly string[];
  readonly body: string | Buffer;
}

/** Differences of two bodies as a run finds them. */
export function comparePair(
  before: BodyParts,
  after: BodyParts,
  renames: Record<string, string> = {},
  rulings: readonly RulingsFor[] = [],
): Difference[] {
  return new BodyPair(stored(before), stored(after)).compare(comparison(renames, rulings));
}

/** One line for each difference: severity, kind, path, values. */
export function inWords(differences: readonly Difference[]): string[] {
  return differences.map(({ severity, kind, path, before, after, rule }) =>
    [
      severity,
      kind,
      path,
      ...(before === undefined ? [] : [before]),
      ...(after === undefined ? [] : ['→', after]),
      rule ?? '',
    ]
      .join(' ')
      .trim(),
  );
}

function stored(parts: BodyParts): ComparableBody {
  const side = response(parts);
  const { headers, body: facts } = side.outcome as ResponseFacts & { kind: 'response' };
  return { headers, facts, bytes: side.body };
}
