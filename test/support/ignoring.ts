import type { RulingsFor } from '../../src/compare/rulings.ts';

/** Explains every difference at these keys away, as `rule 1`. */
export function ignoring(keys: readonly (string | number)[]): RulingsFor {
  const wanted = JSON.stringify(keys);
  return () => ({
    decide: (found) => (JSON.stringify(found.keys) === wanted ? { rule: 'rule 1' } : undefined),
    arrayAt: () => undefined,
    conclude: (differences) => differences,
  });
}
