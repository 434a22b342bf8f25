import { jsonLeaves } from './canonical-json.ts';
import {
  type CanonicalBody,
  canonicalBody,
  type CanonicalPair,
  canonicalPairs,
  canonicalPath,
  type KeyedRequest,
  splitTarget,
} from './canonical-request.ts';
import { xmlLeaves } from './canonical-xml.ts';
import { isMarked, markedText, type Mask, MaskSet } from './mask-set.ts';

/** One part in which an incoming request (or a message after a protocol switch) differs from a recorded one. */
export interface PartDifference {
  readonly part: 'method' | 'target' | 'path' | 'query' | 'form' | 'body' | 'message';
  /** Query or form name, JSON Pointer in a JSON body or message, else empty. */
  readonly name: string;
  /** Short text of each side's value, clipped; undefined on the side that has none. Secrets are `⟦NAME⟧`. */
  readonly recorded?: string;
  readonly incoming?: string;
  /** One line for a person: `query page: recorded "2", incoming "3"`. */
  readonly words: string;
}

export interface DescribedDifferences {
  readonly differences: readonly PartDifference[];
  /** 0 for requests of one key, 1 for requests that share nothing. */
  readonly distance: number;
}

/** More differing leaves of a body than this are counted, not listed. */
const maxBodyDifferences = 5;
const maxValueLength = 60;
/** JSON and XML larger than this is only said to differ: a miss must be answered at once. */
const maxComparedText = 256 * 1024;

/**
 * What each part weighs in the distance; together 1. The same path under another method or query is nearer than another
 * path, however similar; a query or body that differs a little is nearer than one that differs throughout.
 */
const weights = { path: 0.2, segments: 0.3, method: 0.25, query: 0.12, body: 0.08, target: 0.05 };

/**
 * In which parts an incoming request differs from a recorded one, in the terms of its key. `incomingMasks`: the secrets
 * found in the incoming request; a secret at the same place of the recorded one counts as equal.
 */
export function describeDifferences(
  recorded: KeyedRequest,
  incoming: KeyedRequest,
  incomingMasks: readonly Mask[],
): DescribedDifferences {
  const before = readParts(recorded, incomingMasks);
  const after = readParts(incoming, incomingMasks);
  const found: PartDifference[] = [];
  let distance = 0;

  if (before.targetName !== after.targetName) {
    distance += weights.target;
    found.push(difference('target', '', before.targetName, after.targetName));
  }
  if (before.method !== after.method) {
    distance += weights.method;
    found.push(difference('method', '', before.method, after.method));
  }
  if (before.path !== after.path) {
    distance += weights.path + weights.segments * (1 - segmentSimilarity(before.path, after.path));
    found.push(difference('path', '', plainPath(before.path), plainPath(after.path)));
  }
  const query = pairDifferences('query', before.query, after.query);
  const body = bodyDifferences(before, after);
  distance += weights.query * query.share + weights.body * body.share;
  return { differences: [...found, ...query.differences, ...body.differences], distance: Math.min(1, distance) };
}

interface Parts {
  readonly targetName: string;
  readonly method: string;
  readonly path: string;
  readonly query: readonly CanonicalPair[];
  readonly body: CanonicalBody;
  readonly masks: MaskSet;
}

function readParts(request: KeyedRequest, list: readonly Mask[]): Parts {
  const masks = new MaskSet(list);
  const { path, queryStart } = splitTarget(request.target);
  return {
    targetName: request.targetName,
    method: request.method,
    path: canonicalPath(path, masks),
    query: canonicalPairs(request.target, queryStart, { kind: 'query', masks }),
    body: canonicalBody(request, masks),
    masks,
  };
}

interface Differing {
  readonly differences: PartDifference[];
  /** Which share of the part differs, 0 to 1. */
  readonly share: number;
}

const equal: Differing = { differences: [], share: 0 };

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
    .map((segment) => (isMarked(segment) ? markedText(segment) : segment))
    .join('/');
}

function pairDifferences(
  part: 'query' | 'form',
  before: readonly CanonicalPair[],
  after: readonly CanonicalPair[],
): Differing {
  const recorded = Map.groupBy(before, ([name]) => name);
  const incoming = Map.groupBy(after, ([name]) => name);
  const names = new Set([...recorded.keys(), ...incoming.keys()]);
  const differences: PartDifference[] = [];
  for (const name of names) {
    const a = recorded.get(name);
    const b = incoming.get(name);
    if (isSamePairs(a, b)) continue;
    differences.push(difference(part, plainComponent(name), a && plainValues(a), b && plainValues(b)));
  }
  return { differences, share: names.size === 0 ? 0 : differences.length / names.size };
}

function isSamePairs(a: readonly CanonicalPair[] | undefined, b: readonly CanonicalPair[] | undefined): boolean {
  return a?.length === b?.length && (a ?? []).every((pair, i) => pair[1] === b?.[i]?.[1]);
}

function plainValues(pairs: readonly CanonicalPair[]): string {
  return pairs.map(([, value]) => (value === undefined ? 'no value' : plainValue(value))).join(', ');
}

function plainValue(value: string): string {
  return isMarked(value) ? markedText(value) : JSON.stringify(plainComponent(value));
}

function plainComponent(component: string): string {
  try {
    return decodeURIComponent(component);
  } catch {
    return component;
  }
}

function bodyDifferences(before: Parts, after: Parts): Differing {
  const a = before.body;
  const b = after.body;
  if (a.kind === 'form' && b.kind === 'form') return pairDifferences('form', a.pairs, b.pairs);
  if (a.kind === 'json' && b.kind === 'json' && a.text.length <= maxComparedText && b.text.length <= maxComparedText) {
    return leafDifferences(jsonLeaves(a.text, a.root, before.masks), jsonLeaves(b.text, b.root, after.masks));
  }
  if (a.kind === 'xml' && b.kind === 'xml' && Math.max(a.document.sizeBytes, b.document.sizeBytes) <= maxComparedText) {
    return leafDifferences(xmlLeaves(a.document, before.masks), xmlLeaves(b.document, after.masks));
  }
  if (a.kind === 'none' && b.kind === 'none') return equal;
  if (a.kind === 'json' && b.kind === 'json' && a.text === b.text) return equal;
  if (a.kind === 'bytes' && b.kind === 'bytes') {
    if (a.sha256 === b.sha256) return equal;
    if (a.sizeBytes === b.sizeBytes) {
      const words = `body: both have ${a.sizeBytes} bytes, but not the same`;
      return { differences: [{ ...difference('body', '', sizeOf(a), sizeOf(b)), words }], share: 1 };
    }
  }
  return { differences: [difference('body', '', sizeOf(a), sizeOf(b))], share: 1 };
}

function sizeOf(body: CanonicalBody): string | undefined {
  switch (body.kind) {
    case 'none':
      return undefined;
    case 'json':
      return `JSON of ${body.text.length} characters`;
    case 'form':
      return `a form of ${body.pairs.length} fields`;
    case 'xml':
      return `XML of ${body.document.sizeBytes} bytes`;
    case 'bytes':
      return `${body.sizeBytes} bytes`;
    default:
      return body satisfies never;
  }
}

function leafDifferences(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): Differing {
  const differences: PartDifference[] = [];
  const pointers = new Set([...before.keys(), ...after.keys()]);
  let count = 0;
  for (const pointer of pointers) {
    const a = before.get(pointer);
    const b = after.get(pointer);
    if (a === b) continue;
    count++;
    if (count > maxBodyDifferences) continue;
    differences.push(difference('body', pointer, a && plainLeaf(a), b && plainLeaf(b)));
  }
  if (count > maxBodyDifferences) {
    const rest = count - maxBodyDifferences;
    differences.push({
      part: 'body',
      name: '',
      words: `body: ${rest} more ${rest === 1 ? 'value differs' : 'values differ'}`,
    });
  }
  return { differences, share: pointers.size === 0 ? 0 : count / pointers.size };
}

function plainLeaf(leaf: string): string {
  return isMarked(leaf) ? markedText(leaf) : leaf;
}

function difference(
  part: PartDifference['part'],
  name: string,
  before: string | undefined,
  after: string | undefined,
): PartDifference {
  const recorded = before === undefined ? undefined : clip(before);
  const incoming = after === undefined ? undefined : clip(after);
  const where = name === '' ? part : `${part} ${name}`;
  const values = [
    recorded === undefined ? 'not recorded' : `recorded ${recorded}`,
    incoming === undefined ? 'not in this request' : `incoming ${incoming}`,
  ];
  return {
    part,
    name,
    ...(recorded === undefined ? {} : { recorded }),
    ...(incoming === undefined ? {} : { incoming }),
    words: `${where}: ${values.join(', ')}`,
  };
}

function clip(text: string): string {
  return text.length <= maxValueLength ? text : `${text.slice(0, maxValueLength - 1)}…`;
}
