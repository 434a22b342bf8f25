import { isIdentityName } from '../../model/identity.ts';
import { ExactNumber, isJsonArray, type JsonValue, jsonText } from '../../model/json-value.ts';
import { findVolatiles } from '../../model/volatile-tokens.ts';

/** More of a kind are not needed to find another one. */
const maxOfKind = 1000;
const maxKinds = 10_000;

interface Known {
  readonly values: JsonValue[];
  /** Where each stands among them, by its text. */
  readonly places: Map<string, number>;
}

/** What a session calls things, so that one can be taken for another: of one class and form, or under one name. */
export class KnownValues {
  readonly #byKind = new Map<string, Known>();

  /** Takes the identifiers of a document. */
  add(value: JsonValue, name = ''): void {
    if (isJsonArray(value)) for (const one of value) this.add(one, name);
    else if (typeof value === 'object' && value !== null && !(value instanceof ExactNumber)) {
      for (const [key, one] of Object.entries(value)) this.add(one, key);
    } else this.#addLeaf(value, name);
  }

  /** The next one of its kind behind this; undefined where there is no other. */
  another(value: JsonValue, name: string): JsonValue | undefined {
    const kind = kindOf(value, name);
    const known = kind === undefined ? undefined : this.#byKind.get(kind);
    if (!known) return undefined;
    const at = known.places.get(jsonText(value)) ?? -1;
    return known.values.length === 1 && at === 0 ? undefined : known.values[(at + 1) % known.values.length];
  }

  #addLeaf(value: JsonValue, name: string): void {
    const kind = kindOf(value, name);
    if (kind === undefined) return;
    let known = this.#byKind.get(kind);
    if (!known) {
      if (this.#byKind.size >= maxKinds) return;
      this.#byKind.set(kind, (known = { values: [], places: new Map() }));
    }
    const text = jsonText(value);
    if (known.values.length >= maxOfKind || known.places.has(text)) return;
    known.places.set(text, known.values.length);
    known.values.push(value);
  }
}

/** What kind of thing a value under this name stands for; undefined for what is no identifier. */
export function kindOf(value: JsonValue, name: string): string | undefined {
  if (typeof value === 'string') {
    const [token] = findVolatiles(value, { name });
    const isWhole = token !== undefined && token.start === 0 && token.end === value.length;
    if (isWhole) return token.class === 'timestamp' ? undefined : `${token.class} ${token.form}`;
  }
  const isIdentifier = typeof value === 'string' || typeof value === 'number' || value instanceof ExactNumber;
  return isIdentifier && value !== '' && isIdentityName(name) ? `${typeof value} ${name.toLowerCase()}` : undefined;
}
