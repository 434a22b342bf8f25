import type { FoundValue, TimeStretch, VolatileValue } from './volatile-class.ts';
import { parseTimestamp, type Timestamp } from './volatile.ts';

/** ISO 8601, its colons and plus perhaps percent-encoded, as in a query. */
const iso =
  /\d{4}-\d{2}-\d{2}(?:(?:[T ]|%20)\d{2}(?::|%3A)\d{2}(?:(?::|%3A)\d{2}(?:[.,]\d{1,9})?)?(?:Z|(?:[+-]|%2B)\d{2}(?::|%3A)?\d{2})?)?(?![\w-])/iy;
/** ISO 8601 without separators: `X-Amz-Date` and kin. */
const basic = /(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})(?:[.,](\d{1,9}))?(Z|[+-]\d{4})?(?![\w-])/y;
/** The three forms of RFC 9110 §5.6.7 and their variants have at most this many characters. */
const longestDate = 40;
const httpDate =
  /(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]{0,6}(?:, \d{1,2}[ -][A-Z][a-z]{2}[ -]\d{2,4} \d{2}:\d{2}:\d{2} (?:GMT|UTC|[+-]\d{4})| [A-Z][a-z]{2} [ \d]\d \d{2}:\d{2}:\d{2} \d{4})(?![\w-])/y;
/** The day in the credential scope of AWS Signature Version 4: `20240102/eu-west-1/s3/aws4_request`. */
const scope = /(\d{4})(\d{2})(\d{2})(?=(?:\/|%2F)[a-z0-9-]{1,40}(?:\/|%2F)[a-z0-9-]{1,40}(?:\/|%2F)aws4_request)/iy;

/** Cheap: may an ISO timestamp begin here? */
export function isoBeginsAt(text: string, at: number): boolean {
  const first = text.charCodeAt(at);
  if (first < 0x30 || first > 0x39) return false;
  return text.charCodeAt(at + 4) === 0x2d || text.charCodeAt(at + 8) === 0x54;
}

/** A timestamp that begins at this offset and stands free of what follows. */
export function timestampAt(text: string, at: number): FoundValue | undefined {
  const written = match(iso, text, at) ?? match(httpDate, text, at);
  if (written !== undefined) {
    if (written.length > longestDate + 8) return undefined;
    const timestamp = parseTimestamp(written.includes('%') ? decodeURIComponent(written) : written);
    return timestamp && { end: at + written.length, value: valueOf(timestamp) };
  }
  basic.lastIndex = at;
  const parts = basic.exec(text);
  if (!parts) return undefined;
  const [whole, year, month, day, hour, minute, second, fraction, zone = ''] = parts;
  const fine = fraction === undefined ? '' : `.${fraction}`;
  const timestamp = parseTimestamp(`${year}-${month}-${day}T${hour}:${minute}:${second}${fine}${zone}`);
  if (!timestamp) return undefined;
  return { end: at + whole.length, value: valueOf({ ...timestamp, form: `basic ${timestamp.form}` }) };
}

export function scopeDateAt(text: string, at: number): FoundValue | undefined {
  scope.lastIndex = at;
  const parts = scope.exec(text);
  if (!parts) return undefined;
  const timestamp = parseTimestamp(`${parts[1]}-${parts[2]}-${parts[3]}T00:00:00Z`);
  if (!timestamp) return undefined;
  // SigV4 counts days in UTC.
  const { fromMs } = timestamp;
  return { end: at + 8, value: { class: 'timestamp', form: 'scope date', at: { fromMs, toMs: fromMs + dayMs - 1 } } };
}

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

function valueOf({ fromMs, toMs, form, isLocal }: Timestamp): VolatileValue {
  // Zones reach from UTC+14 to UTC−12: a time without a zone, and a day, may be meant in any of them.
  const isAnyZone = isLocal === true || form === 'iso date';
  const at: TimeStretch = isAnyZone ? { fromMs: fromMs - 14 * hourMs, toMs: toMs + 12 * hourMs } : { fromMs, toMs };
  return { class: 'timestamp', form, at };
}

function match(pattern: RegExp, text: string, at: number): string | undefined {
  pattern.lastIndex = at;
  return pattern.exec(text)?.[0];
}
