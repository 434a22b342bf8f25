/**
 * JSON (RFC 8259) read as values without loss. `JSON.parse` rounds large integers and drops the first of two equal keys
 * in silence; a comparison built on it would call different answers equal.
 */
export type JsonValue = null | boolean | number | string | ExactNumber | readonly JsonValue[] | JsonObject;
export interface JsonObject {
  readonly [key: string]: JsonValue;
}

/** A number that a double cannot hold exactly. */
export class ExactNumber {
  /** As it stood in the document. */
  readonly text: string;
  /** Sign, digits without outer zeros, power of ten: equal texts are equal values. */
  readonly canonical: string;

  constructor(text: string, canonical: string) {
    this.text = text;
    this.canonical = canonical;
  }
}

export function isJsonObject(value: JsonValue | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof ExactNumber);
}

export function isJsonArray(value: JsonValue | undefined): value is readonly JsonValue[] {
  return Array.isArray(value);
}

/** The text of a value: `JSON.stringify`, with exact numbers as they stood. */
export function jsonText(value: JsonValue): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value);
  if (value instanceof ExactNumber) return value.text;
  if (isJsonArray(value)) return `[${value.map(jsonText).join(',')}]`;
  const members = Object.keys(value).map((key) => `${JSON.stringify(key)}:${jsonText(value[key]!)}`);
  return `{${members.join(',')}}`;
}

/** A JSON number token as a double, or as an exact number where the double would be another value. */
export function jsonNumber(token: string): number | ExactNumber {
  const double = Number(token);
  // Up to 15 significant digits always survive (IEEE 754 binary64), exponents only inside its range.
  if (token.length <= 15 && !/[eE]/.test(token)) return double;
  const canonical = canonicalNumber(token);
  if (Number.isFinite(double) && canonicalNumber(String(double)) === canonical) return double;
  return new ExactNumber(token, canonical);
}

function canonicalNumber(token: string): string {
  const [, sign = '', whole = '', fraction = '', exponentText = '0'] =
    /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(token)!;
  const digits = `${whole}${fraction}`.replace(/^0+/, '');
  const significant = digits.replace(/0+$/, '');
  if (significant === '') return '0';
  // BigInt: an exponent is text from outside and may itself be beyond a double.
  const exponent = BigInt(exponentText) - BigInt(fraction.length) + BigInt(digits.length - significant.length);
  return `${sign}${significant}e${exponent}`;
}
