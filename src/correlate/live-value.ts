import type { ValueFlow } from '../model/flow.ts';
import { insidePlace } from '../model/place.ts';
import { readPlace, type PlaceMessage } from '../model/place-access.ts';
import { visitBody } from './body-leaves.ts';
import { placeShape } from './place-shape.ts';

/** Places whose number may be another one in another run. */
const listed = /^(?:json:.*\/\d+(?:\/|$| )|(?:xml|html|line|event):)/;

/**
 * What a flow's value is in this run: the value at the same place of the fresh response. In a list the recorded value
 * itself counts where any element still has it: lists grow and are sorted anew, and a value picked from one stays the
 * choice it was. Undefined when the response has no such value.
 */
export function liveValue({ fromPlace, value: recorded }: ValueFlow, response: PlaceMessage): string | undefined {
  const value = readPlace(response, fromPlace);
  if (value === recorded || !listed.test(fromPlace)) return value;
  const steps = fromPlace.split(' > ');
  let isThere = false;
  visitBody(response.headers, response.body, (leaf) => {
    if (isThere) return;
    const place = leaf.place();
    const own = place.split(' > ');
    if (placeShape(place) !== placeShape(steps.slice(0, own.length).join(' > '))) return;
    const inner = steps.slice(own.length);
    isThere = (inner.length === 0 ? leaf.text : readInside(leaf.text, inner)) === recorded;
  });
  return isThere ? recorded : value;
}

/** Reads on inside a text. */
function readInside(text: string, steps: readonly string[]): string | undefined {
  const message: PlaceMessage = { headers: ['x', text], body: undefined };
  return readPlace(message, steps.reduce(insidePlace, 'header:x[0]'));
}
