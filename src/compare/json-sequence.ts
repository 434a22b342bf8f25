import { LineSplitter } from './line-splitter.ts';
import { type ItemReader, type StreamItem, textItem } from './stream-items.ts';

/** How values are told apart: by lines (NDJSON, JSON Lines), or each behind a record separator (RFC 7464). */
type Separation = 'lines' | 'records';

const separators: Readonly<Record<Separation, RegExp>> = { lines: /\n/g, records: /\x1e/g };

/** One JSON value after the other. Empty lines are none; what is no JSON is an item with its problem, as it stands. */
export class JsonSequenceReader implements ItemReader {
  readonly #lines: LineSplitter;

  constructor(separation: Separation) {
    this.#lines = new LineSplitter(separators[separation]);
  }

  push(text: string): StreamItem[] {
    return this.#lines.push(text).flatMap((line) => itemOf(line) ?? []);
  }

  /** The last value needs nothing behind it. */
  end(): StreamItem | undefined {
    return itemOf(this.#lines.rest());
  }
}

function itemOf(text: string): StreamItem | undefined {
  const trimmed = text.trim();
  if (trimmed === '') return undefined;
  const item = textItem(trimmed);
  if (typeof item.value !== 'string' || isJsonString(trimmed)) return item;
  return { ...item, problem: 'it holds a line that is not valid JSON' };
}

function isJsonString(text: string): boolean {
  if (!text.startsWith('"')) return false;
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
