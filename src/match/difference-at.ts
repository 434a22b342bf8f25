import type { PartDifference } from '../model/miss-report.ts';
import { parsePlace } from '../model/place.ts';
import { partDifference } from './part-difference.ts';

/** A difference by the place of its value (model/place.ts). */
export function differenceAt(
  place: string,
  values: { readonly before: string; readonly after: string },
): PartDifference {
  const parsed = parsePlace(place);
  const plain = { before: JSON.stringify(values.before), after: JSON.stringify(values.after) };
  switch (parsed?.kind) {
    case 'path':
      return partDifference('path', `segment ${Number(parsed.name) + 1}`, values);
    case 'query':
    case 'form':
    case 'header':
    case 'cookie':
      return partDifference(parsed.kind, parsed.name, plain);
    case 'json':
    case 'xml':
      return partDifference('body', parsed.name, plain);
    default:
      return partDifference('body', '', plain);
  }
}
