import { canonicalNumber } from '../model/json-value.ts';

/** A decimal number, exact: `digits` × 10^`exponent`. */
export interface Decimal {
  readonly digits: bigint;
  readonly exponent: number;
}

/** Numbers further apart in size than this many digits are never compared: their digits come from outside. */
const maxSpread = 1000;

/** A number as JSON writes it; undefined for other texts, and for more digits than anybody means. */
export function parseDecimal(text: string): Decimal | undefined {
  if (text.length > maxSpread || !/^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d{1,4})?$/.test(text)) return undefined;
  const [digits = '', exponent = '0'] = canonicalNumber(text).split('e');
  return { digits: BigInt(digits), exponent: Number(exponent) };
}

/** Is `|a − b| ≤ most`? Exact; false where the sizes are too far apart to be added. */
export function isWithin(a: Decimal, b: Decimal, most: Decimal): boolean {
  const exponents = [a, b, most].map(({ exponent }) => exponent);
  const least = Math.min(...exponents);
  if (Math.max(...exponents) - least > 2 * maxSpread) return false;
  const scaled = ({ digits, exponent }: Decimal): bigint => digits * 10n ** BigInt(exponent - least);
  const distance = scaled(a) - scaled(b);
  return (distance < 0n ? -distance : distance) <= scaled(most);
}

/** This many percent of a number's size. */
export function percentOf({ digits, exponent }: Decimal, percent: Decimal): Decimal {
  const size = digits < 0n ? -digits : digits;
  return { digits: size * percent.digits, exponent: exponent + percent.exponent - 2 };
}
