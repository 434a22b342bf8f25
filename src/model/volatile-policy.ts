import { nameWords } from './identity.ts';
import type { TimeStretch, VolatileToken } from './volatile-class.ts';

/**
 * Clocks of client and recorder differ, and values are made some time before they are sent. As much as AWS and Kerberos
 * grant.
 */
export const clockSlackMs = 5 * 60_000;

export interface RecordedFacts {
  /** First to last moment of the recording. */
  readonly window: TimeStretch;
  /** An earlier response held it: then it says which thing is meant. */
  readonly isIssued: boolean;
  /** Name of the field that holds it. */
  readonly name?: string;
  /** Something else shows that the client makes it anew, such as other values in repetitions of one request. */
  readonly hasEvidence?: boolean;
}

/**
 * May a new value of the client stand for this recorded one? Only where the client made it up while the recording ran:
 * a value that a response issued chooses what is meant, a time outside the recording is a parameter ("orders of 2019").
 */
export function isRecordedFree(token: VolatileToken, facts: RecordedFacts): boolean {
  if (facts.isIssued) return false;
  switch (token.class) {
    case 'digest':
    case 'nanoid':
      // A digest of contents changes only with them, and 21 characters may be anything. Under the name of something
      // that is used once both are random.
      return facts.hasEvidence === true || isOneTimeName(facts.name);
    default:
      return isIncomingFresh(token, facts.window);
  }
}

/** Could the client have made this value during the run? What carries a time must carry one of the run. */
export function isIncomingFresh(token: VolatileToken, window: TimeStretch): boolean {
  switch (token.class) {
    case 'uuid':
      // Versions 3 and 5 are hashes of a name (RFC 9562 §5.3, §5.5): the same name gives the same again.
      if (/^v[35] /.test(token.form)) return false;
      return /^v[48] /.test(token.form) || isWithin(token, window);
    case 'ulid':
    case 'ksuid':
    case 'snowflake':
    case 'objectid':
    case 'timestamp':
      return isWithin(token, window);
    case 'jwt':
    case 'trace':
    case 'signature':
    case 'digest':
    case 'nanoid':
      return true;
    default:
      return token.class satisfies never;
  }
}

function isWithin({ at, otherAt = [] }: VolatileToken, window: TimeStretch): boolean {
  if (!at) return false;
  return [at, ...otherAt].some(
    ({ fromMs, toMs }) => fromMs <= window.toMs + clockSlackMs && toMs >= window.fromMs - clockSlackMs,
  );
}

/** Words for values that are used once, by themselves or as a part of a name: `csrf_token`, `X-Hub-Signature-256`. */
const oneTimeWords: ReadonlySet<string> = new Set([
  'nonce',
  'cnonce',
  'csrf',
  'xsrf',
  'signature',
  'hmac',
  'idempotency',
  'challenge',
  'verifier',
]);
/** The same where they end a name; elsewhere they mean other things (`state_code`). */
const oneTimeEndings: ReadonlySet<string> = new Set(['sig', 'sign', 'state', 'salt', 'jti', 'cachebuster']);
const requestIds: ReadonlySet<string> = new Set(['request', 'correlation', 'idempotency', 'trace', 'span']);

function isOneTimeName(name: string | undefined): boolean {
  if (name === undefined) return false;
  const words = nameWords(name);
  const last = words.at(-1) ?? '';
  if (words.some((word) => oneTimeWords.has(word)) || oneTimeEndings.has(last)) return true;
  return last === 'id' && requestIds.has(words.at(-2) ?? '');
}
