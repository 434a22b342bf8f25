import type { ValueFlow } from '../model/flow.ts';
import { readPlace, writePlace, type PlaceMessage } from '../model/place-access.ts';

type Live = (flow: ValueFlow) => string | undefined;

/**
 * The request with the live value of every flow in place of the recorded one, encoded as its place needs it; all other
 * bytes stay. A flow without a live value, or whose recorded value is not where the flow says, changes nothing.
 * Content-Length is the caller's.
 */
export function carry<M extends PlaceMessage>(request: M, flows: readonly ValueFlow[], live: Live): M {
  let carried = request;
  // What stands inside a value is written after the value itself, which would undo it.
  const byPlace = [...Map.groupBy(flows, (flow) => flow.toPlace)].sort(([a], [b]) => stepsOf(a) - stepsOf(b));
  for (const [place, sharing] of byPlace) {
    const recorded = readPlace(request, place);
    if (recorded === undefined) continue;
    carried = writePlace(carried, place, replaced(recorded, sharing, live));
  }
  return carried;
}

function stepsOf(place: string): number {
  return place.split(' > ').length;
}

/** A text with the values of several flows replaced, from its end on so that places stay right. */
function replaced(text: string, flows: readonly ValueFlow[], live: Live): string {
  const edits = flows
    .filter(({ prefix, value, suffix }) => prefix + value + suffix === text)
    .sort((a, b) => b.prefix.length - a.prefix.length);
  let result = text;
  let end = text.length;
  for (const flow of edits) {
    const value = live(flow);
    const start = flow.prefix.length;
    if (value === undefined || start + flow.value.length > end) continue;
    result = result.slice(0, start) + value + result.slice(start + flow.value.length);
    end = start;
  }
  return result;
}
