/** Recognisers of values that change with every run, shared by all that decide. */

/** A moment as a text or number says it; coarse texts cover a stretch. Milliseconds since the epoch. */
export interface Timestamp {
  readonly fromMs: number;
  readonly toMs: number;
  /** How it is written; two timestamps of one field are comparable only when this agrees. */
  readonly form: string;
  /** It names no zone: it may be any place's time. Read as UTC here. */
  readonly isLocal?: true;
}

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const month = `(?:${months.join('|')})`;
const dayName = '(?:Mon|Tues?|Wed(?:nes)?|Thu(?:rs)?|Fri|Sat(?:ur)?|Sun)(?:day)?';
const time = String.raw`\d{2}:\d{2}:\d{2}`;

/** ISO 8601 and RFC 3339, then the three forms of RFC 9110 §5.6.7 with the variants of cookies and mail. */
const isoSource = String.raw`\d{4}-\d{2}-\d{2}(?:[T ]\d{2}:\d{2}(?::\d{2}(?:[.,]\d{1,9})?)?(?:Z|[+-]\d{2}:?\d{2})?)?`;
const httpSource = String.raw`${dayName}, \d{1,2}[ -]${month}[ -]\d{2}(?:\d{2})? ${time} (?:GMT|UTC|[+-]\d{4})|${dayName} ${month} [ \d]\d ${time} \d{4}`;

const iso = /^(\d{4}-\d{2}-\d{2})(?:([T ])(\d{2}:\d{2})(?::(\d{2})(?:[.,](\d{1,9}))?)?(Z|[+-]\d{2}:?\d{2})?)?$/;
const http = new RegExp(`^(?:${httpSource})$`);
const anyTimestamp = new RegExp(String.raw`(?<![\w-])(?:${isoSource}|${httpSource})(?![\w-])`, 'g');

const dayMs = 86_400_000;

/** A text that is one timestamp and nothing else. Without a zone it is read as UTC. */
export function parseTimestamp(text: string): Timestamp | undefined {
  if (text.length < 10 || text.length > 40) return undefined;
  const parts = iso.exec(text);
  if (parts) return isoTimestamp(parts);
  return http.test(text) ? httpTimestamp(text) : undefined;
}

function isoTimestamp(parts: RegExpExecArray): Timestamp | undefined {
  const [, date, separator, clock, seconds, fraction = '', zone = ''] = parts;
  if (clock === undefined) return moment(Date.parse(`${date}T00:00:00Z`), dayMs, 'iso date');
  const millis = fraction.padEnd(3, '0').slice(0, 3);
  const offset = zone === '' ? 'Z' : zone.replace(/(\d{2}):?(\d{2})$/, '$1:$2');
  const at = Date.parse(`${date}T${clock}:${seconds ?? '00'}.${millis}${offset}`);
  const spanMs = seconds === undefined ? 60_000 : fraction === '' ? 1000 : 1000 / 10 ** Math.min(3, fraction.length);
  // Servers that trim zeros write fractions of 1 to 3, or of 4 to 9 digits for one and the same field.
  const precision = fraction === '' ? '0' : fraction.length > 3 ? 'fine' : '3';
  const zoneForm = zone.replace(/[+-]/, '±').replaceAll(/\d/g, '0');
  const read = moment(at, spanMs, `iso${separator}${seconds === undefined ? 'minute' : precision}${zoneForm}`);
  return read && zone === '' ? { ...read, isLocal: true } : read;
}

function httpTimestamp(text: string): Timestamp | undefined {
  const found = /(\d{1,2})[ -]([A-Z][a-z]{2})[ -](\d{2,4}) (\d{2}:\d{2}:\d{2}) (\S+)$/.exec(text);
  if (found) {
    const [, day, name, yearText, clock, zone] = found;
    // RFC 9110 §5.6.7: a two-digit year that seems more than 50 years ahead means the past century.
    const year = yearText!.length === 4 ? Number(yearText) : Number(yearText) + (Number(yearText) > 76 ? 1900 : 2000);
    const offset = /^[+-]/.test(zone!) ? `${zone!.slice(0, 3)}:${zone!.slice(3)}` : 'Z';
    return calendar({ year, monthName: name!, day: day!, clock: `${clock}${offset}` }, text);
  }
  const asctime = /([A-Z][a-z]{2}) ([ \d]\d) (\d{2}:\d{2}:\d{2}) (\d{4})$/.exec(text)!;
  const [, monthName, day, clock, year] = asctime;
  return calendar({ year: Number(year), monthName: monthName!, day: day!.trim(), clock: `${clock}Z` }, text);
}

interface CalendarTime {
  readonly year: number;
  readonly monthName: string;
  readonly day: string;
  /** With its zone. */
  readonly clock: string;
}

function calendar({ year, monthName, day, clock }: CalendarTime, text: string): Timestamp | undefined {
  const monthNumber = String(months.indexOf(monthName) + 1).padStart(2, '0');
  const at = Date.parse(`${year}-${monthNumber}-${day.padStart(2, '0')}T${clock}`);
  return moment(at, 1000, text.replaceAll(/[A-Z][a-z]+/g, 'a').replaceAll(/\d+| \d/g, '0'));
}

function moment(fromMs: number, spanMs: number, form: string): Timestamp | undefined {
  return Number.isNaN(fromMs) ? undefined : { fromMs, toMs: fromMs + spanMs - 1, form };
}

/**
 * A number (or a text of digits) that may be a time since the epoch: seconds (with or without a fraction),
 * milliseconds, microseconds or nanoseconds between the years 2001 and 2286. Many other numbers are as large; only a
 * comparison with the clock tells.
 */
export function epochTimestamp(value: number | string): Timestamp | undefined {
  if (typeof value === 'string' && !/^\d{10}(?:\d{3}|\d{6}|\d{9}|\.\d{1,9})?$/.test(value)) return undefined;
  const number = Number(value);
  if (number >= 1e9 && number < 1e10) {
    return Number.isInteger(number)
      ? moment(number * 1000, 1000, 'epoch s')
      : moment(Math.floor(number * 1000), 1, 'epoch s.');
  }
  if (!Number.isInteger(number)) return undefined;
  if (number >= 1e12 && number < 1e13) return moment(number, 1, 'epoch ms');
  if (number >= 1e15 && number < 1e16) return moment(Math.floor(number / 1e3), 1, 'epoch us');
  if (number >= 1e18 && number < 1e19) return moment(Math.floor(number / 1e6), 1, 'epoch ns');
  return undefined;
}

/** Every timestamp standing free inside a text, in order, none overlapping. */
export function findTimestamps(
  text: string,
): { readonly start: number; readonly end: number; readonly timestamp: Timestamp }[] {
  const found: { start: number; end: number; timestamp: Timestamp }[] = [];
  for (const match of text.matchAll(anyTimestamp)) {
    const timestamp = parseTimestamp(match[0]);
    if (timestamp) found.push({ start: match.index, end: match.index + match[0].length, timestamp });
  }
  return found;
}
