import { type Address, formatAddress } from '../model/address.ts';
import type { Run } from '../model/run.ts';

/** Paths of the UI's pages. Every link is made here, so that escaping is decided once. */

export function exchangeUrl(address: Address): string {
  return `/x/${encodeAddress(address)}`;
}

export function bodyUrl(address: Address, side: 'request' | 'response'): string {
  return `/body/${side}/${encodeAddress(address)}`;
}

/** Readable in the address bar: `shop:session-1/12` needs no escapes. */
function encodeAddress(address: Address): string {
  return encodeURIComponent(formatAddress(address))
    .replaceAll('%3A', ':')
    .replace(/%2F(?=\d+$)/, '/');
}

export function cassetteUrl(name: string): string {
  return `/cassettes/${encodeURIComponent(name)}`;
}

export function sessionTestFileUrl(name: string, session: string): string {
  return `${cassetteUrl(name)}/${encodeURIComponent(session)}/vitest`;
}

export function sessionRunUrl(name: string, session: string, target?: string): string {
  const url = `${cassetteUrl(name)}/${encodeURIComponent(session)}/run`;
  return target === undefined ? url : `${url}?${new URLSearchParams({ target })}`;
}

/** With several servers a run does not say which stood for which target. */
export function runAgainUrl(cassette: string, { session, target }: Pick<Run, 'session' | 'target'>): string {
  return sessionRunUrl(cassette, session, target.includes(', ') ? undefined : target);
}

export interface TrafficPlace {
  readonly cassette: string;
  readonly session: string;
  readonly q?: string;
  /** First position shown; the newest page when left away. */
  readonly from?: number;
  /** Position shown in the pane. */
  readonly at?: number;
}

export function trafficUrl(place: TrafficPlace): string {
  return `/traffic?${trafficQuery(place)}`;
}

export function trafficQuery({ cassette, session, q, from, at }: TrafficPlace): string {
  const query = new URLSearchParams({ cassette, session });
  if (q !== undefined && q !== '') query.set('q', q);
  if (from !== undefined) query.set('from', String(from));
  if (at !== undefined) query.set('at', String(at));
  return query.toString();
}

export function runUrl(runId: number): string {
  return `/runs/${runId}`;
}

/** What a review shows. The list at its side is that of the clusters when there is one, that of the checks without. */
export interface ReviewPlace {
  /** Key of a `ReviewGroup`. */
  readonly cluster?: string | undefined;
  /** Row id of a check. */
  readonly check?: number | undefined;
  /** `part:path`. */
  readonly difference?: string | undefined;
  /** Ranges of unfolded lines. */
  readonly expand?: readonly string[];
  /** Only to ask for the list of checks without a check. */
  readonly list?: 'checks';
}

export function reviewUrl(runId: number, place: ReviewPlace = {}): string {
  const query = reviewQuery(place);
  return query.size === 0 ? `/runs/${runId}/review` : `/runs/${runId}/review?${query}`;
}

export function reviewQuery(place: ReviewPlace): URLSearchParams {
  const query = new URLSearchParams();
  if (place.list !== undefined) query.set('list', place.list);
  if (place.cluster !== undefined) query.set('cluster', place.cluster);
  if (place.check !== undefined) query.set('check', String(place.check));
  if (place.difference !== undefined) query.set('difference', place.difference);
  for (const range of place.expand ?? []) query.append('expand', range);
  return query;
}

/** A body of a check as a picture, or what differs between both. */
export function reviewPictureUrl(runId: number, checkId: number, shows: 'baseline' | 'fresh' | 'difference'): string {
  return `/runs/${runId}/review/picture/${shows}?check=${checkId}`;
}

/** Where a difference becomes a rule. */
export function reviewRuleUrl(runId: number): string {
  return `/runs/${runId}/review/rule`;
}

/** The same for one difference; `volatile`: beginning with the rule for its class of values. */
export function differenceRuleUrl(
  runId: number,
  place: Pick<ReviewPlace, 'cluster' | 'check' | 'difference'>,
  take: 'first' | 'volatile',
): string {
  return `${reviewRuleUrl(runId)}?${reviewQuery(place)}${take === 'first' ? '' : `&take=${take}`}`;
}

export const rulesUrl = '/rules';

/** Rules of a cassette. */
export function cassetteRulesUrl(cassette: string): string {
  return `${rulesUrl}?${new URLSearchParams({ cassette })}`;
}

export const removeRuleUrl = '/rules/remove';

/** Of an exchange that a replay served: with the reason. */
export function servedUrl(address: Address, answer: number | undefined): string {
  const url = exchangeUrl(address);
  return answer === undefined ? url : `${url}?answer=${answer}`;
}

export const missesUrl = '/misses';

/** One of the distinct misses, in order of appearance. */
export function missUrl(index: number): string {
  return `${missesUrl}?at=${index}`;
}

export const faultsUrl = '/faults';

export function removeFaultUrl(id: number): string {
  return `${faultsUrl}/${id}/remove`;
}
