/** One exchange of a run, as far as notes about values name it. */
export interface Site {
  readonly position: number;
  /** `POST /orders`. */
  readonly title: string;
  /** `shop:main/3`. */
  readonly address: string;
  /** What was asked for: it says whose an `id` without a name is. */
  readonly target: string;
  /** When the baseline was captured, ms since the epoch. */
  readonly startedAt: number;
  readonly endedAt: number;
  /** How long the run's own exchange took; 0 when unknown. */
  readonly freshMs: number;
}

/** Where a value was first seen. */
export interface Sighting {
  readonly site: Site;
  /** Inside the response; empty when it is not known. */
  readonly place: string;
}

/** `POST /orders (shop:main/3, /id)`; of the response that is being judged only the place. */
export function sightingWords({ site, place }: Sighting, here: Site): string {
  if (site.position === here.position) return place === '' ? 'another place of this response' : place;
  return `${site.title} (${[site.address, place].filter((part) => part !== '').join(', ')})`;
}

/** Values up to this length are told whole. */
const shownLength = 16;

/** A value short enough for a note; ids that begin alike, as those with a time in front do, differ at their ends. */
export function shortValue(value: string): string {
  return value.length <= shownLength ? value : `${value.slice(0, 8)}…${value.slice(-4)}`;
}

/** The place of a flow or of a secret, as notes about responses name it. */
export function placeWords(text: string): string {
  return text.replace(/^json:/, '').replace(/^([a-z-]+):/, '$1 ');
}
