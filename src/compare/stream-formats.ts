import type { JsonValue } from '../model/json-value.ts';
import type { Difference } from '../model/verdict.ts';
import type { BodyFormat } from './body-format.ts';
import { compareByteOrderMarks } from './byte-order-mark.ts';
import { compareJson } from './compare-json.ts';
import type { Comparison } from './comparison.ts';
import type { Content } from './content.ts';
import { DifferenceList } from './difference-list.ts';
import { EventStreamReader } from './event-stream.ts';
import { jsonPreview } from './json-equal.ts';
import { JsonSequenceReader } from './json-sequence.ts';
import { type ItemReader, readItems, type StreamItem } from './stream-items.ts';

/** `application/x-ndjson`, `application/jsonl`, … (there is no registered one). */
const lineTypes =
  /^application\/(?:x-)?(?:ndjson|jsonl|jsonlines|json-lines)$|^application\/(?:stream\+json|x-json-stream)$/;

/** How to read a stream of this media type item by item; undefined when it is none we know. */
export function itemReaderOf(contentType: string): ItemReader | undefined {
  if (contentType === 'text/event-stream') return new EventStreamReader();
  if (lineTypes.test(contentType)) return new JsonSequenceReader('lines');
  return contentType === 'application/json-seq' ? new JsonSequenceReader('records') : undefined;
}

/** Server-sent events, NDJSON and JSON text sequences: as arrays of their events or values. */
export const streamFormat: BodyFormat = {
  name: 'stream',
  read: (baseline, fresh) => {
    if (baseline.contentType !== fresh.contentType) return undefined;
    const before = itemsOf(baseline);
    const after = before && itemsOf(fresh);
    if (!before || !after) return undefined;
    const values = { baseline: valuesOf(before.items), fresh: valuesOf(after.items) };
    return {
      values,
      shownAs: 'values',
      compare: (comparison) => [
        ...compareByteOrderMarks(before.text, after.text),
        ...compareItems(before.items, after.items, comparison),
      ],
    };
  },
};

interface Read {
  readonly text: string;
  readonly items: readonly StreamItem[];
}

function itemsOf(content: Content): Read | undefined {
  const reader = itemReaderOf(content.contentType);
  const text = reader && textOf(content);
  if (text === undefined) return undefined;
  const items = readItems(reader!, text);
  return items && { text, items };
}

function textOf(content: Content): string | undefined {
  if (content.kind !== 'bytes') return content.text;
  if (content.problem !== undefined) return undefined;
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(content.bytes);
  } catch {
    return undefined;
  }
}

function valuesOf(items: readonly StreamItem[]): JsonValue[] {
  return items.map(({ value }) => value);
}

/** Items as elements of two arrays. A stream that has become unreadable or ends inside an item is broken in any case. */
function compareItems(
  before: readonly StreamItem[],
  after: readonly StreamItem[],
  comparison: Comparison,
): Difference[] {
  const differences = compareJson(documentOf(before), documentOf(after), comparison);
  if (before.some(({ problem }) => problem !== undefined)) return differences;
  const index = after.findIndex(({ problem }) => problem !== undefined);
  if (index === -1) return differences;
  const told = differences.some(({ path, severity }) => severity === 'broken' && path === `/${index}`);
  if (told) return differences;
  const item = after[index]!;
  const found = new DifferenceList('body', comparison.rulings);
  found.add(
    {
      path: `/${index} (unreadable)`,
      pattern: '/* (unreadable)',
      kind: 'type',
      severity: 'broken',
      after: jsonPreview(item.value),
      note: item.problem!,
    },
    { keys: [index], after: item.value },
  );
  return [...differences, ...found.list()];
}

function documentOf(items: readonly StreamItem[]) {
  return {
    value: valuesOf(items),
    shadowed: items.flatMap(({ shadowed }, index) =>
      shadowed.map((one) => ({ ...one, pointer: `/${index}${one.pointer}` })),
    ),
  };
}
