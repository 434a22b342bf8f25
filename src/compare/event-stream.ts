import type { JsonValue } from '../model/json-value.ts';
import { LineSplitter } from './line-splitter.ts';
import { type ItemReader, type StreamItem, textItem } from './stream-items.ts';

/**
 * Server-sent events (WHATWG HTML §9.2.6), each as `{event?, id?, retry?, data?, other?}`: what was not sent is not
 * there, `data` is its JSON value if it is JSON, `other` holds lines of fields that the standard does not know, which a
 * page would not see but another client may. Comments, which keep connections alive, are nothing. A block is an event
 * as soon as it has a field, though a page hears of it only with data: an `id` alone decides where it reconnects.
 */
export class EventStreamReader implements ItemReader {
  readonly #lines = new LineSplitter(/\r\n|\n|\r/g);
  #fields = new EventFields();
  #isAtStart = true;

  push(text: string): StreamItem[] {
    const isMarked = this.#isAtStart && text.startsWith('\uFEFF');
    if (text !== '') this.#isAtStart = false;
    const lines = this.#lines.push(isMarked ? text.slice(1) : text);
    return lines.flatMap((line) => this.#line(line) ?? []);
  }

  end(): StreamItem | undefined {
    const rest = this.#lines.rest();
    const item = rest === '' ? undefined : this.#line(rest.replace(/\r$/, ''));
    if (item) return item;
    const { lines } = this.#fields;
    if (lines.length === 0) return undefined;
    return { value: lines.join('\n'), shadowed: [], problem: 'it is cut off in the middle of an event' };
  }

  /** The event that ends with an empty line. */
  #line(line: string): StreamItem | undefined {
    if (line !== '') {
      this.#fields.add(line);
      return undefined;
    }
    const item = this.#fields.item();
    this.#fields = new EventFields();
    return item;
  }
}

/** The lines of one event so far. */
class EventFields {
  /** Without comments. */
  readonly lines: string[] = [];
  readonly #data: string[] = [];
  readonly #other: string[] = [];
  readonly #named: Record<'event' | 'id' | 'retry', string | undefined> = {
    event: undefined,
    id: undefined,
    retry: undefined,
  };

  add(line: string): void {
    if (line.startsWith(':')) return;
    this.lines.push(line);
    const colon = line.indexOf(':');
    const name = colon === -1 ? line : line.slice(0, colon);
    const value = colon === -1 ? '' : line.slice(line[colon + 1] === ' ' ? colon + 2 : colon + 1);
    if (name === 'data') this.#data.push(value);
    else if (
      name === 'event' ||
      (name === 'id' && !value.includes('\0')) ||
      (name === 'retry' && /^\d+$/.test(value))
    ) {
      this.#named[name] = value;
    } else this.#other.push(line);
  }

  item(): StreamItem | undefined {
    if (this.lines.length === 0) return undefined;
    const { event, id, retry } = this.#named;
    const data = this.#data.length === 0 ? undefined : textItem(this.#data.join('\n'));
    const value: Record<string, JsonValue> = {
      ...(event === undefined ? {} : { event }),
      ...(id === undefined ? {} : { id }),
      ...(retry === undefined ? {} : { retry }),
      ...(data === undefined ? {} : { data: data.value }),
      ...(this.#other.length === 0 ? {} : { other: this.#other }),
    };
    const shadowed = (data?.shadowed ?? []).map((one) => ({ ...one, pointer: `/data${one.pointer}` }));
    return { value, shadowed };
  }
}
