import { type JsonValue, parseJsonValue, type ShadowedMember } from '../model/json-value.ts';

/** One event or line of a stream. */
export interface StreamItem {
  readonly value: JsonValue;
  /** Members hidden by a later one of the same key, with pointers into `value`. */
  readonly shadowed: readonly ShadowedMember[];
  /** Why it is not what the stream promises, in words. */
  readonly problem?: string;
}

/** Reads a stream from pieces of text with any borders. */
export interface ItemReader {
  /** The items that became whole with this piece. */
  push(text: string): StreamItem[];
  /** What stands behind the last whole item when the stream ends here; undefined when it says nothing. */
  end(): StreamItem | undefined;
}

/** Streams of more items are not taken apart: a short line may become a hundred times its size in memory. */
const maxItems = 200_000;

/**
 * All items of a stream; undefined when there are too many. Of one that its client left, an item that had no end yet is
 * none.
 */
export function readItems(
  reader: ItemReader,
  text: string,
  end: 'ended' | 'left' = 'ended',
): readonly StreamItem[] | undefined {
  const items = reader.push(text);
  const last = end === 'left' ? undefined : reader.end();
  if (items.length + (last ? 1 : 0) > maxItems) return undefined;
  return last ? [...items, last] : items;
}

/** Of a stream that we left when as much had come as was recorded, only so much: how much more came is chance. */
export function judgedItems(
  baseline: readonly StreamItem[],
  fresh: readonly StreamItem[],
  { isOpen }: { readonly isOpen?: boolean },
): readonly StreamItem[] {
  return isOpen ? fresh.slice(0, baseline.length) : fresh;
}

/**
 * What a text means: JSON other than a single string by its value, anything else as it stands. A JSON string keeps its
 * quotes, so that `"x"` and a bare `x`, which no JSON parser takes, stay different.
 */
export function textItem(text: string): StreamItem {
  // The parser passes over a byte order mark; inside a stream it is none.
  const parsed = text.startsWith('\uFEFF') ? undefined : parseJsonValue(text);
  if (!parsed?.ok || typeof parsed.value === 'string') return { value: text, shadowed: [] };
  return { value: parsed.value, shadowed: parsed.shadowed };
}
