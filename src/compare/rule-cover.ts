import { childPointer } from '../model/json-pointer.ts';
import { type JsonPath, type JsonPathStep, selectedDepth } from '../model/json-path.ts';
import type { JsonValue } from '../model/json-value.ts';
import { TooCostly } from '../model/metered-json.ts';
import type { CompareRule } from '../model/compare-rule.ts';
import type { ValuePath } from './renames.ts';
import type { ComparedValues, FoundDifference } from './rulings.ts';

/** How a rule's place and a difference's lie to each other. */
export type Cover =
  /** The difference is of the very value that the rule speaks of. */
  | { readonly kind: 'exact' }
  /** It is inside. Of JSON: keys from the root to the value that the rule speaks of, on either side where there is one. */
  | { readonly kind: 'inside'; readonly baseline?: ValuePath; readonly fresh?: ValuePath }
  /** Nobody can tell in bounded time. */
  | { readonly kind: 'costly' };

/** A rule's JSONPath, applied to each side at most once, and only when somebody asks. */
export class CoveredPlaces {
  readonly #path: JsonPath;
  readonly #values: () => ComparedValues;
  readonly #selected = new Map<keyof ComparedValues, ReadonlySet<string> | 'costly'>();

  constructor(path: JsonPath, values: () => ComparedValues) {
    this.#path = path;
    this.#values = values;
  }

  /**
   * Does the path select these keys of a side, or the nearest of what contains them? Their number, from the root;
   * undefined when it selects none.
   */
  depth(side: keyof ComparedValues, keys: ValuePath): number | 'costly' | undefined {
    const { steps, segments } = this.#path;
    if (steps) return keysFit(steps, keys) ? steps.length : undefined;
    if (segments) return selectedDepth(segments, keys);
    const selected = this.#pointers(side);
    if (selected === 'costly') return 'costly';
    let depth = selected.has('') ? 0 : undefined;
    let pointer = '';
    for (const [index, key] of keys.entries()) {
      pointer = childPointer(pointer, key);
      if (selected.has(pointer)) depth = index + 1;
    }
    return depth;
  }

  #pointers(side: keyof ComparedValues): ReadonlySet<string> | 'costly' {
    const known = this.#selected.get(side);
    if (known) return known;
    const found = this.#evaluate(this.#values()[side]);
    this.#selected.set(side, found);
    return found;
  }

  #evaluate(value: JsonValue | undefined): ReadonlySet<string> | 'costly' {
    if (value === undefined) return new Set();
    try {
      return new Set(this.#path.pointers(value));
    } catch (thrown) {
      if (thrown instanceof TooCostly) return 'costly';
      throw thrown;
    }
  }
}

function keysFit(steps: readonly JsonPathStep[], keys: ValuePath): boolean {
  if (steps.length > keys.length) return false;
  for (let i = 0; i < steps.length; i++) if (steps[i] !== undefined && steps[i] !== keys[i]) return false;
  return true;
}

/** How a rule's place covers a difference; undefined: it is about something else. `places`: of a rule about JSON. */
export function coverOf(
  { place }: CompareRule,
  found: FoundDifference,
  places: CoveredPlaces | undefined,
): Cover | undefined {
  const { part, path } = found;
  switch (place.kind) {
    case 'status':
      return part === 'status' ? { kind: 'exact' } : undefined;
    case 'body':
      return part === 'body' || part === 'event' ? { kind: 'inside' } : undefined;
    case 'header':
    case 'trailer':
      if (part !== place.kind) return undefined;
      // A piece of a header comes with the whole value: `link;next`.
      if (path === place.name || path.startsWith(`${place.name};`)) return { kind: 'exact' };
      return place.name === 'set-cookie' && path.startsWith('set-cookie:') ? { kind: 'inside' } : undefined;
    case 'cookie':
      return part === 'header' ? cookieCover(path, place.name) : undefined;
    case 'json':
      return (part === 'body' || part === 'event') && places ? jsonCover(found, places) : undefined;
    default:
      return place satisfies never;
  }
}

/** `set-cookie:sid` and `set-cookie:sid;path=/admin` are a cookie with its value, a part without `=` is an attribute. */
function cookieCover(path: string, name: string): Cover | undefined {
  const rest = path.startsWith(`set-cookie:${name}`) ? path.slice(`set-cookie:${name}`.length) : undefined;
  if (rest === undefined || (rest !== '' && !rest.startsWith(';'))) return undefined;
  return { kind: rest === '' || rest.slice(rest.lastIndexOf(';')).includes('=') ? 'exact' : 'inside' };
}

/** A value that stands on both sides must be covered on both: who moved into the reach of a rule has changed. */
function jsonCover({ keys, freshKeys = keys, kind }: FoundDifference, places: CoveredPlaces): Cover | undefined {
  if (keys === undefined || freshKeys === undefined) return undefined;
  const baseline = kind === 'added' ? undefined : places.depth('baseline', keys);
  const fresh = kind === 'removed' ? undefined : places.depth('fresh', freshKeys);
  if (baseline === 'costly' || fresh === 'costly') return { kind: 'costly' };
  if ((kind !== 'added' && baseline === undefined) || (kind !== 'removed' && fresh === undefined)) return undefined;
  const isExact =
    (baseline === undefined || baseline === keys.length) && (fresh === undefined || fresh === freshKeys.length);
  if (isExact) return { kind: 'exact' };
  return {
    kind: 'inside',
    ...(baseline === undefined ? {} : { baseline: keys.slice(0, baseline) }),
    ...(fresh === undefined ? {} : { fresh: freshKeys.slice(0, fresh) }),
  };
}
