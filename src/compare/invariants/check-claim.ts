import { clip } from '../difference-list.ts';
import { jsonPreview } from '../json-equal.ts';
import { type Claim, headerOf } from './claim.ts';
import { bytesOf, digestText, holdsDigest } from './digests.ts';
import { billion, billionthsOf, comparableText, decimalText, durationText, lastName, momentOf } from './read-values.ts';
import type { Entity, List, Sample, Scalar } from './sample.ts';
import { formatOf, hasShape } from './text-shape.ts';

/** `here`: what is so instead, to go on from "here ". */
export type ClaimCheck = { readonly holds: true } | { readonly holds: false; readonly here: string };

type Kind<K extends Claim['kind']> = Extract<Claim, { readonly kind: K }>;

const holds: ClaimCheck = { holds: true };

/**
 * Is the claim true of this entity? Undefined where it says nothing, because what it speaks of is not there: that
 * something is gone is a difference of its own.
 */
export function checkClaim(claim: Claim, entity: Entity, sample: Sample): ClaimCheck | undefined {
  switch (claim.kind) {
    case 'format':
    case 'shape':
    case 'words':
      return checkText(claim, entity.fields.get(claim.field));
    case 'number':
      return checkNumber(claim, entity.fields.get(claim.field));
    case 'later':
      return checkLater(claim, entity);
    case 'plus':
      return checkPlus(claim, entity);
    case 'equal':
      return checkEqual(entity.fields.get(claim.field), entity.fields.get(claim.of));
    case 'contains':
      return checkContains(entity.fields.get(claim.field), entity.fields.get(claim.of));
    case 'count': {
      const list = entity.lists.get(claim.list);
      const value = billionthsOf(entity.fields.get(claim.field));
      if (list === undefined || value === undefined) return undefined;
      return value === BigInt(list.length) * billion ? holds : itIs(`${decimalText(value)}, not ${list.length}`);
    }
    case 'sum': {
      const list = entity.lists.get(claim.list);
      const value = billionthsOf(entity.fields.get(claim.field));
      const sum = list && sumOf(list, claim);
      if (value === undefined || sum === undefined) return undefined;
      return value === sum ? holds : itIs(`${decimalText(value)}, not ${decimalText(sum)}`);
    }
    case 'sorted':
      return checkSorted(claim, entity.lists.get(claim.list));
    case 'unique':
      return checkUnique(claim, entity.lists.get(claim.list));
    case 'digest':
      return checkDigest(claim, entity, sample);
    default:
      return claim satisfies never;
  }
}

function checkText(
  claim: Kind<'format'> | Kind<'shape'> | Kind<'words'>,
  value: Scalar | undefined,
): ClaimCheck | undefined {
  if (value === undefined || value === null) return undefined;
  if (typeof value === 'string' && isWritten(claim, value)) return holds;
  return itIs(valueWords(value));
}

function isWritten(claim: Kind<'format'> | Kind<'shape'> | Kind<'words'>, text: string): boolean {
  switch (claim.kind) {
    case 'format':
      return formatOf(text, lastName(claim.field)) === claim.format;
    case 'shape':
      return hasShape(text, claim.shape);
    case 'words':
      return claim.words.includes(text);
    default:
      return claim satisfies never;
  }
}

function checkNumber({ is }: Kind<'number'>, value: Scalar | undefined): ClaimCheck | undefined {
  const number = typeof value === 'number' ? billionthsOf(value) : undefined;
  if (number === undefined) return undefined;
  const isSo = is === 'whole' ? number % billion === 0n : number >= 0n;
  return isSo ? holds : itIs(decimalText(number));
}

function checkLater({ field, of, byMs, toleranceMs }: Kind<'later'>, { fields }: Entity): ClaimCheck | undefined {
  const [value, origin] = [fields.get(field), fields.get(of)];
  if (value === undefined || value === null || origin === undefined || origin === null) return undefined;
  const [moment, from] = [momentOf(value, field), momentOf(origin, of)];
  // It was a moment in every recording.
  if (moment === undefined) return itIs(valueWords(value));
  if (from === undefined) return undefined;
  const offset = moment.ms - from.ms;
  return Math.abs(offset - byMs) <= toleranceMs ? holds : itIs(durationText(offset));
}

function checkPlus({ field, of, by }: Kind<'plus'>, { fields }: Entity): ClaimCheck | undefined {
  const [value, origin] = [billionthsOf(fields.get(field)), billionthsOf(fields.get(of))];
  if (value === undefined || origin === undefined) return undefined;
  return value - origin === by ? holds : itIs(`${decimalText(value)}, not ${decimalText(origin + by)}`);
}

function checkEqual(value: Scalar | undefined, origin: Scalar | undefined): ClaimCheck | undefined {
  const [text, other] = [comparableText(value), comparableText(origin)];
  if (text === undefined || other === undefined || value === undefined || origin === undefined) return undefined;
  return text === other ? holds : itIs(`${valueWords(value)}, not ${valueWords(origin)}`);
}

function checkContains(value: Scalar | undefined, part: Scalar | undefined): ClaimCheck | undefined {
  const text = comparableText(part);
  if (typeof value !== 'string' || text === undefined) return undefined;
  return urlPieces(value).has(text) ? holds : itIs(`${valueWords(value)}, without ${text}`);
}

/** Segments and parameters of a URL, as written and decoded. */
export function urlPieces(text: string): ReadonlySet<string> {
  const pieces = text.split(/[/?#&=;,"'<>\s]+/);
  return new Set([...pieces, ...pieces.filter((piece) => piece.includes('%')).map(decodedPiece)]);
}

function decodedPiece(piece: string): string {
  try {
    return decodeURIComponent(piece);
  } catch {
    return piece;
  }
}

/** In billionths; undefined when a member is missing or no number. */
export function sumOf(list: List, { member, times }: Pick<Kind<'sum'>, 'member' | 'times'>): bigint | undefined {
  if (list.entities.length !== list.length) return undefined;
  let sum = 0n;
  for (const { fields } of list.entities) {
    const first = billionthsOf(fields.get(member));
    const second = times === undefined ? billion : billionthsOf(fields.get(times));
    if (first === undefined || second === undefined) return undefined;
    sum += (first * second) / billion;
  }
  return sum;
}

function checkSorted({ member, direction }: Kind<'sorted'>, list: List | undefined): ClaimCheck | undefined {
  if (list === undefined || list.length < 2) return undefined;
  let previous: Scalar | undefined;
  for (const { fields } of list.entities) {
    const value = fields.get(member);
    if (value === undefined || value === null) return undefined;
    const order = previous === undefined ? 0 : compareScalars(previous, value, member);
    if (order === undefined) return undefined;
    if (direction === 'ascending' ? order > 0 : order < 0) {
      return itIs(`${valueWords(value)} behind ${valueWords(previous!)}`);
    }
    previous = value;
  }
  return holds;
}

/** As people sort: without case, numbers by value. */
const collator = new Intl.Collator('en', { sensitivity: 'base', numeric: true });

/** Servers sort by code points or by the rules of a language; where these disagree, either order is one. */
function compareTexts(a: string, b: string): number {
  const byCode = a < b ? -1 : a > b ? 1 : 0;
  return Math.sign(collator.compare(a, b)) === byCode ? byCode : 0;
}

/** Negative when `a` comes first. Undefined where the two cannot be put in an order. */
export function compareScalars(a: Scalar, b: Scalar, name: string): number | undefined {
  const [first, second] = [momentOf(a, name), momentOf(b, name)];
  if (first && second && first.ms !== second.ms) return first.ms - second.ms;
  if (typeof a === 'string' && typeof b === 'string') return compareTexts(a, b);
  const [left, right] = [billionthsOf(a), billionthsOf(b)];
  if (left === undefined || right === undefined) return undefined;
  return left < right ? -1 : left > right ? 1 : 0;
}

function checkUnique({ member }: Kind<'unique'>, list: List | undefined): ClaimCheck | undefined {
  if (list === undefined || list.length < 2) return undefined;
  const seen = new Set<string>();
  for (const { fields } of list.entities) {
    const text = comparableText(fields.get(member));
    if (text === undefined) return undefined;
    if (seen.has(text)) return itIs(`${clip(text)} twice`);
    seen.add(text);
  }
  return holds;
}

function checkDigest(claim: Kind<'digest'>, { fields }: Entity, sample: Sample): ClaimCheck | undefined {
  const value = fields.get(claim.field);
  if (typeof value !== 'string' || headerOf(claim.field) === undefined) return undefined;
  const sources = new Set(claim.of.map((of) => bytesOf(sample, of)).filter((bytes) => bytes !== undefined));
  if (sources.size === 0) return undefined;
  const { algorithm, encoding } = claim;
  const isHash = [...sources].some((bytes) => holdsDigest(value, digestText(bytes, algorithm, encoding)));
  return isHash ? holds : itIs(clip(value));
}

function itIs(words: string): ClaimCheck {
  return { holds: false, here: `it is ${words}` };
}

const longestValue = 60;

function valueWords(value: Scalar): string {
  const text = jsonPreview(value);
  return text.length <= longestValue ? text : `${text.slice(0, longestValue - 1)}…`;
}
