import type { JsonNode } from '../model/json-tree.ts';

/** A place whose value does not count, because it was or would be replaced by redaction. */
export interface Mask {
  /** See model/place.ts. */
  readonly place: string;
  readonly name: string;
  /** The pseudonym in a recorded request, the raw value in an incoming one. */
  readonly value: string;
}

/** What has leaves that marks may stand for. */
export type MarkKind = 'path' | 'query' | 'form' | 'json' | 'xml' | 'header' | 'cookie' | 'text';

/** Decides, leaf by leaf, what stands in the canonical form of a request; asked in the order that form is written. */
export interface Marks {
  /** False: no leaf of this kind is to be asked about. */
  readonly has: (kind: MarkKind) => boolean;
  /** A JSON document whose leaves will be asked about. */
  readonly document?: (text: string, root: JsonNode) => void;
  /** Of an object or array: is it left out with all it holds? */
  readonly isLeftOut?: (place: string) => boolean;
  /**
   * What stands instead of the value at a place (model/place.ts); undefined: the value itself; `leftOut`: nothing, as if
   * the place were not there. `value` decoded; of JSON a string's text or another leaf's literal.
   */
  readonly take: (place: string, value: string) => string | undefined;
}

/** See `Marks.take`. No canonical text holds this character otherwise. */
export const leftOut = '\0\0';

/** The masks of one request: their values do not count, and are handed back in the order of the canonical form. */
export class MaskSet implements Marks {
  /** Values of the masks handed out so far. */
  readonly slots: string[] = [];
  readonly #byPlace: ReadonlyMap<string, Mask[]>;
  readonly #kinds: ReadonlySet<string>;

  constructor(masks: readonly Mask[]) {
    this.#byPlace = masks.length === 0 ? empty : Map.groupBy(masks, (mask) => mask.place);
    this.#kinds = masks.length === 0 ? noKinds : new Set(masks.map(({ place }) => place.slice(0, place.indexOf(':'))));
  }

  /** Is any place of this kind masked? */
  has(kind: MarkKind): boolean {
    return this.#kinds.has(kind);
  }

  /** What stands in the canonical form instead of the value at a place; undefined when that place is not masked. */
  take(place: string, _value = ''): string | undefined {
    const masks = this.#byPlace.get(place);
    if (!masks) return undefined;
    // Equal names in one JSON object share a place.
    const mask = masks.length > 1 ? masks.shift()! : masks[0]!;
    this.slots.push(mask.value);
    return maskMark + maskText(mask.name);
  }
}

const empty: ReadonlyMap<string, Mask[]> = new Map();
const noKinds: ReadonlySet<string> = new Set();

/** No canonical text holds this character otherwise, so that no value can pass for a mask. */
const maskMark = '\0';

/** How a masked value is shown to people. */
export function maskText(name: string): string {
  return `⟦${name}⟧`;
}

export function isMarked(text: string): boolean {
  return text.startsWith(maskMark);
}

export function markedText(text: string): string {
  return text.slice(maskMark.length);
}
