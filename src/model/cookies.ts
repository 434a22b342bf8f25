import { headerValues, type RawHeaders } from './headers.ts';

/** Values of a request's cookies of one name, in order, as sent (RFC 6265 §4.2.1). */
export function cookieValues(headers: RawHeaders, name: string): string[] {
  const values: string[] = [];
  for (const line of headerValues(headers, 'cookie')) {
    for (const pair of line.split(';')) {
      const equals = pair.indexOf('=');
      if (equals !== -1 && pair.slice(0, equals).trim() === name) values.push(pair.slice(equals + 1).trim());
    }
  }
  return values;
}
