/**
 * Headers as they were on the wire: names and values alternating, in order, case kept, duplicates kept, values as
 * Latin-1 strings. This is the shape Node delivers (`rawHeaders`) and accepts (`writeHead`), so the hot paths never
 * convert. Parsed views are functions of it.
 */
export type RawHeaders = readonly string[];

export type HeaderPair = readonly [name: string, value: string];

/** Headers that concern one connection only (RFC 9110 §7.6.1), never passed on. */
const hopByHop: ReadonlySet<string> = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'proxy-authenticate',
  'proxy-authorization',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

export function toPairs(headers: RawHeaders): HeaderPair[] {
  const pairs: HeaderPair[] = [];
  for (let i = 0; i + 1 < headers.length; i += 2) pairs.push([headers[i]!, headers[i + 1]!]);
  return pairs;
}

export function fromPairs(pairs: Iterable<HeaderPair>): string[] {
  const flat: string[] = [];
  for (const [name, value] of pairs) flat.push(name, value);
  return flat;
}

/** All values of a header, in order. The name is compared without case. */
export function headerValues(headers: RawHeaders, name: string): string[] {
  const wanted = name.toLowerCase();
  const values: string[] = [];
  for (let i = 0; i + 1 < headers.length; i += 2) {
    const candidate = headers[i]!;
    if (candidate.length === wanted.length && candidate.toLowerCase() === wanted) values.push(headers[i + 1]!);
  }
  return values;
}

/** The first value of a header, or undefined. */
export function headerValue(headers: RawHeaders, name: string): string | undefined {
  const wanted = name.toLowerCase();
  for (let i = 0; i + 1 < headers.length; i += 2) {
    const candidate = headers[i]!;
    if (candidate.length === wanted.length && candidate.toLowerCase() === wanted) return headers[i + 1]!;
  }
  return undefined;
}

/** Headers without the connection's own: the fixed hop-by-hop set and whatever `Connection` names. */
export function withoutHopByHop(headers: RawHeaders): string[] {
  let named: Set<string> | undefined;
  for (const value of headerValues(headers, 'connection')) {
    for (const token of value.split(',')) (named ??= new Set()).add(token.trim().toLowerCase());
  }
  const kept: string[] = [];
  for (let i = 0; i + 1 < headers.length; i += 2) {
    const name = headers[i]!.toLowerCase();
    if (hopByHop.has(name) || named?.has(name)) continue;
    kept.push(headers[i]!, headers[i + 1]!);
  }
  return kept;
}

/** The same headers with every value of one header replaced, removed (`undefined`) or, if absent, appended. */
export function withHeader(headers: RawHeaders, name: string, value: string | undefined): string[] {
  const wanted = name.toLowerCase();
  const result: string[] = [];
  let placed = value === undefined;
  for (let i = 0; i + 1 < headers.length; i += 2) {
    if (headers[i]!.toLowerCase() !== wanted) {
      result.push(headers[i]!, headers[i + 1]!);
    } else if (!placed) {
      result.push(headers[i]!, value!);
      placed = true;
    }
  }
  if (!placed) result.push(name, value!);
  return result;
}
