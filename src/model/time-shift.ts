import { epochTimestamp, parseTimestamp } from './volatile.ts';
import type { TimeStretch } from './volatile-class.ts';

/** A whole text or number that says when. */
export interface WrittenTime {
  /** The moment; a stretch where the text is coarse or names no zone. */
  readonly at: TimeStretch;
  /** The first moment that it says, read as UTC where it names no zone. */
  readonly fromMs: number;
  /** Finer than a second. */
  readonly isFine: boolean;
  readonly isDay: boolean;
}

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

const basic = /^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})([.,]\d{1,9})?(Z|[+-]\d{4})?$/;

/** Reads a text that is one time and nothing else: ISO 8601, HTTP and cookie dates, digits since the epoch. */
export function readTime(text: string): WrittenTime | undefined {
  if (text.length < 10 || text.length > 40) return undefined;
  const parts = basic.exec(text);
  const read = parts
    ? parseTimestamp(
        `${parts[1]}-${parts[2]}-${parts[3]}T${parts[4]}:${parts[5]}:${parts[6]}${parts[7] ?? ''}${parts[8] ?? ''}`,
      )
    : (parseTimestamp(text) ?? epochTimestamp(text));
  if (!read) return undefined;
  const { fromMs, toMs, form, isLocal } = read;
  const isDay = form === 'iso date';
  // Zones reach from UTC+14 to UTC−12.
  const at = isLocal ? { fromMs: fromMs - 14 * hourMs, toMs: toMs + 12 * hourMs } : { fromMs, toMs };
  return { at, fromMs, isFine: toMs - fromMs < 999, isDay };
}

export interface TimeShift {
  /** Whole seconds, in milliseconds, so that all forms of one moment agree. */
  readonly shiftMs: number;
  /** When the answer with this time was given: a day alone moves as the day of that moment does. */
  readonly givenMs: number;
}

/** The same time later, in its own form, precision and zone; undefined for a text that is no time. */
export function shiftTime(text: string, { shiftMs, givenMs }: TimeShift): string | undefined {
  const read = readTime(text);
  if (!read) return undefined;
  if (read.isDay) {
    const days = Math.floor((givenMs + shiftMs) / dayMs) - Math.floor(givenMs / dayMs);
    return rewriteFields(text, days * dayMs);
  }
  if (/^\d/.test(text) && epochTimestamp(text)) return shiftEpoch(text, shiftMs);
  return /^\d/.test(text) ? rewriteFields(text, shiftMs) : rewriteDate(text, shiftMs);
}

function shiftEpoch(text: string, shiftMs: number): string {
  const point = text.indexOf('.');
  const whole = point === -1 ? text : text.slice(0, point);
  const unitsPerSecond = 10n ** BigInt(whole.length - 10);
  return `${BigInt(whole) + BigInt(shiftMs / 1000) * unitsPerSecond}${text.slice(whole.length)}`;
}

const isoFields = /^(\d{4})(-?)(\d{2})(-?)(\d{2})(?:([T ])(\d{2})(:?)(\d{2})(?:(:?)(\d{2}))?)?/;

/** Fields of the clock in their own zone: an offset stays what it was. */
function rewriteFields(text: string, shiftMs: number): string {
  const [whole, year, dash, month, dash2, day, separator, hour, colon, minute, colon2, second] = isoFields.exec(text)!;
  const at = Date.UTC(
    Number(year),
    Number(month) - 1,
    Number(day),
    Number(hour ?? 0),
    Number(minute ?? 0),
    Number(second ?? 0),
  );
  const later = new Date(at + shiftMs).toISOString();
  const date = `${later.slice(0, 4)}${dash}${later.slice(5, 7)}${dash2}${later.slice(8, 10)}`;
  const clock = separator === undefined ? '' : `${separator}${later.slice(11, 13)}${colon}${later.slice(14, 16)}`;
  const seconds = second === undefined ? '' : `${colon2}${later.slice(17, 19)}`;
  return `${date}${clock}${seconds}${text.slice(whole.length)}`;
}

const days = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];
const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** RFC 9110 §5.6.7 with its obsolete forms, cookies, mail. */
function rewriteDate(text: string, shiftMs: number): string {
  const imf = /^([A-Z][a-z]+), (\d{1,2})([ -])([A-Z][a-z]{2})[ -](\d{2,4}) (\d{2}:\d{2}:\d{2})(.*)$/.exec(text);
  const asctime = imf ? undefined : /^([A-Z][a-z]+) ([A-Z][a-z]{2}) ([ \d]\d) (\d{2}:\d{2}:\d{2}) (\d{4})$/.exec(text);
  const [name, day, monthName, year, clock] = imf
    ? [imf[1]!, imf[2]!, imf[4]!, imf[5]!, imf[6]!]
    : [asctime![1]!, asctime![3]!, asctime![2]!, asctime![5]!, asctime![4]!];
  const [hours, minutes, seconds] = clock.split(':').map(Number) as [number, number, number];
  const short = Number(year);
  const fullYear = year.length === 4 ? short : short + (short > 76 ? 1900 : 2000);
  const at = new Date(
    Date.UTC(fullYear, months.indexOf(monthName), Number(day.trim()), hours, minutes, seconds) + shiftMs,
  );
  const dayName = days[at.getUTCDay()]!;
  const newName = name.length === 3 ? dayName.slice(0, 3) : dayName;
  const newMonth = months[at.getUTCMonth()]!;
  const date = String(at.getUTCDate());
  const newYear = String(at.getUTCFullYear()).slice(-year.length);
  const newClock = at.toISOString().slice(11, 19);
  if (!imf) return `${newName} ${newMonth} ${date.padStart(2, ' ')} ${newClock} ${newYear}`;
  const separator = imf[3]!;
  return `${newName}, ${date.padStart(day.length, '0')}${separator}${newMonth}${separator}${newYear} ${newClock}${imf[7]!}`;
}
