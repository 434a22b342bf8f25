import { responseOf } from '../model/exchange.ts';
import type { RawHeaders } from '../model/headers.ts';
import { childPointer } from '../model/json-pointer.ts';
import { isJsonArray, isJsonObject, type JsonValue } from '../model/json-value.ts';
import type { DifferencePart } from '../model/verdict.ts';
import { BodyPair } from './compare-body.ts';
import { ConversationPair } from './compare-conversation.ts';
import { comparedHeaders } from './compare-headers.ts';
import type { Comparable } from './compare-outcomes.ts';
import type { ValuePath } from './renames.ts';
import type { ComparedValues, FoundDifference } from './rulings.ts';

/** A piece of an outcome that a comparison looks at: a header, a leaf of a structured body, a body that has none. */
export interface ComparedField {
  readonly part: DifferencePart;
  /** As in `Difference`. */
  readonly path: string;
  /** In structured bodies; valid only while the field is visited. */
  readonly keys?: ValuePath;
  readonly value: JsonValue;
}

/** What a comparison of this outcome with another would look at. */
export interface ComparedFields {
  /** On both sides the same: what rules are asked on. */
  readonly values: () => ComparedValues;
  readonly visit: (visit: (field: ComparedField) => void) => void;
}

/** Fields of an outcome; none where there is no response. Headers that are never compared are none. */
export function comparedFields({ outcome, body, messages }: Omit<Comparable, 'capturedAt'>): ComparedFields {
  const response = responseOf(outcome);
  if (!response) return { values: () => ({ baseline: undefined, fresh: undefined }), visit: () => {} };
  const side = { headers: response.headers, facts: response.body, bytes: body };
  const talk = messages && new ConversationPair(messages, messages);
  let known: ComparedValues | undefined;
  const values = (): ComparedValues => (known ??= (talk ?? new BodyPair(side, side)).values());
  return {
    values,
    visit: (visit) => {
      visit({ part: 'status', path: '', value: String(response.status) });
      visitHeaders('header', response.headers, visit);
      const { baseline } = values();
      const part = talk ? 'event' : 'body';
      if (baseline !== undefined) visitLeaves(baseline, { part, pointer: '', keys: [] }, visit);
      else if (response.body.sizeBytes > 0) visit({ part: 'body', path: '', value: '' });
      visitHeaders('trailer', response.trailers, visit);
    },
  };
}

/** The change that rules are asked about to know whether they would hide one. */
export function changeOf({ part, path, keys, value }: ComparedField): FoundDifference {
  return { part, path, kind: 'changed', severity: 'changed', ...(keys ? { keys } : {}), before: value, after: value };
}

function visitHeaders(part: 'header' | 'trailer', headers: RawHeaders, visit: (field: ComparedField) => void): void {
  for (const [path, value] of comparedHeaders(headers)) visit({ part, path, value });
}

interface Place {
  readonly part: DifferencePart;
  readonly pointer: string;
  readonly keys: (string | number)[];
}

/** Scalars, and containers with nothing inside. */
function visitLeaves(value: JsonValue, place: Place, visit: (field: ComparedField) => void): void {
  const { part, pointer, keys } = place;
  const inner: readonly (readonly [string | number, JsonValue])[] = isJsonArray(value)
    ? [...value.entries()]
    : isJsonObject(value)
      ? Object.entries(value)
      : [];
  if (inner.length === 0) visit({ part, path: pointer, keys, value });
  for (const [key, member] of inner) {
    keys.push(key);
    visitLeaves(member, { part, pointer: childPointer(pointer, key), keys }, visit);
    keys.pop();
  }
}
