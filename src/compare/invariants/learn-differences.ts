import { isIdentityName } from '../../model/identity.ts';
import type { FieldName } from './claim.ts';
import { headerOf, isInBody } from './claim.ts';
import { bitsNeeded, type EntityTable, EvidenceCount, type Learned, minDistinct, rangeBits } from './entity-table.ts';
import { billionthsOf, lastName, momentOf } from './read-values.ts';

/** Numbers of one entity that are compared with each other. */
const maxNumbers = 32;

interface NumberColumn {
  readonly field: FieldName;
  readonly numbers: readonly (bigint | undefined)[];
}

/** Numbers that are another of the same entity plus a constant: `nextPage = page + 1`. Equal ones: `learnEqualities`. */
export function learnDifferences(table: EntityTable): Learned[] {
  const columns = numberColumns(table);
  const learned: Learned[] = [];
  for (const [index, column] of columns.entries()) {
    for (const other of columns.slice(0, index)) {
      const found = differenceOf({ column, other, table, candidates: columns.length ** 2 });
      if (!found) continue;
      learned.push(found);
      break;
    }
  }
  return learned;
}

/** A number at hand, in the context as text: the page that was asked for. Identifiers and times are no quantities. */
function numberColumns({ columns }: EntityTable): NumberColumn[] {
  const found: NumberColumn[] = [];
  for (const [field, column] of columns) {
    if (found.length === maxNumbers) break;
    if (isIdentityName(lastName(field)) || field.startsWith('path ')) continue;
    const isQuantity = column.every(
      (value) =>
        value === undefined ||
        value === null ||
        (billionthsOf(value) !== undefined && momentOf(value, field) === undefined),
    );
    if (!isQuantity) continue;
    const numbers = column.map(billionthsOf);
    if (new Set(numbers).size >= minDistinct) found.push({ field, numbers });
  }
  return found;
}

interface Pair {
  readonly column: NumberColumn;
  readonly other: NumberColumn;
  readonly table: EntityTable;
  readonly candidates: number;
}

function differenceOf({ column, other, table, candidates }: Pair): Learned | undefined {
  if (!isInBody(column.field) && headerOf(column.field) === undefined) return undefined;
  const count = new EvidenceCount();
  let by: bigint | undefined;
  for (const [row, number] of column.numbers.entries()) {
    const origin = other.numbers[row];
    if (number === undefined || origin === undefined) continue;
    by ??= number - origin;
    if (number - origin !== by) return undefined;
    count.add(table.rows[row]!, String(number));
  }
  if (by === undefined || by === 0n || count.distinct < minDistinct) return undefined;
  // The first agreement only says what the constant is.
  const bits = (count.distinct - 1) * rangeBits([...count.values].map(Number));
  if (bits < bitsNeeded(candidates)) return undefined;
  return { claim: { kind: 'plus', field: column.field, of: other.field, by }, evidence: count.evidence() };
}
