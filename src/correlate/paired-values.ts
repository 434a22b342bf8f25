import { isWrite } from '../model/exchange.ts';
import { headerValues } from '../model/headers.ts';
import { lastWord, nameWords } from '../model/identity.ts';
import type { Leaf } from './body-leaves.ts';
import type { CorrelatedExchange } from './correlated-exchange.ts';
import { detached, RecentMap } from './recent-map.ts';
import type { UsedValue } from './used-values.ts';
import { looksRandom } from './value-class.ts';

/** Where a value came from that a protocol ties to its use. */
export interface PairedSource {
  readonly position: number;
  readonly place: string;
  /** What was issued, in words: `the cookie sid`. */
  readonly what: string;
}

/** Validators a later request sends back (RFC 9110 §13.1). */
const validators = new Map([
  ['if-match', 'etag'],
  ['if-none-match', 'etag'],
  ['if-range', 'etag'],
  ['if-modified-since', 'last-modified'],
  ['if-unmodified-since', 'last-modified'],
]);

/** Last words of fields that count the states of a thing, so that two writers notice each other. */
const versionWords = new Set(['version', 'revision', 'rev', 'generation']);
/** What may stand before `version`: of an interface or a program it is no state (`api_version`). */
const versioned = new Set(['lock', 'resource', 'row', 'record', 'entity', 'object', 'edit', 'document']);
/** These count the states of a whole server, under one name in every answer. */
const counterWords = new Set(['revision', 'rev', 'generation']);

/**
 * Values that are bound by a protocol, so that any value of theirs counts, however small: cookies by their name,
 * validators and versions by the resource they belong to, hidden fields by the form that sends them.
 */
export class PairedValues {
  readonly #pairs = new RecentMap<PairedSource>();
  /** The value each cookie was last set to. */
  readonly #cookies = new RecentMap<string>();
  /** Versions that requests held before any answer. */
  readonly #own = new RecentMap<true>();
  /** Of each counter the first value that was seen, until another one shows that it counts: then true. */
  readonly #counters = new RecentMap<string | true>();

  source(used: UsedValue, { method, target }: CorrelatedExchange): PairedSource | undefined {
    const { name, text, kind } = used;
    if (kind === 'cookie') return this.#pairs.get(pairKey('cookie', name, text));
    if (kind === 'header') {
      const validator = validators.get(name);
      return validator === undefined ? undefined : this.#pairs.get(pairKey(`${validator} ${target}`, '', text));
    }
    if (kind === 'path' || name === '') return undefined;
    const path = pathOf(target);
    const hidden = this.#pairs.get(pairKey(`form ${path}`, name, text));
    if (hidden) return hidden;
    if (!isVersionName(name)) return undefined;
    // What the client said before any answer did is its own, and stays so.
    if (!this.#pairs.has(pairKey('counter', name, text))) this.#own.set(pairKey('own', name, text), true);
    return this.#own.has(pairKey('own', name, text)) ? undefined : this.#version(used, path, method);
  }

  #version({ name, text }: UsedValue, path: string, method: string): PairedSource | undefined {
    // Nothing that a POST to a collection makes had a version before.
    const isOfOne = isWrite(method) && method !== 'POST';
    const version = isOfOne ? this.#pairs.get(pairKey(`version ${path}`, name, text)) : undefined;
    if (version || !counterWords.has(lastWord(name)) || this.#counters.get(name) !== true) return version;
    return this.#pairs.get(pairKey('counter', name, text));
  }

  /** Takes what a response pairs by its headers, and by the leaves of its body that were `seen`. */
  learn({ position, target, response }: CorrelatedExchange, seen: LeavesOfInterest): void {
    if (response === undefined) return;
    for (const header of headerValues(response.headers, 'set-cookie')) this.#learnCookie(header, position);
    for (const name of new Set(validators.values())) {
      const value = headerValues(response.headers, name)[0];
      if (value === undefined) continue;
      this.#add(pairKey(`${name} ${target}`, '', value), {
        position,
        place: `header:${name}[0]`,
        what: `this ${name}`,
      });
    }
    if (response.status >= 400) return;
    for (const { action, name, text, place } of seen.hidden) {
      const what = `the hidden field ${name} of a form`;
      // A form that is shown again has new tokens: the latest one is sent.
      this.#pairs.set(pairKey(`form ${pathOf(resolved(action, target))}`, name, text), { position, place, what });
    }
    const path = pathOf(target);
    const location = headerValues(response.headers, 'location')[0];
    const paths = [
      path,
      ...(location === undefined ? [] : [pathOf(resolved(location, target))]),
      ...(seen.id === undefined ? [] : [`${path.replace(/\/$/, '')}/${seen.id}`]),
    ];
    for (const { name, text, place, isListed } of seen.versions) {
      const what = `the ${name} ${text}`;
      for (const of of isListed ? [] : paths)
        this.#add(pairKey(`version ${of}`, name, text), { position, place, what });
      this.#add(pairKey('counter', name, text), { position, place, what });
      if (!counterWords.has(lastWord(name))) continue;
      const first = this.#counters.get(name);
      if (first !== true && first !== text)
        this.#counters.set(detached(name), first === undefined ? detached(text) : true);
    }
  }

  /** Set again to what it was, a cookie keeps its first source. */
  #learnCookie(header: string, position: number): void {
    const pair = header.split(';', 1)[0]!;
    const equals = pair.indexOf('=');
    if (equals === -1) return;
    const name = pair.slice(0, equals).trim();
    const value = pair.slice(equals + 1).trim();
    const key = pairKey('cookie', name, value);
    if (this.#cookies.get(name) === value && this.#pairs.has(key)) return;
    this.#cookies.set(detached(name), detached(value));
    this.#pairs.set(key, { position, place: detached(`set-cookie:${name}`), what: `the cookie ${name}` });
  }

  #add(key: string, source: PairedSource): void {
    if (!this.#pairs.has(key)) this.#pairs.set(key, source);
  }
}

interface SeenLeaf {
  readonly name: string;
  readonly text: string;
  readonly place: string;
  readonly action: string;
  readonly isListed: boolean;
}

/** Leaves of a response that a protocol may tie to a later request. */
export class LeavesOfInterest {
  readonly hidden: SeenLeaf[] = [];
  readonly versions: SeenLeaf[] = [];
  /** Of the thing that the answer is about. */
  id: string | undefined;

  readonly visit = (leaf: Leaf): void => {
    const { name, text, isHidden, isListed = false, container } = leaf;
    if (name === 'id' && container === undefined && !isListed) this.id ??= text;
    const isVersion = /^\d{1,20}$/.test(text) && isVersionName(name);
    // What a form always says, such as `_method=put`, is as good where it stands.
    const isVarying = isHidden && (/\d/.test(text) || looksRandom(text));
    if (!isVersion && !isVarying) return;
    const seen = { name, text, place: leaf.place(), action: leaf.action ?? '', isListed };
    if (isVarying) this.hidden.push(fromForm(seen));
    else this.versions.push(seen);
  };
}

function isVersionName(name: string): boolean {
  const words = nameWords(name);
  const last = words.at(-1) ?? '';
  if (!versionWords.has(last)) return false;
  return last !== 'version' || words.slice(0, -1).every((word) => versioned.has(word));
}

/** The name that the browser sends, not only its last part. */
function fromForm(seen: SeenLeaf): SeenLeaf {
  const name = /^html:input (.*)\[\d+\]$/s.exec(seen.place)?.[1] ?? seen.name;
  return { ...seen, name, place: detached(seen.place) };
}

function pairKey(kind: string, name: string, value: string): string {
  return `${kind} ${name}=${value}`;
}

function pathOf(target: string): string {
  return target.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i, '').split(/[?#]/, 1)[0]!;
}

/** The target that a reference means on a page; as it is when it is no URL. */
function resolved(reference: string, target: string): string {
  const base = `http://host${pathOf(target)}`;
  return URL.canParse(reference, base) ? new URL(reference, base).pathname : reference;
}
