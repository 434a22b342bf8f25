import { ExactNumber } from '../../model/json-value.ts';
import { isIdentityName } from '../../model/identity.ts';
import { epochTimestamp, parseTimestamp } from '../../model/volatile.ts';
import type { FieldName } from './claim.ts';
import type { Scalar } from './sample.ts';

/** A moment and how finely it was told, in ms. */
export interface Moment {
  readonly ms: number;
  readonly resolutionMs: number;
}

const dayMs = 86_400_000;

/** Numbers are taken for times only between 2017 and 2033, as elsewhere (model/volatile-ids.ts). */
const earliestMs = 1.5e12;
const latestMs = 2e12;

/** A value as a moment, in any notation. Days say too little, and identifiers may be as long as times. */
export function momentOf(value: Scalar | undefined, field: FieldName): Moment | undefined {
  const timestamp =
    typeof value === 'string' ? (parseTimestamp(value) ?? numericTime(value, field)) : numericTime(value, field);
  if (timestamp === undefined) return undefined;
  const resolutionMs = timestamp.toMs - timestamp.fromMs + 1;
  return resolutionMs >= dayMs ? undefined : { ms: timestamp.fromMs, resolutionMs };
}

function numericTime(value: Scalar | undefined, field: FieldName): ReturnType<typeof epochTimestamp> {
  const text = value instanceof ExactNumber ? value.canonical : value;
  if ((typeof text !== 'number' && typeof text !== 'string') || isIdentityName(lastName(field))) return undefined;
  const timestamp = epochTimestamp(text);
  return timestamp && timestamp.fromMs >= earliestMs && timestamp.fromMs <= latestMs ? timestamp : undefined;
}

/** The nearest name, which says what a field holds. */
export function lastName(field: FieldName): string {
  return /[^/ ]*$/.exec(field)![0];
}

/** One whole, in billionths: sums of money are exact in them, and what floats add behind the ninth place is cut. */
export const billion = 1_000_000_000n;

const decimal = /^(-?)(\d{1,18})(?:\.(\d+))?$/;

/** A number, or a text that is a decimal number, in billionths; undefined for what is none or too large to count. */
export function billionthsOf(value: Scalar | undefined): bigint | undefined {
  if (typeof value === 'number' && Number.isSafeInteger(value)) return BigInt(value) * billion;
  const text = typeof value === 'number' ? value.toFixed(12) : value instanceof ExactNumber ? value.text : value;
  if (typeof text !== 'string') return undefined;
  const [, sign, whole, fraction = ''] = decimal.exec(text) ?? [];
  if (whole === undefined) return undefined;
  // Rounded, since what a server adds up in doubles may lie just below: 0.30000000000000004, 0.7999999999999999.
  const tenths = BigInt(whole) * billion * 10n + BigInt(fraction.slice(0, 10).padEnd(10, '0'));
  const rounded = (tenths + 5n) / 10n;
  return sign === '-' ? -rounded : rounded;
}

/** Billionths as a person writes the number. */
export function decimalText(billionths: bigint): string {
  const sign = billionths < 0n ? '-' : '';
  const digits = (billionths < 0n ? -billionths : billionths).toString().padStart(10, '0');
  const fraction = digits.slice(-9).replace(/0+$/, '');
  return `${sign}${digits.slice(0, -9)}${fraction === '' ? '' : `.${fraction}`}`;
}

/** What two places that hold the same thing both say: a number in a path is text there. */
export function comparableText(value: Scalar | undefined): string | undefined {
  if (typeof value === 'string') return value;
  if (typeof value === 'number') return String(value);
  return value instanceof ExactNumber ? value.canonical : undefined;
}

/** `+ 3600 s`, `- 250 ms`. */
export function durationText(ms: number): string {
  const size = Math.abs(ms);
  return `${ms < 0 ? '-' : '+'} ${size % 1000 === 0 ? `${size / 1000} s` : `${size} ms`}`;
}
