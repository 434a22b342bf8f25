import type { Invariant } from './claim.ts';
import { type EntityTable, type Learned, type Row, tableOf } from './entity-table.ts';
import { learnDifferences } from './learn-differences.ts';
import { learnDigests } from './learn-digests.ts';
import { learnEqualities } from './learn-equalities.ts';
import { learnFormats } from './learn-formats.ts';
import { learnLists } from './learn-lists.ts';
import { learnTimes } from './learn-times.ts';
import { entitiesOf, type Sample } from './sample.ts';

/** What is looked for in each scope, what says most first. To add one, add a file and one line. */
const learners: readonly ((table: EntityTable) => Learned[])[] = [
  learnTimes,
  learnDifferences,
  learnEqualities,
  learnLists,
  learnDigests,
  learnFormats,
];

/** Scopes of one kind of response; objects with arbitrary keys in them would make very many. */
const maxScopes = 64;

/**
 * What was true of every response of one kind: same method, path template and status. Only what at least three
 * different instances show, that no accident explains (one in a million, see `bitsNeeded`), and that nothing contradicts.
 * Pure; near linear in the size of the samples, whose number is for the caller to bound.
 */
export function learnInvariants(samples: readonly Sample[]): Invariant[] {
  const rows = new Map<string, Row[]>();
  const bodies = new Map<string, number>();
  for (const [response, sample] of samples.entries()) {
    const text = sample.body.toString('latin1');
    const body = bodies.get(text) ?? bodies.size;
    bodies.set(text, body);
    for (const [scope, entities] of entitiesOf(sample)) {
      let known = rows.get(scope);
      if (!known) {
        if (rows.size >= maxScopes) continue;
        rows.set(scope, (known = []));
      }
      for (const entity of entities) known.push({ entity, sample, body, response });
    }
  }
  return [...rows].flatMap(([scope, all]) => {
    if (all.length < 2) return [];
    const table = tableOf(scope, all);
    return learners.flatMap((learn) => learn(table).map((learned): Invariant => ({ scope, ...learned })));
  });
}
