import { isIdentityName, nameWords } from '../../model/identity.ts';
import { checkClaim, compareScalars, sumOf } from './check-claim.ts';
import { type Claim, type FieldName, headerOf, isInBody } from './claim.ts';
import {
  bitsNeeded,
  type EntityTable,
  EvidenceCount,
  type Learned,
  minDistinct,
  rangeBits,
  gridBits,
} from './entity-table.ts';
import { billion, billionthsOf, comparableText, lastName } from './read-values.ts';
import type { List, Scalar } from './sample.ts';

/** Words of fields that count something. */
const countWords = new Set(['count', 'total', 'size', 'length', 'len', 'num', 'number', 'results', 'hits', 'n']);

/** What such a name says in favour of a count. */
const countNameBits = 24;

/** Fields and members tried in one list. */
const maxMembers = 24;

/** Elements without two of the same before two of the same would be odd: of what is named an identifier, or not. */
const minIdentified = 6;
const minNamedLikeIdentifier = 40;

/** Names that mean the identifier of the element itself, not of something it belongs to. */
const ownIdentity = /^(?:_?id|uuid|guid|key|slug|sku)$/i;

/** Counts, sums, orders and identities of the arrays of an entity. */
export function learnLists(table: EntityTable): Learned[] {
  return table.lists.flatMap((list) => {
    const members = membersOf(table, list);
    return [
      ...learnCounts(table, list),
      ...learnSums(table, list, members),
      ...learnOrder(table, list, members),
      ...learnIdentities(table, list, members),
    ];
  });
}

function learnCounts(table: EntityTable, list: FieldName): Learned[] {
  const learned: Learned[] = [];
  for (const [field, column] of table.columns) {
    if (!isInBody(field) && headerOf(field) === undefined) continue;
    const claim: Claim = { kind: 'count', field, list };
    const lengths: number[] = [];
    const count = new EvidenceCount();
    const isSo = table.rows.every((row, index) => {
      const found = row.entity.lists.get(list);
      if (column[index] === undefined || column[index] === null || !found) return true;
      lengths.push(found.length);
      count.add(row, String(found.length));
      return billionthsOf(column[index]) === BigInt(found.length) * billion;
    });
    const isNamed = nameWords(lastName(field)).some((word) => countWords.has(word));
    // A list is rarely recorded in many lengths: where the name says that it counts, two are enough.
    if (!isSo || count.responses < minDistinct || count.distinct < (isNamed ? 2 : minDistinct)) continue;
    const bits = count.distinct * rangeBits(lengths) + (isNamed ? countNameBits : 0);
    if (bits >= bitsNeeded(isNamed ? 1 : table.columns.size)) learned.push({ claim, evidence: count.evidence() });
  }
  return learned;
}

/** Members of the elements of a list that are there in the first element that has any. */
function membersOf(table: EntityTable, list: FieldName): readonly FieldName[] {
  for (const { entity } of table.rows) {
    const [first] = entity.lists.get(list)?.entities ?? [];
    if (first) return [...first.fields.keys()].slice(0, maxMembers);
  }
  return [];
}

interface Summed {
  readonly member: FieldName;
  readonly times?: FieldName;
}

function learnSums(table: EntityTable, list: FieldName, members: readonly FieldName[]): Learned[] {
  const probe = table.rows.findIndex(({ entity }) => (entity.lists.get(list)?.length ?? 0) >= 2);
  const sample = table.rows[probe]?.entity.lists.get(list);
  if (!sample) return [];
  const numeric = members.filter((name) => sumOf(sample, { member: name }) !== undefined);
  const sums = new Map<bigint, Summed[]>();
  for (const [i, member] of numeric.entries()) {
    for (const summed of [{ member }, ...numeric.slice(i + 1).map((times) => ({ member, times }))]) {
      const sum = sumOf(sample, summed);
      if (sum === undefined || sum === 0n) continue;
      sums.set(sum, [...(sums.get(sum) ?? []), summed]);
    }
  }
  const learned: Learned[] = [];
  for (const [field, column] of table.columns) {
    const value = isInBody(field) ? billionthsOf(column[probe]) : undefined;
    for (const summed of value === undefined ? [] : (sums.get(value) ?? [])) {
      const claim: Claim = { kind: 'sum', field, list, ...summed };
      const found = supportedSum(table, claim, numeric.length ** 2);
      if (!found) continue;
      learned.push(found);
      break;
    }
  }
  return learned;
}

function supportedSum(
  table: EntityTable,
  claim: Extract<Claim, { kind: 'sum' }>,
  candidates: number,
): Learned | undefined {
  const count = new EvidenceCount();
  const totals: bigint[] = [];
  let real = 0;
  for (const row of table.rows) {
    const check = checkClaim(claim, row.entity, row.sample);
    if (check === undefined) continue;
    if (!check.holds) return undefined;
    const total = billionthsOf(row.entity.fields.get(claim.field))!;
    if (total === 0n) continue;
    if (row.entity.lists.get(claim.list)!.length >= 2) real++;
    count.add(row, String(total));
    totals.push(total);
  }
  // The sum of a list of one is a copy; at least some must be sums.
  if (count.distinct < minDistinct || real < 2) return undefined;
  const bits = count.distinct * gridBits(totals);
  return bits < bitsNeeded(candidates) ? undefined : { claim, evidence: count.evidence() };
}

function learnOrder(table: EntityTable, list: FieldName, members: readonly FieldName[]): Learned[] {
  for (const member of members) {
    for (const direction of ['ascending', 'descending'] as const) {
      const found = supportedOrder(table, { kind: 'sorted', list, member, direction }, members.length * 2);
      if (found) return [found];
    }
  }
  return [];
}

/** n different values stand in one of n! orders; those that could stand either way say nothing. */
function supportedOrder(
  table: EntityTable,
  claim: Extract<Claim, { kind: 'sorted' }>,
  candidates: number,
): Learned | undefined {
  const count = new EvidenceCount();
  let bits = 0;
  for (const row of table.rows) {
    const found = row.entity.lists.get(claim.list);
    if (!found || found.length < 2) continue;
    const values = valuesOf(found, claim.member);
    const steps = values && stepsIn(values, claim);
    if (steps === undefined) return undefined;
    const known = count.distinct;
    count.add(row, JSON.stringify(values!.map(comparableText)));
    if (count.distinct === known) continue;
    for (let n = 2; n <= steps + 1; n++) bits += Math.log2(n);
  }
  return bits < bitsNeeded(candidates) ? undefined : { claim, evidence: count.evidence() };
}

/** How often the next value is another one; undefined when one stands wrong. */
function stepsIn(
  values: readonly Scalar[],
  { direction, member }: Extract<Claim, { kind: 'sorted' }>,
): number | undefined {
  let steps = 0;
  for (let i = 1; i < values.length; i++) {
    const order = compareScalars(values[i - 1]!, values[i]!, member);
    if (order === undefined || (direction === 'ascending' ? order > 0 : order < 0)) return undefined;
    if (order !== 0) steps++;
  }
  return steps;
}

function valuesOf({ entities }: List, member: FieldName): Scalar[] | undefined {
  const values: Scalar[] = [];
  for (const { fields } of entities) {
    const value = fields.get(member);
    if (value === undefined || comparableText(value) === undefined) return undefined;
    values.push(value);
  }
  return values;
}

function learnIdentities(table: EntityTable, list: FieldName, members: readonly FieldName[]): Learned[] {
  const learned: Learned[] = [];
  for (const member of members) {
    const name = lastName(member);
    if (!isIdentityName(name)) continue;
    const claim: Claim = { kind: 'unique', list, member };
    const count = new EvidenceCount();
    const isSo = table.rows.every((row) => {
      const found = row.entity.lists.get(list);
      const check = found && checkClaim(claim, row.entity, row.sample);
      if (check?.holds !== true) return check === undefined;
      for (const { fields } of found!.entities) count.add(row, comparableText(fields.get(member))!);
      return true;
    });
    const needed = ownIdentity.test(name) ? minIdentified : minNamedLikeIdentifier;
    if (isSo && count.distinct >= needed) learned.push({ claim, evidence: count.evidence() });
  }
  return learned;
}
