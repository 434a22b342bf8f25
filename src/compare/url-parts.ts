import { pathSegments, queryParameters } from '../model/url-text.ts';
import { pathBehind, type ValuePath } from './renames.ts';

/** Two values at the same place of two URLs. */
export interface UrlPartPair {
  /** `pathBehind` the segment before, the name for a parameter. */
  readonly path: ValuePath;
  readonly before: string;
  readonly after: string;
}

const absolute = /^[a-z][a-z0-9+.-]{1,20}:\/\/[^\s/?#]+/i;
const url = /^(?:[a-z][a-z0-9+.-]{1,20}:\/\/[^\s/?#]+|\/)[^\s<>"{}|\\^`]*$/i;

/** The places at which two URLs (or paths) of one structure differ, decoded; undefined when they are none. */
export function differingUrlParts(before: string, after: string): readonly UrlPartPair[] | undefined {
  if (!url.test(before) || !url.test(after)) return undefined;
  const first = partsOf(before);
  const second = partsOf(after);
  if (first.length !== second.length) return undefined;
  const differing: UrlPartPair[] = [];
  for (const [index, part] of first.entries()) {
    const other = second[index]!;
    if (part.key !== other.key) return undefined;
    if (part.text === other.text) continue;
    // One value in two spellings is another URL.
    if (part.value === other.value) return undefined;
    differing.push({ path: part.path, before: part.value, after: other.value });
  }
  return differing;
}

interface Part {
  /** What kind of part it is: those of both URLs must agree in order. */
  readonly key: string;
  readonly path: ValuePath;
  /** As written, and decoded. */
  readonly text: string;
  readonly value: string;
}

function partsOf(text: string): readonly Part[] {
  const origin = absolute.exec(text)?.[0] ?? '';
  const mark = text.indexOf('#');
  const whole = mark === -1 ? text : text.slice(0, mark);
  const parts: Part[] = [{ key: 'origin', path: ['origin'], text: origin.toLowerCase(), value: origin.toLowerCase() }];
  let previous = '';
  for (const { value, span } of pathSegments(whole)) {
    parts.push({ key: 'segment', path: pathBehind(previous), text: whole.slice(span.start, span.end), value });
    previous = value;
  }
  for (const { name, value, span } of queryParameters(whole)) {
    parts.push({ key: `?${name}`, path: [name], text: whole.slice(span.start, span.end), value });
  }
  if (mark !== -1) parts.push({ key: '#', path: ['fragment'], text: text.slice(mark), value: text.slice(mark + 1) });
  return parts;
}
