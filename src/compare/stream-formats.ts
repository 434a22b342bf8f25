import type { BodyFormat } from './body-format.ts';
import { compareByteOrderMarks } from './byte-order-mark.ts';
import { compareItems, valuesOf } from './compare-items.ts';
import type { Content } from './content.ts';
import { EventStreamReader } from './event-stream.ts';
import { JsonSequenceReader } from './json-sequence.ts';
import { type ItemReader, judgedItems, readItems, type StreamItem } from './stream-items.ts';

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
    const read = before && itemsOf(fresh);
    if (!before || !read) return undefined;
    const after = { ...read, items: judgedItems(before.items, read.items, fresh) };
    const values = { baseline: valuesOf(before.items), fresh: valuesOf(after.items) };
    return {
      values,
      shownAs: 'values',
      compare: (comparison) => [
        ...compareByteOrderMarks(before.text, after.text, comparison.rulings),
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
  const items = readItems(reader!, text, content.isOpen ? 'left' : 'ended');
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
