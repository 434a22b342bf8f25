/** An exchange's address, `cassette:session/position`, the same in commands, reports and URLs. */
export interface Address {
  readonly cassette: string;
  readonly session: string;
  readonly position: number;
}

export function formatAddress(address: Address): string {
  return `${address.cassette}:${address.session}/${address.position}`;
}

/** The address in a text, or undefined. The cassette may itself contain colons; session names contain neither `:` nor `/`. */
export function parseAddress(text: string): Address | undefined {
  const found = /^(.+):([^:/]+)\/(\d+)$/.exec(text);
  if (!found) return undefined;
  return { cassette: found[1]!, session: found[2]!, position: Number(found[3]) };
}

/** A session name that can stand in an address: letters, digits, `.`, `_`, `-`, 1 to 100 characters. */
export function isSessionName(text: string): boolean {
  return /^[\p{L}\p{N}._-]{1,100}$/u.test(text);
}

const draftMark = '~rewrite';

/** The name of a recording that is to take a session's place. No person can give it, so it is never mistaken for one. */
export function draftNameOf(session: string): string {
  return `${session}${draftMark}`;
}

/** A draft stands for nothing until it has taken its place: whoever wants the newest session does not mean it. */
export function isDraftName(session: string): boolean {
  return session.endsWith(draftMark);
}

/**
 * Which exchanges are meant inside one cassette: all, a session, one exchange, or a method and path pattern in which
 * `*` stands for any characters but `/` and `**` for any.
 */
export type Selector =
  | { readonly kind: 'all' }
  | { readonly kind: 'session'; readonly session: string }
  | { readonly kind: 'exchange'; readonly session: string; readonly position: number }
  | { readonly kind: 'pattern'; readonly method: string; readonly glob: string };

export function parseSelector(text: string | undefined): Selector | undefined {
  if (text === undefined || text === '') return { kind: 'all' };
  const pattern = /^([A-Za-z-]+|\*)\s+(\/.*)$/.exec(text);
  if (pattern) return { kind: 'pattern', method: pattern[1]!.toUpperCase(), glob: pattern[2]! };
  const afterCassette = parseAddress(text);
  if (afterCassette) return { kind: 'exchange', session: afterCassette.session, position: afterCassette.position };
  const short = /^([^:/]+)\/(\d+)$/.exec(text);
  if (short) return { kind: 'exchange', session: short[1]!, position: Number(short[2]) };
  if (/^\d+$/.test(text)) return undefined;
  const isName = isSessionName(isDraftName(text) ? text.slice(0, -draftMark.length) : text);
  return isName ? { kind: 'session', session: text } : undefined;
}

/** Does a path (query included) fit a glob? */
export function matchesGlob(path: string, glob: string): boolean {
  const pattern = glob.replace(/[.+?^${}()|[\]\\]|\*\*|\*/g, (token) => {
    if (token === '**') return '.*';
    if (token === '*') return '[^/]*';
    return `\\${token}`;
  });
  return new RegExp(`^${pattern}$`, 's').test(path);
}
