import type { JsonValue } from '../../model/json-value.ts';
import { jsonText } from '../../model/json-value.ts';
import type { FreshResponse } from '../fresh-response.ts';
import { alteredText } from './altered-values.ts';
import { jsonMutations } from './json-mutations.ts';
import type { Mutation, MutationContext, MutationKind } from './mutation.ts';

/** An event, a message or a line. */
export interface MutableItem<I> {
  readonly item: I;
  /** What it says, as a document; another one of the same kind that says something else. */
  readonly document?: { readonly value: JsonValue; readonly put: (value: JsonValue) => I };
  /** What it says, as text. */
  readonly text?: { readonly value: string; readonly put: (text: string) => I };
  /** The same item, damaged: for what is neither. */
  readonly damaged?: I;
}

export interface ItemsOptions<I> {
  /** What one is called: `event`. */
  readonly noun: string;
  readonly items: readonly MutableItem<I>[];
  readonly write: (items: readonly I[]) => FreshResponse;
  readonly context: MutationContext;
}

/** Every way in which a sequence of events, messages or lines could be wrong in one place. */
export function* itemMutations<I>({ noun, items, write, context }: ItemsOptions<I>): Generator<Mutation> {
  const all = items.map(({ item }) => item);
  const mutation = (kind: MutationKind, where: number | undefined, changed: () => readonly I[]): Mutation => ({
    kind,
    words: where === undefined ? `${kind} ${noun}s` : `${kind} ${noun} ${where}`,
    pattern: where === undefined ? `${kind} ${noun}s` : `${kind} ${noun} *`,
    apply: () => write(changed()),
  });
  if (all.length > 1) yield mutation('cut', undefined, () => all.slice(0, Math.ceil(all.length / 2)));
  for (const [index, { item, document, text, damaged }] of items.entries()) {
    yield mutation('drop', index, () => all.toSpliced(index, 1));
    yield mutation('duplicate', index, () => all.toSpliced(index, 0, item));
    if (index > 0 && !isSame(items[index - 1]!, items[index]!)) {
      yield mutation('reorder', index, () => all.with(index - 1, item).with(index, all[index - 1]!));
    }
    const put = (changed: I): FreshResponse => write(all.with(index, changed));
    if (document) {
      const at = { prefix: `${noun} ${index} `, patternPrefix: `${noun} * ` };
      yield* jsonMutations(document.value, { ...context, ...at, write: (value) => put(document.put(value)) });
    } else if (text) yield mutation('text', index, () => all.with(index, text.put(alteredText(text.value))));
    else if (damaged !== undefined) yield mutation('text', index, () => all.with(index, damaged));
  }
}

function isSame<I>(a: MutableItem<I>, b: MutableItem<I>): boolean {
  if (a.document && b.document) return jsonText(a.document.value) === jsonText(b.document.value);
  if (a.text && b.text) return a.text.value === b.text.value;
  return a.item === b.item || (Buffer.isBuffer(a.item) && Buffer.isBuffer(b.item) && a.item.equals(b.item));
}
