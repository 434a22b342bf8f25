import { type PlaceMessage, readPlace, writePlace } from '../model/place-access.ts';

/** A redacted value of a request and the secret that belongs there. */
export interface SecretUse {
  readonly position: number;
  /** See model/place.ts. */
  readonly place: string;
  readonly pseudonym: string;
  readonly value: string;
}

/** The request with secrets in place of their pseudonyms; Basic credentials (RFC 7617) are encoded again. */
export function fillSecrets<M extends PlaceMessage>(request: M, uses: readonly SecretUse[]): M {
  let filled = request;
  for (const { place, pseudonym, value } of uses) {
    const recorded = readPlace(filled, place);
    if (recorded !== undefined) filled = writePlace(filled, place, withSecret(recorded, pseudonym, value));
  }
  return filled;
}

function withSecret(text: string, pseudonym: string, value: string): string {
  const basic = /^(\s*basic\s+)(\S+)\s*$/i.exec(text);
  if (basic) {
    const credentials = Buffer.from(basic[2]!, 'base64').toString('utf8');
    return basic[1]! + Buffer.from(replaceOnce(credentials, pseudonym, value)).toString('base64');
  }
  if (text.includes(pseudonym)) return replaceOnce(text, pseudonym, value);
  return replaceOnce(text, encodeURIComponent(pseudonym), encodeURIComponent(value));
}

/** `String.replace` would read `$&` in a secret as a pattern. */
function replaceOnce(text: string, from: string, to: string): string {
  const at = text.indexOf(from);
  return at === -1 ? text : text.slice(0, at) + to + text.slice(at + from.length);
}
