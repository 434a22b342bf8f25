import { isDistinctive, lastWord } from '../model/identity.ts';
import { epochTimestamp, parseTimestamp } from '../model/volatile.ts';

/**
 * How much a value by itself says about where it comes from. `distinctive`: seen again, it is the same value. `weak`:
 * it could be there by accident, so names must speak. `none`: times, prices, flags, texts; never followed.
 */
export type ValueClass = 'distinctive' | 'weak' | 'none';

/** Longer values are documents, not tokens. */
const maxValueLength = 8192;
const maxWeakLength = 64;

export function classOf(value: string): ValueClass {
  if (value === '' || value.length > maxValueLength || /\s/.test(value)) return 'none';
  if (parseTimestamp(value) || epochTimestamp(value)) return 'none';
  if (/^[-+]?\d+[.,]\d+%?$/.test(value) || /^(?:true|false|null|none|undefined|0)$/i.test(value)) return 'none';
  if (isDistinctive(value)) return 'distinctive';
  return value.length <= maxWeakLength ? 'weak' : 'none';
}

/**
 * Could a distinctive value in a field that does not claim to hold an identifier be one? Names of models, regions and
 * versions (`iPhone15`, `us-east-1`) also have letters and digits; random ones have many of both, mixed.
 */
export function looksRandom(value: string): boolean {
  if (/^\d+$/.test(value)) return false;
  if (value.length >= 20) return true;
  const changes = value.match(/\d(?=[a-z])|[a-z](?=\d)/gi)?.length ?? 0;
  return value.length >= 8 && changes >= 3;
}

/** Endings of names under which a number is an identifier; `size`, `page`, `total` are none. */
const numberIdentity = /^(?:id|ids|uid|oid|pk|key|no|nr|number|ref|reference|code|cursor|ticket|self|token|session)$/;

export function isNumberIdentity(name: string): boolean {
  return numberIdentity.test(lastWord(name));
}
