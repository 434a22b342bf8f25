import type { PartDifference } from '../model/miss-report.ts';
import { jsonLeaves } from './canonical-json.ts';
import type { CanonicalBody } from './canonical-request.ts';
import { xmlLeaves } from './canonical-xml.ts';
import { type KeyMarks, shownMark } from './key-marks.ts';
import { isMarked } from './mask-set.ts';
import { pairDifferences } from './pair-differences.ts';
import { type Differing, type DifferingValue, equalPart, partDifference } from './part-difference.ts';

/** A body with what decides which of its values count. */
export interface BodyParts {
  readonly body: CanonicalBody;
  readonly marks: KeyMarks;
}

/** More differing leaves of a body than this are counted, not listed. */
const maxBodyDifferences = 5;
/** JSON and XML larger than this is only said to differ: a miss must be answered at once. */
const maxComparedText = 256 * 1024;

/** Leaf by leaf where both bodies are read in one way, else as a whole. */
export function bodyDifferences(before: BodyParts, after: BodyParts): Differing {
  const a = before.body;
  const b = after.body;
  if (a.kind === 'form' && b.kind === 'form') return pairDifferences('form', a.pairs, b.pairs);
  if (a.kind === 'json' && b.kind === 'json' && a.text.length <= maxComparedText && b.text.length <= maxComparedText) {
    return leafDifferences('json', jsonLeaves(a.text, a.root, before.marks), jsonLeaves(b.text, b.root, after.marks));
  }
  if (a.kind === 'xml' && b.kind === 'xml' && Math.max(a.document.sizeBytes, b.document.sizeBytes) <= maxComparedText) {
    return leafDifferences('xml', xmlLeaves(a.document, before.marks), xmlLeaves(b.document, after.marks));
  }
  if (a.kind === 'none' && b.kind === 'none') return equalPart;
  if (a.kind === 'json' && b.kind === 'json' && a.text === b.text) return equalPart;
  const whole: Differing = {
    differences: [partDifference('body', '', { before: sizeOf(a), after: sizeOf(b) })],
    values: [],
    share: 1,
  };
  if (a.kind === 'bytes' && b.kind === 'bytes') {
    if (a.sha256 === b.sha256) return equalPart;
    if (a.sizeBytes === b.sizeBytes) {
      const words = `body: both have ${a.sizeBytes} bytes, but not the same`;
      return { ...whole, differences: [{ ...whole.differences[0]!, words }] };
    }
  }
  return whole;
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

function leafDifferences(
  kind: 'json' | 'xml',
  before: ReadonlyMap<string, string>,
  after: ReadonlyMap<string, string>,
): Differing {
  const differences: PartDifference[] = [];
  const values: DifferingValue[] = [];
  const pointers = new Set([...before.keys(), ...after.keys()]);
  let count = 0;
  for (const pointer of pointers) {
    const a = before.get(pointer);
    const b = after.get(pointer);
    if (a === b) continue;
    count++;
    if (count > maxBodyDifferences) continue;
    differences.push(partDifference('body', pointer, { before: a && plainLeaf(a), after: b && plainLeaf(b) }));
    if (isMarked(a ?? '') || isMarked(b ?? '')) continue;
    values.push({
      place: `${kind}:${pointer}`,
      ...(a === undefined ? {} : { recorded: leafValue(a) }),
      ...(b === undefined ? {} : { incoming: leafValue(b) }),
    });
  }
  if (count > maxBodyDifferences) {
    const rest = count - maxBodyDifferences;
    differences.push({
      part: 'body',
      name: '',
      words: `body: ${rest} more ${rest === 1 ? 'value differs' : 'values differ'}`,
    });
  }
  return { differences, values, share: pointers.size === 0 ? 0 : count / pointers.size };
}

function plainLeaf(leaf: string): string {
  return isMarked(leaf) ? shownMark(leaf) : leaf;
}

/** What a leaf of JSON or XML says: of a string its text. */
function leafValue(leaf: string): string {
  return leaf.startsWith('"') ? (JSON.parse(leaf) as string) : leaf;
}
