import { clipPair, type DifferenceList } from './difference-list.ts';
import type { Explainer } from './explain.ts';

interface SetCookie {
  readonly name: string;
  readonly value: string;
  /** Attributes by lower-case name; the value of a flag is empty. */
  readonly attributes: ReadonlyMap<string, string>;
}

/** What explains differences, and where they go. */
interface CookieJudge {
  readonly explainer: Explainer;
  readonly differences: DifferenceList;
}

/**
 * Compares Set-Cookie headers by the name of the cookie (RFC 6265 §4.1), its value, and each attribute. Paths are
 * `set-cookie:sid` for the cookie and its value, `set-cookie:sid;path` for an attribute. Cookies of one name on several
 * domains or paths are told apart by these: `set-cookie:sid;path=/admin`. Of several settings of one cookie the last
 * counts.
 */
export function compareSetCookies(baseline: readonly string[], fresh: readonly string[], judge: CookieJudge): void {
  const { differences } = judge;
  const read = [baseline.map(parseSetCookie), fresh.map(parseSetCookie)] as const;
  const shared = sharedNames(read);
  const [before, after] = read.map((cookies) => byIdentity(cookies, shared)) as [Cookies, Cookies];
  for (const identity of new Set([...before.keys(), ...after.keys()])) {
    const first = before.get(identity);
    const second = after.get(identity);
    const path = `set-cookie:${identity}`;
    if (first === undefined) differences.add({ path, kind: 'added', severity: 'added', after: second!.value });
    else if (second === undefined) differences.add({ path, kind: 'removed', severity: 'broken', before: first.value });
    else {
      compareValues({ path, name: first.name, before: first.value, after: second.value }, judge);
      compareAttributes(path, [first, second], judge);
    }
  }
}

/** Cookies and their attributes, by the paths that their differences have, each with its value. */
export function setCookieFields(headers: readonly string[]): readonly (readonly [path: string, value: string])[] {
  const cookies = headers.map(parseSetCookie);
  return [...byIdentity(cookies, sharedNames([cookies]))].flatMap(([identity, { value, attributes }]) => {
    const path = `set-cookie:${identity}`;
    return [[path, value] as const, ...[...attributes].map(([name, text]) => [`${path};${name}`, text] as const)];
  });
}

function compareAttributes(path: string, [before, after]: readonly [SetCookie, SetCookie], judge: CookieJudge): void {
  const { differences } = judge;
  for (const name of new Set([...before.attributes.keys(), ...after.attributes.keys()])) {
    const first = before.attributes.get(name);
    const second = after.attributes.get(name);
    const at = `${path};${name}`;
    if (first === undefined) differences.add({ path: at, kind: 'added', severity: 'changed', after: second || name });
    else if (second === undefined) {
      differences.add({ path: at, kind: 'removed', severity: 'broken', before: first || name });
    } else compareValues({ path: at, name, before: first, after: second }, judge);
  }
}

interface ValuePair {
  readonly path: string;
  readonly name: string;
  readonly before: string;
  readonly after: string;
}

function compareValues({ path, name, before, after }: ValuePair, { explainer, differences }: CookieJudge): void {
  if (before === after) return;
  const [first, second] = clipPair(before, after);
  const texts = { path, kind: 'changed', before: first, after: second } as const;
  differences.add({ ...texts, ...explainer.text(before, after, ['set-cookie', name]) }, { before, after });
}

type Cookies = ReadonlyMap<string, SetCookie>;

/** Names that several cookies of one response have. */
function sharedNames(responses: readonly (readonly SetCookie[])[]): ReadonlySet<string> {
  const shared = new Set<string>();
  for (const cookies of responses) {
    for (const [name, group] of Map.groupBy(cookies, (cookie) => cookie.name)) {
      if (new Set(group.map(scopeOf)).size > 1) shared.add(name);
    }
  }
  return shared;
}

function byIdentity(cookies: readonly SetCookie[], shared: ReadonlySet<string>): Cookies {
  const found = new Map<string, SetCookie>();
  for (const cookie of cookies) {
    const identity = shared.has(cookie.name) ? cookie.name + scopeOf(cookie) : cookie.name;
    found.delete(identity);
    found.set(identity, cookie);
  }
  return found;
}

/** A cookie is its name, domain and path (RFC 6265 §5.3). */
function scopeOf({ attributes }: SetCookie): string {
  return ['domain', 'path'].map((name) => (attributes.has(name) ? `;${name}=${attributes.get(name)}` : '')).join('');
}

function parseSetCookie(header: string): SetCookie {
  const [pair = '', ...rest] = header.split(';');
  const [name, value] = nameAndValue(pair);
  const attributes = new Map(
    rest.map((attribute) => {
      const [attributeName, attributeValue] = nameAndValue(attribute);
      return [attributeName.toLowerCase(), attributeValue] as const;
    }),
  );
  return { name, value, attributes };
}

function nameAndValue(text: string): readonly [name: string, value: string] {
  const equals = text.indexOf('=');
  return equals === -1 ? [text.trim(), ''] : [text.slice(0, equals).trim(), text.slice(equals + 1).trim()];
}
