import type { Difference } from '../../model/verdict.ts';
import type { Claim, FieldName } from './claim.ts';
import { type DifferencePlace, type DifferenceRows, isTrusted } from './difference-rows.ts';
import type { FreshPlaces } from './fresh-places.ts';
import type { Entity } from './sample.ts';

interface Standing {
  /** The difference in question. */
  readonly target: Difference;
  readonly entity: Entity;
  readonly rows: DifferenceRows;
  readonly places: FreshPlaces;
}

/**
 * The differences from which one at the target of a claim follows, given that the claim holds of the fresh entity.
 * Undefined when there are none, or one of them is hidden by a rule: then what follows from it must not hide too.
 */
export function explainedBy(
  claim: Claim,
  { target, entity, rows, places }: Standing,
): readonly Difference[] | undefined {
  if (rows.isCut) return undefined;
  switch (claim.kind) {
    case 'later':
    case 'plus':
    case 'equal': {
      const origin = rows.at(places.of(entity, claim.of));
      return origin?.kind === 'changed' && isTrusted(origin) ? [origin] : undefined;
    }
    case 'count':
      return lengthRows(target, rows.below(places.of(entity, claim.list)), places.of(entity, claim.list));
    case 'sum': {
      const list = places.of(entity, claim.list);
      return memberRows(rows.below(list), list, [claim.member, claim.times]);
    }
    case 'digest':
      // A hash says nothing that the body does not, and what differs there is listed or means nothing.
      return [];
    case 'format':
    case 'shape':
    case 'words':
    case 'number':
    case 'contains':
    case 'sorted':
    case 'unique':
      return undefined;
    default:
      return claim satisfies never;
  }
}

/** Elements that came and went, if they are as many as the count says. */
function lengthRows(
  { before, after }: Difference,
  below: readonly Difference[],
  list: DifferencePlace,
): readonly Difference[] | undefined {
  const found = below.filter((row) => isElement(row, list) && row.kind !== 'moved' && row.kind !== 'changed');
  const gained = found.reduce((sum, { kind }) => sum + (kind === 'added' ? 1 : kind === 'removed' ? -1 : 0), 0);
  const isCounted = gained !== 0 && countIn(after) - countIn(before) === gained;
  return isCounted && found.every(isTrusted) ? found : undefined;
}

/** A count may be text, in a header or quoted. */
function countIn(text: string | undefined): number {
  return Number(text?.replaceAll('"', '') ?? NaN);
}

function isElement({ path, kind }: Difference, list: DifferencePlace): boolean {
  const rest = path.slice(list.path.length + 1);
  return /^\d+$/.test(kind === 'added' ? rest.replace(/ \(added\)$/, '') : rest);
}

/** Everything that changed in what is added up, if there is anything. */
function memberRows(
  below: readonly Difference[],
  list: DifferencePlace,
  members: readonly (FieldName | undefined)[],
): readonly Difference[] | undefined {
  const found = below.filter((row) => {
    if (row.kind === 'moved') return false;
    const rest = row.path.slice(list.path.length).replace(/^\/\d+(?: \(added\))?/, '');
    return members.some((name) => name !== undefined && (name === rest || name.startsWith(`${rest}/`)));
  });
  return found.length > 0 && found.every(isTrusted) ? found : undefined;
}
