import type { CanonicalPair } from './canonical-request.ts';
import { shownMark } from './key-marks.ts';
import { isMarked } from './mask-set.ts';
import { type Differing, type DifferingValue, partDifference } from './part-difference.ts';
import type { PartDifference } from '../model/miss-report.ts';

/** In which names two lists of pairs differ. */
export function pairDifferences(
  part: 'query' | 'form' | 'header' | 'cookie',
  before: readonly CanonicalPair[],
  after: readonly CanonicalPair[],
): Differing {
  const recorded = Map.groupBy(before, ([name]) => name);
  const incoming = Map.groupBy(after, ([name]) => name);
  const names = new Set([...recorded.keys(), ...incoming.keys()]);
  const differences: PartDifference[] = [];
  const values: DifferingValue[] = [];
  for (const name of names) {
    const a = recorded.get(name);
    const b = incoming.get(name);
    if (isSamePairs(a, b)) continue;
    const plain = plainComponent(name);
    differences.push(partDifference(part, plain, { before: a && plainValues(a), after: b && plainValues(b) }));
    const place = part === 'cookie' ? `cookie:${plain}` : `${part}:${plain}[0]`;
    const value = differingValue(place, [a, b]);
    if (value) values.push(value);
  }
  return { differences, values, share: names.size === 0 ? 0 : differences.length / names.size };
}

/** Where a name stands once, on both sides or on one, and is no secret. */
function differingValue(
  place: string,
  [a, b]: readonly [readonly CanonicalPair[] | undefined, readonly CanonicalPair[] | undefined],
): DifferingValue | undefined {
  const isPlain = (pairs: readonly CanonicalPair[] | undefined): boolean =>
    pairs === undefined || (pairs.length === 1 && !isMarked(pairs[0]![1] ?? ''));
  if (!isPlain(a) || !isPlain(b)) return undefined;
  const text = (pairs: readonly CanonicalPair[]): string => plainComponent(pairs[0]![1] ?? '');
  return { place, ...(a ? { recorded: text(a) } : {}), ...(b ? { incoming: text(b) } : {}) };
}

function isSamePairs(a: readonly CanonicalPair[] | undefined, b: readonly CanonicalPair[] | undefined): boolean {
  return a?.length === b?.length && (a ?? []).every((pair, i) => pair[1] === b?.[i]?.[1]);
}

function plainValues(pairs: readonly CanonicalPair[]): string {
  return pairs.map(([, value]) => (value === undefined ? 'no value' : plainValue(value))).join(', ');
}

function plainValue(value: string): string {
  return isMarked(value) ? shownMark(value) : JSON.stringify(plainComponent(value));
}

function plainComponent(component: string): string {
  try {
    return decodeURIComponent(component);
  } catch {
    return component;
  }
}
