import { pathTemplate } from '../model/path-template.ts';
import type { ValueFlow } from '../model/flow.ts';
import { type BornOptions, bornValues, type BornValue, linkKey } from './born-values.ts';
import type { CorrelatedExchange } from './correlated-exchange.ts';
import { byItself, byNames, provenance, repeated } from './evidence.ts';
import { maxInnerDepth } from './inner-leaves.ts';
import { LeavesOfInterest, PairedValues } from './paired-values.ts';
import { detached, RecentMap } from './recent-map.ts';
import { placeShape } from './place-shape.ts';
import { RepeatedWays, type Unsure, type Way, type Witness } from './repeated-ways.ts';
import { isResourceWord } from './resource-names.ts';
import { partsOf, type ValuePart } from './value-parts.ts';
import { usedValues, type UsedValue, valuesInside } from './used-values.ts';
import { bitsOf, classOf } from './value-class.ts';

/** Weak values (17) are issued again and again for different things; these many candidates are kept for each. */
const maxCandidates = 16;

/** A value of fewer bits under more names than this, none of which says identifier, is a constant of the server. */
const constantBits = 64;
const maxNames = 2;

/** Names of fields whose words alone tie a weak value of the one to the other. */
const tyingWords = new Set('cursor token nonce csrf xsrf ticket continuation marker jti otp pin challenge'.split(' '));

/** A value as it is remembered, with who issued it. */
interface Issued extends BornValue {
  /** `POST /orders/{id}` */
  readonly by: string;
  /** Position of the last answer that gave it in the same way. */
  seenLast: number;
}

/** A flow whose evidence is not complete before everything has been seen. */
interface Draft {
  readonly flow: ValueFlow;
  readonly way: Way;
}

/** `isUsed`: whether any request of the session holds the value; without it everything issued is remembered. */
export type FlowFinderOptions = Pick<BornOptions, 'isUsed' | 'pseudonymOf'>;

/**
 * Finds the values that responses issue and later requests need, in one pass over a session in order of position.
 *
 * A distinctive value (long, random) counts wherever it is seen again, alone or inside a longer text, also in Base64 or
 * percent-encoded. A weak one (a small number, a word) counts only where names agree: issued as `id` of an order, it must
 * be used after `/orders/` or in a field such as `orderId`; or where different values were seen to go the same way.
 * Cookies, validators, versions and hidden fields of forms are tied by their protocols (PairedValues). A value that a
 * request used before any response issued it is the client's own and never counts. The first response that issues a
 * value is its source, unless a later one has better reason to (a write rather than a read, an identifier's field
 * rather than any). Decision 037.
 */
export class FlowFinder {
  readonly #drafts: Draft[] = [];
  readonly #distinctive = new RecentMap<Issued>();
  readonly #weak = new RecentMap<Issued[]>();
  readonly #paired = new PairedValues();
  readonly #usedBefore = new RecentMap<true>();
  /** Names that a value in no identifier's field was seen under; true: too many. */
  readonly #names = new RecentMap<readonly string[] | true>();
  /** When each endpoint answered last. */
  readonly #latest = new RecentMap<number>();
  readonly #ways = new RepeatedWays<ValueFlow>();
  readonly #options: FlowFinderOptions;

  constructor(options: FlowFinderOptions = {}) {
    this.#options = options;
  }

  /** Positions must rise. What the response issues is only followed into later exchanges. */
  addExchange(exchange: CorrelatedExchange): void {
    const by = `${exchange.method} ${pathTemplate(exchange.target)}`;
    const echoes = new Set<string>();
    for (const used of usedValues(exchange)) this.#use(used, { exchange, by, echoes, depth: 0 });
    const seen = new LeavesOfInterest();
    for (const born of bornValues(exchange, { ...this.#options, alsoVisit: seen.visit })) {
      if (!keysOf(born).some((key) => echoes.has(key))) this.#issue(born, by);
    }
    this.#latest.set(by, exchange.position);
    this.#paired.learn(exchange, seen);
  }

  /** Everything found so far, by the position that needs the value. `witness`: of another recording, with its name. */
  flows(other?: { readonly session: string; readonly witness: Witness }): ValueFlow[] {
    const { witness = new Map<string, ReadonlySet<string>>(), session } = other ?? {};
    const confirmed = this.#ways.confirmed(witness, ({ to, toPlace, prefix }) => `${to} ${toPlace} ${prefix}`);
    return [...this.#drafts, ...confirmed]
      .map(({ flow, way }): ValueFlow => {
        const others = witness.get(way.name);
        const isElsewhere = others !== undefined && [...others].some((value) => value !== flow.value);
        return {
          ...flow,
          evidence: flow.evidence + repeated(way.values.size, isElsewhere ? session : undefined),
        };
      })
      .sort((a, b) => a.to - b.to);
  }

  /** What another recording of the same can be held against. */
  witness(): Witness {
    return this.#ways.witness();
  }

  /** What a request sends comes back in its response without being issued there: it is noted in `echoes`. */
  #use(used: UsedValue, request: RequestFacts): void {
    const { exchange } = request;
    const paired = this.#paired.source(used, exchange);
    if (paired) {
      const evidence = `the answer gave ${paired.what}, which is sent back ${used.where}`;
      this.#found({ from: { ...paired, by: '' }, used, part: wholeOf(used), evidence }, request);
      return;
    }
    const parts = partsOf(used.text);
    const found = this.#drafts.length;
    this.#take(
      parts.filter(({ whole }) => whole),
      used,
      request,
    );
    if (this.#drafts.length > found) return;
    // In a URL or in Base64 a value has to be written in another way than in the text around it.
    if (request.depth < maxInnerDepth) {
      for (const inner of valuesInside(used)) this.#use(inner, { ...request, depth: request.depth + 1 });
    }
    if (this.#drafts.length > found) return;
    this.#take(
      parts.filter(({ whole }) => !whole),
      used,
      request,
    );
    if (this.#drafts.length === found) this.#wonder(used, request);
  }

  #take(parts: readonly ValuePart[], used: UsedValue, request: RequestFacts): void {
    const { exchange, echoes } = request;
    const taken: ValuePart[] = [];
    for (const part of parts) {
      const keys = keysOf({ value: part.value, resources: part.whole ? used.resources : [] });
      for (const key of keys) echoes.add(key);
      if (taken.some((known) => overlap(part, known))) continue;
      const source = this.#source(part, used, exchange);
      if (source) {
        this.#found({ ...source, used, part }, request);
        taken.push(part);
      } else for (const key of keys) this.#usedBefore.set(key, true);
    }
  }

  #source(part: ValuePart, used: UsedValue, { target }: CorrelatedExchange) {
    const from = this.#distinctive.get(part.value);
    if (from) {
      if (this.#names.get(part.value) === true) return undefined;
      return { from, evidence: `${provenance(from, from.by)}; ${byItself(part.value)}; used ${used.where}` };
    }
    if (!part.whole) return undefined;
    let best: Issued | undefined;
    for (const born of this.#weak.get(part.value) ?? []) {
      if (fits(born, used, target) && (best === undefined || born.rank > best.rank)) best = born;
    }
    if (!best) return undefined;
    const kind = best.resources.find((resource) => used.resources.includes(resource)) ?? best.word;
    return { from: best, evidence: `${provenance(best, best.by)}; ${byNames(kind)}; used ${used.where}` };
  }

  /** A weak value that no names explain may have come from where it was seen last. */
  #wonder(used: UsedValue, { exchange, by }: RequestFacts): void {
    const { text, isAmount, kind, place } = used;
    if (isAmount || kind === 'cookie' || (kind === 'path' && isResourceWord(text)) || classOf(text) !== 'weak') return;
    const to = `${by} ${placeShape(place)}`;
    const candidates = (this.#weak.get(text) ?? []).flatMap((born): Unsure<ValueFlow>[] => {
      const from = `${born.by} ${placeShape(born.place)}`;
      if (born.isListed || this.#latest.get(born.by) !== born.seenLast) return [];
      const evidence = `${provenance(born, born.by)}; used ${used.where}`;
      const flow = flowOf({ from: born, used, part: wholeOf(used), evidence }, exchange.position);
      return [{ way: detached(`${from} → ${to}`), to: detached(to), rank: born.rank, value: flow.value, flow }];
    });
    this.#ways.unexplained(to, candidates);
  }

  #issue(born: BornValue, by: string): void {
    const { value, valueClass } = born;
    if (keysOf(born).some((key) => this.#usedBefore.has(key))) return;
    if (valueClass === 'distinctive') {
      if (born.rank === 1) this.#name(born);
      const known = this.#distinctive.get(value);
      if (known && known.rank >= born.rank) return;
      this.#distinctive.set(value, stored(born, by));
      return;
    }
    const candidates = this.#weak.get(value) ?? [];
    const known = candidates.find((one) => one.rank >= born.rank && sameThing(one, born));
    if (known?.by === by) known.seenLast = born.position;
    if (known || candidates.length >= maxCandidates) return;
    candidates.push(stored(born, by));
    this.#weak.set(value, candidates);
  }

  /** A build, a host, a region: what stands under many names and is not all that random is nobody's identifier. */
  #name({ value, word }: BornValue): void {
    const names = this.#names.get(value) ?? [];
    if (names === true || names.includes(word) || bitsOf(value).all >= constantBits) return;
    this.#names.set(value, names.length >= maxNames ? true : [...names, detached(word)]);
  }

  #found(found: Found, { exchange, by }: RequestFacts): void {
    const flow = flowOf(found, exchange.position);
    const way = `${found.from.by} ${placeShape(flow.fromPlace)} → ${by} ${placeShape(flow.toPlace)}`;
    this.#drafts.push({ flow, way: this.#ways.took(way, flow.value) });
  }
}

interface RequestFacts {
  readonly exchange: CorrelatedExchange;
  readonly by: string;
  readonly echoes: Set<string>;
  /** How often the value was decoded. */
  readonly depth: number;
}

interface Found {
  readonly from: Pick<Issued, 'position' | 'place' | 'by'>;
  readonly used: UsedValue;
  readonly part: ValuePart;
  readonly evidence: string;
}

function flowOf({ from, used, part, evidence }: Found, to: number): ValueFlow {
  return {
    from: from.position,
    fromPlace: from.place,
    to,
    toPlace: detached(used.place),
    prefix: detached(used.text.slice(0, part.start)),
    suffix: detached(used.text.slice(part.start + part.value.length)),
    value: detached(part.value),
    evidence: detached(evidence),
  };
}

function wholeOf({ text }: UsedValue): ValuePart {
  return { value: text, start: 0, whole: true };
}

/** Do the names on both ends of a weak value speak of the same thing? */
function fits(born: Issued, used: UsedValue, target: string): boolean {
  if (tyingWords.has(born.word) && born.word === used.word) return true;
  if (born.link !== undefined && used.kind === 'query' && born.link === linkKey(target, used.name)) return true;
  return born.resources.some((resource) => used.resources.includes(resource));
}

function sameThing(a: BornValue, b: BornValue): boolean {
  return a.word === b.word && a.link === b.link && a.resources.join() === b.resources.join();
}

/** What a value is remembered by: itself when it is distinctive, else together with the things it may identify. */
function keysOf({ value, resources }: Pick<BornValue, 'value' | 'resources'>): string[] {
  const valueClass = classOf(value);
  if (valueClass === 'none') return [];
  return valueClass === 'distinctive' ? [value] : resources.map((resource) => `${resource} ${value}`);
}

function stored(born: BornValue, by: string): Issued {
  return { ...born, value: detached(born.value), place: detached(born.place), by, seenLast: born.position };
}

function overlap(a: ValuePart, b: ValuePart): boolean {
  return a.start < b.start + b.value.length && b.start < a.start + a.value.length;
}
