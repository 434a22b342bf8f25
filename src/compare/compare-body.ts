import type { BodyFacts } from '../model/exchange.ts';
import { headerValue, type RawHeaders } from '../model/headers.ts';
import type { Difference } from '../model/verdict.ts';
import { compareBytes } from './compare-bytes.ts';
import { compareJson } from './compare-json.ts';
import { compareText } from './compare-text.ts';
import { contentOf, type Content } from './content.ts';
import { clip } from './difference-list.ts';
import type { Explainer } from './explain.ts';

/** A body as stored, with what is known about it. */
export interface ComparableBody {
  readonly headers: RawHeaders;
  readonly facts: BodyFacts;
  readonly bytes: Buffer;
}

/** Differences of two bodies: JSON by structure, text by lines, anything else by its bytes. Equal bytes have none. */
export function compareBodies(baseline: ComparableBody, fresh: ComparableBody, explainer: Explainer): Difference[] {
  const cut = [baseline, fresh].find(({ facts }) => facts.truncated);
  if (cut) return [truncated(baseline.facts, fresh.facts)];
  if (isReadAlike(baseline.headers, fresh.headers) && baseline.bytes.equals(fresh.bytes)) return [];
  const before = contentOf(baseline.headers, baseline.bytes);
  const after = contentOf(fresh.headers, fresh.bytes);
  if (before.bytes.length === 0 || after.bytes.length === 0) return presence(before, after);
  return compareContents(before, after, explainer);
}

/** Equal bytes under these headers are equal contents; most bodies are, and need not be parsed. */
function isReadAlike(before: RawHeaders, after: RawHeaders): boolean {
  return ['content-type', 'content-encoding'].every((name) => headerValue(before, name) === headerValue(after, name));
}

function compareContents(before: Content, after: Content, explainer: Explainer): Difference[] {
  if (before.kind === 'json' && after.kind === 'json') {
    return [...byteOrderMarks(before.text, after.text), ...compareJson(before, after, explainer)];
  }
  const sameBytes = before.bytes.equals(after.bytes);
  const differences: Difference[] = [];
  if (before.kind !== after.kind) differences.push(readability(before, after));
  if (sameBytes) return differences;
  if (before.kind === 'bytes' || after.kind === 'bytes')
    return [...differences, compareBytes(before.bytes, after.bytes)];
  differences.push(...byteOrderMarks(before.text, after.text));
  const whiteSpace = [before, after].every(isMarkup) ? 'separates' : 'counts';
  return [...differences, ...compareText(unmarked(before.text), unmarked(after.text), { explainer, whiteSpace })];
}

/** HTML and XML, where white space only separates. */
function isMarkup({ contentType }: Content): boolean {
  return /html|\bxml$/.test(contentType);
}

const byteOrderMark = '\uFEFF';

function byteOrderMarks(before: string, after: string): Difference[] {
  const [first, second] = [before.startsWith(byteOrderMark), after.startsWith(byteOrderMark)];
  if (first === second) return [];
  const at = { part: 'body', path: '', pattern: '', severity: 'changed' } as const;
  const words = 'byte order mark';
  return [second ? { ...at, kind: 'added', after: words } : { ...at, kind: 'removed', before: words }];
}

function unmarked(text: string): string {
  return text.startsWith(byteOrderMark) ? text.slice(1) : text;
}

/** JSON that no longer parses, text that is no longer text: clients that read the baseline cannot read this. */
function readability(before: Content, after: Content): Difference {
  return {
    part: 'body',
    path: '',
    pattern: '',
    kind: 'type',
    severity: 'broken',
    before: kindWords(before),
    after: kindWords(after),
  };
}

function kindWords(content: Content): string {
  const words = { json: 'JSON', text: 'text', bytes: 'bytes' }[content.kind];
  return content.problem === undefined ? words : `${words}, ${content.problem}`;
}

function presence(before: Content, after: Content): Difference[] {
  if (before.bytes.length === 0 && after.bytes.length === 0) return [];
  const at = { part: 'body', path: '', pattern: '' } as const;
  if (after.bytes.length === 0) return [{ ...at, kind: 'removed', severity: 'broken', before: preview(before) }];
  return [{ ...at, kind: 'added', severity: 'added', after: preview(after) }];
}

function preview(content: Content): string {
  return content.kind === 'bytes' ? `${content.bytes.length} bytes` : clip(content.text);
}

function truncated(before: BodyFacts, after: BodyFacts): Difference {
  const words = ({ sizeBytes, fullSizeBytes }: BodyFacts): string => `${sizeBytes} of ${fullSizeBytes} bytes stored`;
  return {
    part: 'body',
    path: '',
    pattern: '',
    kind: 'changed',
    severity: 'changed',
    before: words(before),
    after: `${words(after)}; a body that was not stored whole cannot be judged`,
  };
}
