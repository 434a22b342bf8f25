import { isIdentityName, lastWord, nameWords } from '../model/identity.ts';
import { pathSegments } from '../model/url-text.ts';

/** Containers that say nothing about what they contain. */
const envelopes = new Set([
  'data',
  'result',
  'results',
  'item',
  'content',
  'payload',
  'response',
  'attribute',
  'entry',
  'list',
  'row',
  'record',
  'value',
  'body',
  'object',
  'embedded',
  'edge',
  'node',
  'hit',
  'element',
  'member',
  'variable',
  'param',
  'input',
  'propstat',
  'prop',
]);

/** Path segments before an id that name no kind of thing. */
const notResources = /^(?:api|rest|v\d+(?:\.\d+)*|graphql|rpc|admin|public|private|internal|me)$/;

/** The same few names come with every message; more than this many are forgotten at once. */
const maxKnownNames = 4096;

function remembered<T>(read: (name: string) => T): (name: string) => T {
  const known = new Map<string, T>();
  return (name) => {
    let result = known.get(name);
    if (result === undefined) {
      result = read(name);
      if (known.size >= maxKnownNames) known.clear();
      known.set(name, result);
    }
    return result;
  };
}

/** A kind of thing in one form: `orders`, `Order` and `order` are the same, so are `categories` and `category`. */
export const resourceName: (word: string) => string = remembered((word) => {
  const lower = word.toLowerCase().replaceAll(/[^\p{L}\p{N}]/gu, '');
  if (lower.length > 4 && lower.endsWith('ies')) return `${lower.slice(0, -3)}y`;
  if (lower.length > 4 && /(?:ss|x|ch|sh)es$/.test(lower)) return lower.slice(0, -2);
  return lower.length > 3 && lower.endsWith('s') && !lower.endsWith('ss') ? lower.slice(0, -1) : lower;
});

export const isEnvelope: (name: string) => boolean = remembered(
  (name) => envelopes.has(resourceName(name)) || name.startsWith('_'),
);

/** Names that mean a user without saying so (RFC 7519 §4.1.2, LDAP and Unix). */
const ofUsers = new Map([
  ['uid', 'user'],
  ['sub', 'user'],
]);

/** `orderid`, in one word. `paid` and `valid` look the same and are tied to nothing. */
const joinedId = /^(\p{Ll}{3,})id$/u;

/** May a field of this name hold an identifier, going by its last word? */
export function isIdName(name: string): boolean {
  const last = lastWord(name);
  return isIdentityName(name) || last === 'sub' || joinedId.test(last);
}

/** What a field name says about whose identifier it holds: `orderId` is an order's, `id` and `code` say nothing. */
export const resourcesOfField: (name: string) => readonly string[] = remembered((name) => {
  const all = nameWords(name);
  const last = all.at(-1) ?? '';
  const alone = all.length === 1 ? ofUsers.get(last) : undefined;
  if (alone !== undefined) return [alone];
  const joined = joinedId.exec(last)?.[1];
  if (joined !== undefined) return [resourceName(joined)];
  const words = isIdentityName(name) ? all.slice(0, -1) : all;
  return [...new Set([resourceName(words.join('')), resourceName(words.at(-1) ?? '')])].filter((word) => word !== '');
});

/** Does a path segment name a kind of thing (rather than one thing, or a version)? */
export function isResourceWord(segment: string): boolean {
  return /^\p{L}[\p{L}_-]*$/u.test(segment) && !notResources.test(segment.toLowerCase());
}

/**
 * The kinds of things a request is about: the last word of its path, and the words right before it (`/users/login` is
 * about users too, `/orders/17/items` only about items).
 */
export function resourcesOfTarget(target: string): string[] {
  const segments = pathSegments(target).map(({ value }) => value);
  const last = segments.findLastIndex(isResourceWord);
  const found: string[] = [];
  for (let i = last; i >= 0 && isResourceWord(segments[i]!); i--) found.push(resourceName(segments[i]!));
  return found;
}
