import type { RawHeaders } from '../model/headers.ts';
import { toPairs } from '../model/headers.ts';
import type { Difference, DifferencePart } from '../model/verdict.ts';
import { mediaType } from '../model/content-shape.ts';
import type { Comparison } from './comparison.ts';
import { clipPair, clip, DifferenceList } from './difference-list.ts';
import type { Explanation } from './explain.ts';
import { compareSetCookies, setCookieFields } from './compare-set-cookies.ts';
import { grpcStatusSeverity } from './grpc-status.ts';
import { headerParts, type HeaderParts } from './header-parts.ts';

/** Of the connection or of one passage through the infrastructure: neither value nor presence says anything. */
const ignored = new Set([
  'date',
  'age',
  'traceparent',
  'tracestate',
  'server-timing',
  'cf-ray',
  'x-runtime',
  'via',
  'connection',
  'keep-alive',
  'transfer-encoding',
]);

/** The value is new with every answer, but clients may rely on there being one. */
const ignoredValue = new Set(['etag', 'x-request-id', 'x-correlation-id', 'sec-websocket-accept']);

/** Do values of this header say anything? */
export function isJudgedHeader(name: string): boolean {
  return !ignored.has(name) && !ignoredValue.has(name);
}

/** Their order counts. */
const lists = new Set(['content-encoding']);

export interface HeaderContext extends Comparison {
  readonly part: Extract<DifferencePart, 'header' | 'trailer'>;
  /** Are the bodies different in any way? Then a different length says nothing new. */
  readonly bodiesDiffer: boolean;
}

/**
 * Differences of two header lists by meaning: names without case, order of names without meaning. Headers made of pieces
 * are compared piece by piece, under paths such as `cache-control;max-age`, `vary;origin`, `link;next`.
 */
export function compareHeaders(baseline: RawHeaders, fresh: RawHeaders, context: HeaderContext): Difference[] {
  const differences = new DifferenceList(context.part, context.rulings);
  const before = byName(baseline);
  const after = byName(fresh);
  for (const name of new Set([...before.keys(), ...after.keys()])) {
    const first = before.get(name);
    const second = after.get(name);
    if (name === 'set-cookie')
      compareSetCookies(first ?? [], second ?? [], { explainer: context.explainer, differences });
    else compareHeader({ name, first, second, context, differences });
  }
  return differences.list();
}

/** What of headers is compared with others: by the paths that differences have, each with its value. */
export function comparedHeaders(headers: RawHeaders): readonly (readonly [path: string, value: string])[] {
  return [...byName(headers)].flatMap(([name, values]) => {
    if (name === 'set-cookie') return setCookieFields(values);
    return ignored.has(name) ? [] : [[name, values.join(', ')] as const];
  });
}

interface HeaderPair {
  readonly name: string;
  readonly first: readonly string[] | undefined;
  readonly second: readonly string[] | undefined;
  readonly context: HeaderContext;
  readonly differences: DifferenceList;
}

function compareHeader({ name, first, second, context, differences }: HeaderPair): void {
  if (first !== undefined && second !== undefined && sameValues(name, first, second)) return;
  const before = first?.join(', ');
  const after = second?.join(', ');
  if (before === undefined || after === undefined) {
    const isIgnored = ignored.has(name) || name === 'content-length';
    const fate = before === undefined ? 'added' : 'removed';
    const severity = fate === 'added' ? 'added' : 'broken';
    differences.add(
      {
        path: name,
        kind: fate,
        ...(before === undefined ? { after: clip(after!) } : { before: clip(before) }),
        ...(isIgnored
          ? byDefault
          : { severity: name === 'grpc-status' ? grpcStatusSeverity(before, after) : severity }),
      },
      before === undefined ? { after: after! } : { before },
    );
    return;
  }
  const [clippedBefore, clippedAfter] = clipPair(before, after);
  const texts = { path: name, kind: 'changed', before: clippedBefore, after: clippedAfter } as const;
  const parts = headerParts(name, first!);
  if (name === 'etag' && isWeak(before) !== isWeak(after)) {
    differences.add({ ...texts, path: 'etag;weak', severity: 'changed' }, { before, after });
  } else if (ignored.has(name) || ignoredValue.has(name) || (name === 'content-length' && context.bodiesDiffer)) {
    differences.add({ ...texts, ...byDefault });
  } else if (name === 'content-type' && mediaType(['content-type', before]) !== mediaType(['content-type', after])) {
    differences.add({ ...texts, kind: 'type', severity: 'broken' }, { before, after });
  } else if (name === 'grpc-status') {
    differences.add({ ...texts, severity: grpcStatusSeverity(before, after) }, { before, after });
  } else if (parts) {
    compareParts(name, [parts, headerParts(name, second!)!], {
      explainer: context.explainer,
      differences,
      whole: { before, after },
    });
  } else {
    differences.add({ ...texts, ...explainValues({ name, first, second, context, differences }) }, { before, after });
  }
}

interface PartsJudge {
  readonly explainer: Comparison['explainer'];
  readonly differences: DifferenceList;
  /** The values of the whole header, which rules speak of. */
  readonly whole: { readonly before: string; readonly after: string };
}

function compareParts(
  header: string,
  [before, after]: readonly [HeaderParts, HeaderParts],
  { explainer, differences, whole }: PartsJudge,
): void {
  for (const name of new Set([...before.parts.keys(), ...after.parts.keys()])) {
    const first = before.parts.get(name);
    const second = after.parts.get(name);
    if (first === second) continue;
    const path = `${header};${name}`;
    if (first === undefined) {
      const severity = before.kind === 'offer' ? 'added' : 'changed';
      differences.add({ path, kind: 'added', severity, after: clip(second! || name) }, whole);
    } else if (second === undefined) {
      differences.add({ path, kind: 'removed', severity: 'broken', before: clip(first || name) }, whole);
    } else {
      const [clippedBefore, clippedAfter] = clipPair(first, second);
      const explanation = path === 'content-type;boundary' ? byDefault : explainer.text(first, second, [name]);
      differences.add({ path, kind: 'changed', before: clippedBefore, after: clippedAfter, ...explanation }, whole);
    }
  }
}

/** RFC 9110 §8.8.1: a weak one does not promise equal bytes. */
function isWeak(tag: string): boolean {
  return tag.startsWith('W/');
}

const byDefault = { severity: 'equivalent', rule: 'default-header' } as const;

function explainValues({ name, first = [], second = [], context }: HeaderPair): Explanation {
  if (first.length !== second.length) return { severity: 'changed' };
  let found: Explanation = { severity: 'changed' };
  for (const [index, value] of first.entries()) {
    if (value === second[index]) continue;
    const explanation = context.explainer.text(value, second[index]!, [name]);
    if (explanation.severity === 'changed') return explanation;
    if (found.severity === 'changed') found = explanation;
  }
  return found;
}

function sameValues(name: string, before: readonly string[], after: readonly string[]): boolean {
  const first = canonicalValues(name, before);
  const second = canonicalValues(name, after);
  return first.length === second.length && first.every((value, index) => value === second[index]);
}

function canonicalValues(name: string, values: readonly string[]): readonly string[] {
  if (lists.has(name)) return values.flatMap((value) => value.split(',')).map((value) => value.trim());
  return values;
}

function byName(headers: RawHeaders): Map<string, string[]> {
  const values = new Map<string, string[]>();
  for (const [name, value] of toPairs(headers)) {
    const key = name.toLowerCase();
    const known = values.get(key);
    if (known) known.push(value.trim());
    else values.set(key, [value.trim()]);
  }
  return values;
}
