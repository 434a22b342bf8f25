import type { Claim, FieldName } from './claim.ts';
import { headerOf, isInBody } from './claim.ts';
import { type EntityTable, EvidenceCount, type Learned, minDistinct } from './entity-table.ts';
import { type Moment, momentOf } from './read-values.ts';

/** Times of one entity that are compared with each other. */
const maxTimes = 24;

const minuteMs = 60_000;

/** Two looks at one clock for one answer are no further apart; so much may an offset differ and still be one. */
const oneMomentMs = 1000;

interface TimeColumn {
  readonly field: FieldName;
  readonly moments: readonly (Moment | undefined)[];
  readonly first: number;
}

/**
 * Times that lie a fixed stretch after another of the same entity, in any notation. The earliest is the one the others
 * are told by. Exact to their notation, or, when each was made by a look of its own at the clock, a whole number of
 * minutes to a second.
 */
export function learnTimes(table: EntityTable): Learned[] {
  const columns = timeColumns(table).toSorted((a, b) => a.first - b.first);
  const learned: Learned[] = [];
  for (const [index, later] of columns.entries()) {
    for (const earlier of columns.slice(0, index)) {
      const found = offsetOf(later, earlier, table);
      if (!found) continue;
      learned.push(found);
      break;
    }
  }
  return learned;
}

function timeColumns({ columns }: EntityTable): TimeColumn[] {
  const found: TimeColumn[] = [];
  for (const [field, column] of columns) {
    if (found.length === maxTimes) break;
    if (!isInBody(field) && headerOf(field) === undefined) continue;
    const moments = column.map((value) => momentOf(value, field));
    const first = moments.find((moment) => moment !== undefined);
    const isTime = column.every((value, row) => value === undefined || value === null || moments[row] !== undefined);
    if (first && isTime) found.push({ field, moments, first: first.ms });
  }
  return found;
}

function offsetOf(later: TimeColumn, earlier: TimeColumn, { rows }: EntityTable): Learned | undefined {
  let [smallest, largest, resolutionMs] = [Infinity, -Infinity, 0];
  const count = new EvidenceCount();
  for (const [row, moment] of later.moments.entries()) {
    const other = earlier.moments[row];
    if (!moment || !other) continue;
    const offset = moment.ms - other.ms;
    smallest = Math.min(smallest, offset);
    largest = Math.max(largest, offset);
    if (largest - smallest > oneMomentMs) return undefined;
    resolutionMs = Math.max(resolutionMs, moment.resolutionMs, other.resolutionMs);
    count.add(rows[row]!, `${moment.ms} ${other.ms}`);
  }
  if (count.distinct < minDistinct || resolutionMs > minuteMs) return undefined;
  const byMs = smallest === largest ? smallest : wholeMinutes(smallest, largest);
  if (byMs === undefined) return undefined;
  const claim: Claim = {
    kind: 'later',
    field: later.field,
    of: earlier.field,
    byMs,
    toleranceMs: Math.max(oneMomentMs, resolutionMs >= 1000 ? 2 * resolutionMs : 0),
  };
  return { claim, evidence: count.evidence() };
}

function wholeMinutes(smallest: number, largest: number): number | undefined {
  const minutes = Math.round((smallest + largest) / 2 / minuteMs) * minuteMs;
  const isNear = Math.abs(smallest - minutes) <= oneMomentMs && Math.abs(largest - minutes) <= oneMomentMs;
  return minutes !== 0 && isNear ? minutes : undefined;
}
