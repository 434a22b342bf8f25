import type { CompiledRule } from '../model/match-rule-set.ts';
import { parsePlace } from '../model/place.ts';
import { findVolatiles, type VolatileToken } from '../model/volatile-tokens.ts';
import type { JsonNode } from '../model/json-tree.ts';
import type { KeyedRequest } from './canonical-request.ts';
import { KeyMarks } from './key-marks.ts';
import type { MarkKind, Mask, Marks } from './mask-set.ts';
import { canonicalText, keyOf } from './request-key.ts';

/** A value of a volatile class in a request. */
export interface ShapeToken extends Omit<VolatileToken, 'start' | 'end'> {
  /** model/place.ts, or `text:` for one in a text body. */
  readonly place: string;
  readonly value: string;
}

export interface RequestShape {
  /** 16 bytes, hex. */
  readonly key: string;
  /** At least one, in canonical order. */
  readonly tokens: readonly ShapeToken[];
  /** Values at masked places, as in the request key. */
  readonly slots: readonly string[];
  /** As in the request key. */
  readonly named: number;
}

/**
 * What is left of a request when every value of a volatile class is replaced by its class and form: requests of one shape
 * differ at most in values that programs make anew at every run. Purely structural, so that it is the same for a
 * recorded and an incoming request; which of the values may really differ is decided apart. Undefined: it holds none.
 */
export function requestShape(
  request: KeyedRequest,
  masks: readonly Mask[],
  rules: readonly CompiledRule[],
): RequestShape | undefined {
  const marks = new ShapeMarks(new KeyMarks(masks, rules));
  const text = canonicalText(request, marks, marks.inner.rules);
  if (marks.tokens.length === 0) return undefined;
  return { key: keyOf(`shape\n${text}`), tokens: marks.tokens, slots: marks.inner.slots, named: marks.inner.named };
}

class ShapeMarks implements Marks {
  readonly inner: KeyMarks;
  readonly tokens: ShapeToken[] = [];

  constructor(inner: KeyMarks) {
    this.inner = inner;
  }

  has(kind: MarkKind): boolean {
    return (kind !== 'header' && kind !== 'cookie') || this.inner.has(kind);
  }

  document(text: string, root: JsonNode): void {
    this.inner.document(text, root);
  }

  isLeftOut(place: string): boolean {
    return this.inner.isLeftOut(place);
  }

  take(place: string, value: string): string | undefined {
    const mark = this.inner.take(place, value);
    if (mark !== undefined) return mark;
    const name = nameOf(place);
    const found = findVolatiles(value, name === undefined ? {} : { name });
    if (found.length === 0) return undefined;
    let text = '';
    let from = 0;
    for (const { start, end, ...token } of found) {
      text += `${JSON.stringify(value.slice(from, start))}${tokenMark}${token.class} ${token.form}${tokenMark}`;
      from = end;
      this.tokens.push({ ...token, place, value: value.slice(start, end) });
    }
    return text + JSON.stringify(value.slice(from));
  }
}

/** Stands in no value and in no other mark. */
const tokenMark = '\0\0\0';

/** What a place is called, for values whose class depends on that. */
export function nameOf(place: string): string | undefined {
  const parsed = parsePlace(place);
  if (!parsed || parsed.kind === 'path' || parsed.kind === 'xml') return undefined;
  return parsed.kind === 'json' ? parsed.name.slice(parsed.name.lastIndexOf('/') + 1) : parsed.name;
}
