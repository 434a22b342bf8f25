import type { BornValue } from './born-values.ts';

/** A recorded request as evidence names it: `POST /orders/{id}/pay`. */
export type Endpoint = string;

const maxEndpoint = 100;

/** Why a value that responses issue counts as the one a request uses, by where it comes from. */
export function provenance({ rank, place, word }: Pick<BornValue, 'rank' | 'place' | 'word'>, by: Endpoint): string {
  const who = by.length > maxEndpoint ? `${by.slice(0, maxEndpoint)}…` : by;
  if (place.startsWith('header:location[0]')) return `in the Location that ${who} gave`;
  const as = word === '' ? '' : ` as ${word}`;
  if (rank === 3) return `issued by the write ${who}${as}`;
  return rank === 2 ? `given by ${who}${as}` : `first seen in the answer to ${who}`;
}

export function byItself(value: string): string {
  return `${value.length} characters that are hardly equal by accident`;
}

export function byNames(kind: string): string {
  return `both sides speak of ${kind}`;
}

/** What all flows of one way say together. */
export function repeated(values: number, elsewhere: string | undefined): string {
  const here = values > 1 ? `; ${values} different values went this way` : '';
  return elsewhere === undefined ? here : `${here}; so did others in session ${elsewhere}`;
}
