import { hash } from 'node:crypto';
import type { RawHeaders } from '../model/headers.ts';
import { isJwt } from '../model/jwt.ts';
import { ExactNumber, isJsonObject, jsonText, parseJsonValue } from '../model/json-value.ts';
import { editHeaders } from '../redact/header-secrets.ts';
import { headerRule } from '../redact/secret-names.ts';

/** Something in a request that says who asks. */
export interface Credential {
  /** `authorization`, another header's name, or `cookie NAME`. */
  readonly place: string;
  /** Hash of whom it stands for. */
  readonly id: string;
  /** The same in a recording whose secrets were replaced under the project's key; only where that key is at hand. */
  readonly alias?: string;
  /** It holds a name, which stays the same when the credential is issued anew. */
  readonly named: boolean;
}

/** Cookies that a login sets, by lower-case name. Others are kept by everyone alike, or change with every answer. */
const sessionCookie =
  /(?:^|[^a-z])(?:sid|sess|session|auth|jwt)(?:[^a-z]|$)|sess(?:ion)?_?(?:id|key|token)$|(?:^|[^a-z])(?:access|auth|session|login|user|id|api)?[-_.]?token$|aspxauth|aspnetcore\.(?:cookies|identity)/;
const plainCookie = /csrf|xsrf|antiforgery/;

/**
 * Who asks, from headers: each credential on its own, since an application's key and a user's session come side by side.
 * `pseudonym`: stand-in for a secret in recordings.
 */
export function credentialsOf(headers: RawHeaders, pseudonym?: (value: string) => string): readonly Credential[] {
  const found = identitiesOf(headers);
  if (found.length === 0) return none;
  const stands = pseudonym && identitiesOf(editHeaders(headers, ({ value }) => pseudonym(value)));
  return found.map(({ place, who, named }, i) => {
    const stand = stands?.[i];
    const id = hashOf(place, who);
    const alias = stand?.place === place ? hashOf(place, stand.who) : id;
    return { place, id, named, ...(alias === id ? {} : { alias }) };
  });
}

const none: readonly Credential[] = [];

interface Identity {
  readonly place: string;
  readonly who: string;
  readonly named: boolean;
}

function identitiesOf(headers: RawHeaders): Identity[] {
  const found: Identity[] = [];
  for (let i = 0; i + 1 < headers.length; i += 2) {
    const place = headers[i]!.toLowerCase();
    const rule = place === 'proxy-authorization' ? undefined : headerRule(place);
    const value = headers[i + 1]!.trim();
    if (rule === undefined || value === '') continue;
    switch (rule) {
      case 'credentials':
        found.push({ place, ...holderOf(value) });
        break;
      case 'secret':
        found.push({ place, ...tokenHolder(value) });
        break;
      case 'cookie':
        found.push(...cookieIdentities(value));
        break;
      case 'set-cookie':
      case 'url':
        break;
      default:
        rule satisfies never;
    }
  }
  return found;
}

function cookieIdentities(value: string): Identity[] {
  return value.split(';').flatMap((pair) => {
    const equals = pair.indexOf('=');
    const name = pair.slice(0, Math.max(equals, 0)).trim();
    const lower = name.toLowerCase();
    const held = pair.slice(equals + 1).trim();
    if (equals < 1 || held === '' || !sessionCookie.test(lower) || plainCookie.test(lower)) return [];
    return [{ place: `cookie ${name}`, ...tokenHolder(held.replace(/^"|"$/g, '')) }];
  });
}

type Holder = Omit<Identity, 'place'>;

/** Parameters of a signed request that name the key it is signed with (AWS Signature V4, HTTP Signatures, Hawk, OAuth 1, Digest). */
const keyName = /(?:^|[\s,])(?:credential|keyid|id|oauth_token|access_?key(?:_?id)?|username)="?([^",\s/]+)/i;

/** Of `Authorization` and its kin: `Scheme credentials` (RFC 9110 §11.4), or a bare token. */
function holderOf(value: string): Holder {
  const [, scheme = '', rest = value] = /^([A-Za-z][\w-]*)\s+(\S[^]*)$/.exec(value) ?? [];
  switch (scheme.toLowerCase()) {
    case 'basic': {
      const [user = ''] = Buffer.from(rest, 'base64').toString('latin1').split(':', 1);
      return user === '' ? { who: value, named: false } : { who: `basic ${user}`, named: true };
    }
    case '':
    case 'bearer':
    case 'token':
      return tokenHolder(rest);
    default: {
      const key = keyName.exec(rest)?.[1] ?? /^([^\s:=,"]+):[^\s,]+$/.exec(rest)?.[1];
      return key === undefined ? tokenHolder(rest) : { who: `key ${key}`, named: true };
    }
  }
}

/** A signed token says whom it was issued for, by whom; it may be minted anew for every request. */
function tokenHolder(token: string): Holder {
  if (isJwt(token)) {
    const claims = parseJsonValue(Buffer.from(token.split('.')[1]!, 'base64url').toString('utf8'));
    if (claims.ok && isJsonObject(claims.value)) {
      const { iss, sub, client_id: client, email } = claims.value;
      const holder = [sub, client, email].find((claim) => typeof claim === 'string' || claim instanceof ExactNumber);
      if (holder !== undefined) return { who: `jwt ${jsonText([iss ?? null, holder])}`, named: true };
    }
  }
  return { who: `token ${token}`, named: false };
}

function hashOf(place: string, who: string): string {
  return hash('sha256', `credential\n${place}\n${who}`, 'base64url').slice(0, 22);
}
