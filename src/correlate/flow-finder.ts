import { headerValues } from '../model/headers.ts';
import type { ValueFlow } from '../model/flow.ts';
import { bornValues, type BornValue } from './born-values.ts';
import type { CorrelatedExchange } from './correlated-exchange.ts';
import { detached, RecentMap } from './recent-map.ts';
import { partsOf, type ValuePart } from './value-parts.ts';
import { usedValues, type UsedValue } from './used-values.ts';
import { classOf } from './value-class.ts';

/** Weak values (17) are issued again and again for different things; these many candidates are kept for each. */
const maxCandidates = 16;

/** Names of fields whose words alone tie a weak value of the one to the other. */
const tyingWords = new Set(['cursor', 'token', 'nonce', 'csrf', 'xsrf', 'ticket', 'continuation', 'marker', 'jti']);

/** Validators a later request sends back (RFC 9110 §13.1). */
const validators = new Map([
  ['if-match', 'etag'],
  ['if-none-match', 'etag'],
  ['if-range', 'etag'],
  ['if-modified-since', 'last-modified'],
  ['if-unmodified-since', 'last-modified'],
]);

/**
 * Finds the values that responses issue and later requests need, in one pass over a session in order of position.
 *
 * A distinctive value (long, random) counts wherever it is seen again, alone or inside a longer text. A weak one (a
 * small number, a word) counts only where names agree: issued as `id` of an order, it must be used after `/orders/` or
 * in a field such as `orderId`. Cookies count by their name, validators by the path they belong to. A value that a
 * request used before any response issued it is the client's own and never counts. The first response that issues a
 * value is its source, unless a later one has better reason to (a write rather than a read, an identifier's field
 * rather than any).
 */
export class FlowFinder {
  readonly #flows: ValueFlow[] = [];
  readonly #distinctive = new RecentMap<BornValue>();
  readonly #weak = new RecentMap<BornValue[]>();
  /** `name=value` of cookies, and `etag path=value` of validators. */
  readonly #paired = new RecentMap<{ readonly position: number; readonly place: string }>();
  readonly #usedBefore = new RecentMap<true>();

  /** Positions must rise. What the response issues is only followed into later exchanges. */
  addExchange(exchange: CorrelatedExchange): void {
    const echoes = new Set<string>();
    for (const used of usedValues(exchange)) this.#use(used, exchange, echoes);
    for (const born of bornValues(exchange)) {
      if (!keysOf(born).some((key) => echoes.has(key))) this.#issue(born);
    }
    this.#pair(exchange);
  }

  /** Everything found so far, by the position that needs the value. */
  flows(): ValueFlow[] {
    return [...this.#flows];
  }

  /** What a request sends comes back in its response without being issued there: it is noted in `echoes`. */
  #use(used: UsedValue, exchange: CorrelatedExchange, echoes: Set<string>): void {
    const paired = this.#pairedSource(used, exchange);
    if (paired) {
      const part = { value: used.text, start: 0, whole: true };
      this.#found({ ...paired, used, part, to: exchange.position });
      return;
    }
    const taken: ValuePart[] = [];
    for (const part of partsOf(used.text)) {
      const keys = keysOf({ value: part.value, resources: part.whole ? used.resources : [] });
      for (const key of keys) echoes.add(key);
      if (taken.some((other) => overlap(part, other))) continue;
      const source = this.#source(part, used);
      if (source) {
        this.#found({ ...source, used, part, to: exchange.position });
        taken.push(part);
      } else for (const key of keys) this.#usedBefore.set(key, true);
    }
  }

  #pairedSource(used: UsedValue, { target }: CorrelatedExchange) {
    if (used.cookie !== undefined) {
      const from = this.#paired.get(cookieKey(used.cookie, used.text));
      return from && { from, evidence: `the response set the cookie ${used.cookie} that is sent here` };
    }
    const validator = validators.get(used.header ?? '');
    if (validator === undefined) return undefined;
    const from = this.#paired.get(validatorKey(validator, target, used.text));
    return from && { from, evidence: `the response gave this ${validator}, and ${used.header} asks by it here` };
  }

  #source(part: ValuePart, used: UsedValue) {
    const from = this.#distinctive.get(part.value);
    if (from) {
      return { from, evidence: `a value of ${part.value.length} characters, first seen there, is used ${used.where}` };
    }
    if (!part.whole) return undefined;
    let best: BornValue | undefined;
    for (const born of this.#weak.get(part.value) ?? []) {
      if (fits(born, used) && (best === undefined || born.rank > best.rank)) best = born;
    }
    if (!best) return undefined;
    const kind = best.resources.find((resource) => used.resources.includes(resource)) ?? best.word;
    return { from: best, evidence: `issued there as identifier of ${kind}, used as one ${used.where}` };
  }

  #issue(born: BornValue): void {
    if (keysOf(born).some((key) => this.#usedBefore.has(key))) return;
    if (born.valueClass === 'distinctive') {
      const known = this.#distinctive.get(born.value);
      if (known && known.rank >= born.rank) return;
      this.#distinctive.set(born.value, stored(born));
      return;
    }
    const candidates = this.#weak.get(born.value) ?? [];
    const isKnown = candidates.some((known) => known.rank >= born.rank && sameThing(known, born));
    if (isKnown || candidates.length >= maxCandidates) return;
    candidates.push(stored(born));
    this.#weak.set(born.value, candidates);
  }

  /** Cookies and validators: bound by name, so that any value of theirs counts. */
  #pair({ position, target, response }: CorrelatedExchange): void {
    if (response === undefined) return;
    const pair = (key: string, place: string): void => {
      if (!this.#paired.has(key)) this.#paired.set(key, { position, place: detached(place) });
    };
    for (const header of headerValues(response.headers, 'set-cookie')) {
      const [name, value] = splitOnce(header.split(';', 1)[0]!, '=');
      if (value !== undefined) pair(cookieKey(name.trim(), value.trim()), `set-cookie:${name.trim()}`);
    }
    for (const name of new Set(validators.values())) {
      const value = headerValues(response.headers, name)[0];
      if (value !== undefined) pair(validatorKey(name, target, value), `header:${name}[0]`);
    }
  }

  #found({ from, used, part, to, evidence }: Found): void {
    this.#flows.push({
      from: from.position,
      fromPlace: from.place,
      to,
      toPlace: detached(used.place),
      prefix: detached(used.text.slice(0, part.start)),
      suffix: detached(used.text.slice(part.start + part.value.length)),
      value: detached(part.value),
      evidence,
    });
  }
}

interface Found {
  readonly from: { readonly position: number; readonly place: string };
  readonly used: UsedValue;
  readonly part: ValuePart;
  readonly to: number;
  readonly evidence: string;
}

/** Do the names on both ends of a weak value speak of the same thing? */
function fits(born: BornValue, used: UsedValue): boolean {
  if (tyingWords.has(born.word) && born.word === used.word) return true;
  return born.resources.some((resource) => used.resources.includes(resource));
}

function sameThing(a: BornValue, b: BornValue): boolean {
  return a.word === b.word && a.resources.join() === b.resources.join();
}

function cookieKey(name: string, value: string): string {
  return `cookie ${name}=${value}`;
}

function validatorKey(name: string, target: string, value: string): string {
  return `${name} ${target}=${value}`;
}

/** What a value is remembered by: itself when it is distinctive, else together with the things it may identify. */
function keysOf({ value, resources }: Pick<BornValue, 'value' | 'resources'>): string[] {
  const valueClass = classOf(value);
  if (valueClass === 'none') return [];
  return valueClass === 'distinctive' ? [value] : resources.map((resource) => `${resource} ${value}`);
}

function splitOnce(text: string, separator: string): [string, string | undefined] {
  const at = text.indexOf(separator);
  return at === -1 ? [text, undefined] : [text.slice(0, at), text.slice(at + 1)];
}

function stored(born: BornValue): BornValue {
  return { ...born, value: detached(born.value), place: detached(born.place), path: detached(born.path) };
}

function overlap(a: ValuePart, b: ValuePart): boolean {
  return a.start < b.start + b.value.length && b.start < a.start + a.value.length;
}
