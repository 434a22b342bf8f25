import type { ValueFlow } from '../model/flow.ts';
import type { FlowEnds } from '../model/flow-line.ts';
import { parsePlace, splitPlace } from '../model/place.ts';
import { readPlace } from '../model/place-access.ts';
import { visitBody } from './body-leaves.ts';
import type { CorrelatedExchange } from './correlated-exchange.ts';
import { usedValues } from './used-values.ts';

/** A flow as somebody says it is, or why there can be none. */
export type Connected =
  | { readonly ok: true; readonly flow: Omit<ValueFlow, 'evidence'> }
  | { readonly ok: false; readonly problem: string; readonly hint: string };

/** So many places are proposed. */
const maxProposed = 3;

/**
 * The flow between two places of a recording, after looking whether the value really stands at both: alone, or with other
 * text around it in the request.
 */
export function connectPlaces(
  ends: FlowEnds,
  exchanges: { readonly from: CorrelatedExchange; readonly to: CorrelatedExchange },
): Connected {
  const { from, fromPlace, to, toPlace } = ends;
  if (from >= to)
    return refused('a value goes from an earlier exchange to a later one', `positions here: ${from}, ${to}`);
  for (const place of [fromPlace, toPlace]) {
    if (!isPlace(place)) {
      const hint = 'places are for example json:/id, header:location[0] > path:1, query:after[0], cookie:sid';
      return refused(`"${place}" is no place`, hint);
    }
  }
  const { response } = exchanges.from;
  const value = response && readPlace({ headers: response.headers, body: response.body }, fromPlace);
  if (value === undefined || value === '') {
    return refused(
      `the response of ${from} has no value at ${fromPlace}`,
      proposal(placesIn(exchanges.from), 'it has'),
    );
  }
  const { target, requestHeaders: headers, requestBody: body } = exchanges.to;
  const text = readPlace({ target, headers, body }, toPlace);
  const holders = usedValues(exchanges.to).filter((used) => used.text.includes(value));
  const elsewhere =
    holders.length === 0
      ? 'the request holds it nowhere'
      : proposal(
          holders.map(({ place }) => place),
          'it is at',
        );
  if (text === undefined) return refused(`the request of ${to} has no value at ${toPlace}`, elsewhere);
  const start = text.indexOf(value);
  if (start === -1) return refused(`the request of ${to} does not hold "${shortened(value)}" at ${toPlace}`, elsewhere);
  if (text.includes(value, start + 1)) {
    return refused(
      `"${shortened(value)}" stands more than once at ${toPlace} of ${to}`,
      'lead further inside, for example with > path:1 or > word:0',
    );
  }
  const suffix = text.slice(start + value.length);
  return { ok: true, flow: { from, fromPlace, to, toPlace, prefix: text.slice(0, start), suffix, value } };
}

function isPlace(text: string): boolean {
  const { outer, inner } = splitPlace(text);
  return inner === undefined ? parsePlace(outer) !== undefined : isPlace(outer);
}

function refused(problem: string, hint: string): Connected {
  return { ok: false, problem, hint };
}

function placesIn({ response }: CorrelatedExchange): string[] {
  const places: string[] = [];
  if (response) visitBody(response.headers, response.body, (leaf) => places.push(leaf.place()));
  return places;
}

function proposal(places: readonly string[], words: string): string {
  if (places.length === 0) return 'its body holds no values; headers are written header:name[0]';
  const more = places.length > maxProposed ? ' …' : '';
  return `${words} ${places.slice(0, maxProposed).map(shortened).join(', ')}${more}`;
}

function shortened(text: string): string {
  return text.length > 60 ? `${text.slice(0, 60)}…` : text;
}
