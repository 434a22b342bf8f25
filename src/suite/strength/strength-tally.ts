import type { JudgedResponse } from '../session-judge.ts';
import { type Mutation, type MutationKind, mutationKinds } from './mutation.ts';
import type { EndpointStrength, StrengthResult, Survivor, Tally } from './strength-result.ts';

/** What an answer is an answer to. */
export interface Endpoint {
  readonly server?: string;
  readonly method: string;
  readonly template: string;
}

/** Wrong answers of one pattern. */
interface Way {
  readonly kind: MutationKind;
  possible: number;
  tried: number;
  caught: number;
}

interface Counted extends Endpoint {
  readonly ways: Map<string, Way>;
  readonly survivors: Map<string, Survivor>;
}

/** Counts what became of wrong answers, by endpoint. */
export class StrengthTally {
  readonly #endpoints = new Map<string, Counted>();

  addPossible(endpoint: Endpoint, mutation: Mutation): void {
    this.#way(endpoint, mutation).possible += 1;
  }

  addCaught(endpoint: Endpoint, mutation: Mutation): void {
    const way = this.#way(endpoint, mutation);
    way.tried += 1;
    way.caught += 1;
  }

  addSurvivor(endpoint: Endpoint, mutation: Mutation, { address, reason }: { address: string; reason: string }): void {
    const { kind, words, pattern } = mutation;
    this.#way(endpoint, mutation).tried += 1;
    const { survivors } = this.#of(endpoint);
    const key = JSON.stringify([pattern, reason]);
    const known = survivors.get(key);
    const example = known?.example ?? { address, words };
    survivors.set(key, { kind, pattern, reason, count: (known?.count ?? 0) + 1, example });
  }

  total(): Tally {
    return tallyOf(this.#all().flatMap(({ ways }) => [...ways.values()]));
  }

  kinds(): StrengthResult['kinds'] {
    return byKind(this.#all().flatMap(({ ways }) => [...ways.values()]));
  }

  /** The weakest first. */
  endpoints(): EndpointStrength[] {
    const all = this.#all().map(({ ways, survivors, ...endpoint }): EndpointStrength => ({
      ...endpoint,
      ...tallyOf([...ways.values()]),
      kinds: byKind([...ways.values()]),
      survivors: [...survivors.values()].toSorted((a, b) => b.count - a.count),
    }));
    return all.toSorted((a, b) => a.strength - b.strength || b.tried - b.caught - (a.tried - a.caught));
  }

  #all(): Counted[] {
    return [...this.#endpoints.values()];
  }

  #of(endpoint: Endpoint): Counted {
    const key = endpointKey(endpoint);
    let counted = this.#endpoints.get(key);
    if (!counted) this.#endpoints.set(key, (counted = { ...endpoint, ways: new Map(), survivors: new Map() }));
    return counted;
  }

  #way(endpoint: Endpoint, { kind, pattern }: Mutation): Way {
    const { ways } = this.#of(endpoint);
    let way = ways.get(pattern);
    if (!way) ways.set(pattern, (way = { kind, possible: 0, tried: 0, caught: 0 }));
    return way;
  }
}

function byKind(ways: readonly Way[]): StrengthResult['kinds'] {
  const groups = Map.groupBy(ways, ({ kind }) => kind);
  return mutationKinds.flatMap((kind) => (groups.has(kind) ? [{ kind, ...tallyOf(groups.get(kind)!) }] : []));
}

function tallyOf(ways: readonly Way[]): Tally {
  const sum = (of: (way: Way) => number): number => ways.reduce((total, way) => total + of(way), 0);
  const tried = ways.filter((way) => way.tried > 0).length;
  const shares = sum((way) => (way.tried === 0 ? 0 : way.caught / way.tried));
  return {
    ways: ways.length,
    possible: sum(({ possible }) => possible),
    tried: sum((way) => way.tried),
    caught: sum(({ caught }) => caught),
    strength: tried === 0 ? 1 : shares / tried,
  };
}

export function endpointKey({ server = '', method, template }: Endpoint): string {
  return JSON.stringify([server, method, template]);
}

/** What let a wrong answer pass. */
export function reasonOf({ verdict, differences }: Pick<JudgedResponse, 'verdict' | 'differences'>): string {
  if (verdict === 'added') return 'added does not fail';
  // Another length only follows from another body.
  const said = differences.filter(({ part, path }) => part !== 'header' || path !== 'content-length');
  const rules = new Set((said.length > 0 ? said : differences).map(({ rule = 'unnamed' }) => rule));
  return rules.size === 0 ? 'not compared' : [...rules].join(', ');
}
