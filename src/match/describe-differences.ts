import { cookieValues } from '../model/cookies.ts';
import { headerValues } from '../model/headers.ts';
import type { CompiledRule } from '../model/match-rule-set.ts';
import type { PartDifference } from '../model/miss-report.ts';
import { decodeComponent } from '../model/url-text.ts';
import { bodyDifferences } from './body-differences.ts';
import {
  type CanonicalBody,
  canonicalBody,
  type CanonicalPair,
  canonicalPairs,
  canonicalPath,
  type KeyedRequest,
  splitTarget,
} from './canonical-request.ts';
import { KeyMarks, prepareRules, shownMark } from './key-marks.ts';
import { isMarked, leftOut, type Mask } from './mask-set.ts';
import { pairDifferences } from './pair-differences.ts';
import { type DifferingValue, equalPart, partDifference } from './part-difference.ts';

export interface DescribedDifferences {
  readonly differences: readonly PartDifference[];
  /** Of the differences those that are single values. */
  readonly values: readonly DifferingValue[];
  /** 0 for requests of one key, 1 for requests that share nothing. */
  readonly distance: number;
}

/**
 * What each part weighs in the distance; together 1, but for headers, which only rules let count. The same path under another method or query is nearer than another
 * path, however similar; a query or body that differs a little is nearer than one that differs throughout.
 */
const weights = { path: 0.2, segments: 0.3, method: 0.25, query: 0.12, body: 0.08, target: 0.05, header: 0.02 };

/** What decides which values count. */
export interface Counting {
  /** Secrets; one at the same place of both requests counts as equal. */
  readonly masks: readonly Mask[];
  /** Match rules about the incoming request: what they leave out or let differ is no difference. */
  readonly rules?: readonly CompiledRule[];
}

/** In which parts an incoming request differs from a recorded one, in the terms of its key. */
export function describeDifferences(
  recorded: KeyedRequest,
  incoming: KeyedRequest,
  counting: Counting,
): DescribedDifferences {
  const before = readParts(recorded, counting);
  const after = readParts(incoming, counting);
  const ignored = prepareRules(counting.rules ?? []).ignored;
  const found: PartDifference[] = [];
  const values: DifferingValue[] = [];
  let distance = 0;

  if (before.targetName !== after.targetName && !ignored.has('authority')) {
    distance += weights.target;
    found.push(partDifference('target', '', { before: before.targetName, after: after.targetName }));
  }
  if (before.method !== after.method && !ignored.has('method')) {
    distance += weights.method;
    found.push(partDifference('method', '', { before: before.method, after: after.method }));
  }
  if (before.path !== after.path && !ignored.has('path')) {
    distance += weights.path + weights.segments * (1 - segmentSimilarity(before.path, after.path));
    found.push(partDifference('path', '', { before: plainPath(before.path), after: plainPath(after.path) }));
    values.push(...differingSegments(before.path, after.path));
  }
  const query = ignored.has('query') ? equalPart : pairDifferences('query', before.query, after.query);
  const headers = (['header', 'cookie'] as const).map((part) => pairDifferences(part, before[part], after[part]));
  const body = ignored.has('body') ? equalPart : bodyDifferences(before, after);
  distance += weights.query * query.share + weights.body * body.share;
  for (const { share } of headers) distance += weights.header * share;
  const parts = [query, ...headers, body];
  return {
    differences: [...found, ...parts.flatMap(({ differences }) => differences)],
    values: [...values, ...parts.flatMap((part) => part.values)],
    distance: Math.min(1, distance),
  };
}

interface Parts {
  readonly targetName: string;
  readonly method: string;
  readonly path: string;
  readonly query: readonly CanonicalPair[];
  readonly header: readonly CanonicalPair[];
  readonly cookie: readonly CanonicalPair[];
  readonly body: CanonicalBody;
  readonly marks: KeyMarks;
}

function readParts(request: KeyedRequest, { masks, rules = [] }: Counting): Parts {
  const marks = new KeyMarks(masks, rules);
  const { path, queryStart } = splitTarget(request.target);
  const named = (names: readonly string[], kind: 'header' | 'cookie', valuesOf: (name: string) => readonly string[]) =>
    names.flatMap((name) =>
      valuesOf(name).flatMap((value, i): CanonicalPair[] => {
        const mark = marks.take(kind === 'header' ? `header:${name}[${i}]` : `cookie:${name}`, value);
        return mark === leftOut ? [] : [[name, mark ?? encodeURIComponent(value)]];
      }),
    );
  return {
    targetName: request.targetName,
    method: request.method,
    path: canonicalPath(path, marks),
    query: canonicalPairs(request.target, queryStart, { kind: 'query', masks: marks }),
    header: named(marks.rules.headers, 'header', (name) => headerValues(request.headers, name)),
    cookie: named(marks.rules.cookies, 'cookie', (name) => cookieValues(request.headers, name)),
    body: canonicalBody(request, marks),
    marks,
  };
}

/** Segments in common from both ends, as a share of the longer path; a path of as many segments is nearer. */
function segmentSimilarity(before: string, after: string): number {
  const a = before.split('/').slice(1);
  const b = after.split('/').slice(1);
  const shorter = Math.min(a.length, b.length);
  let head = 0;
  while (head < shorter && a[head] === b[head]) head++;
  let tail = 0;
  while (tail < shorter - head && a.at(-1 - tail) === b.at(-1 - tail)) tail++;
  return (head + tail) / (Math.max(a.length, b.length) + Math.abs(a.length - b.length) / 2);
}

function plainPath(path: string): string {
  return path
    .split('/')
    .map((segment) => (isMarked(segment) ? shownMark(segment) : segment))
    .join('/');
}

/** Of paths of as many segments. */
function differingSegments(before: string, after: string): DifferingValue[] {
  const a = before.split('/').slice(1);
  const b = after.split('/').slice(1);
  if (a.length !== b.length) return [];
  return a.flatMap((segment, i) => {
    const other = b[i]!;
    if (segment === other || isMarked(segment) || isMarked(other)) return [];
    return [{ place: `path:${i}`, recorded: decodeComponent(segment), incoming: decodeComponent(other) }];
  });
}
