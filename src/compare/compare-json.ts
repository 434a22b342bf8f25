import { childPointer } from '../model/json-pointer.ts';
import {
  isJsonArray,
  isJsonObject,
  jsonText,
  type JsonObject,
  type JsonValue,
  type ShadowedMember,
} from '../model/json-value.ts';
import type { Difference, DifferencePart } from '../model/verdict.ts';
import { alignArrays, type AlignedElement } from './align.ts';
import type { Comparison } from './comparison.ts';
import { clipPair, DifferenceList, type FoundValues } from './difference-list.ts';
import type { Explanation } from './explain.ts';
import { jsonEqual, jsonPreview, jsonType, member } from './json-equal.ts';

/** More moved elements than this in one array are one statement about its order. */
const maxMovesPerArray = 50;

/** What is compared: of JSON, or of anything that was read into JSON values. */
export interface JsonDocument {
  readonly value: JsonValue;
  /** Members hidden by a later one of the same key. */
  readonly shadowed: readonly ShadowedMember[];
}

/**
 * Structural differences of two JSON documents. Paths are JSON Pointers into the baseline; an added array element has
 * its place in the fresh document. Order of members never matters, numbers are compared by value. `part` is what they
 * are a part of, the body unless told.
 */
export function compareJson(
  baseline: JsonDocument,
  fresh: JsonDocument,
  comparison: Comparison & { readonly part?: DifferencePart },
): Difference[] {
  const walk = new JsonComparison(comparison);
  walk.values(baseline.value, fresh.value);
  walk.shadowed(baseline, fresh);
  return walk.differences.list();
}

class JsonComparison {
  readonly differences: DifferenceList;
  readonly #explainer: Comparison['explainer'];
  readonly #path: (string | number)[] = [];

  constructor({ explainer, rulings, part = 'body' }: Comparison & { readonly part?: DifferencePart }) {
    this.#explainer = explainer;
    this.differences = new DifferenceList(part, rulings);
  }

  values(before: JsonValue, after: JsonValue): void {
    if (before === after) return;
    if (isJsonObject(before) && isJsonObject(after)) this.#objects(before, after);
    else if (isJsonArray(before) && isJsonArray(after)) this.#arrays(before, after);
    else if (jsonType(before) === jsonType(after)) this.#scalars(before, after);
    else {
      const texts = { before: jsonPreview(before), after: jsonPreview(after) };
      this.#add({ kind: 'type', severity: 'broken', ...texts }, { before, after });
    }
  }

  /** Members hidden by a later one of the same key are invisible to most readers, so a change of them is broken. */
  shadowed(baseline: JsonDocument, fresh: JsonDocument): void {
    const before = shadowedTexts(baseline);
    const after = shadowedTexts(fresh);
    for (const pointer of new Set([...before.keys(), ...after.keys()])) {
      const [first, second] = [before.get(pointer), after.get(pointer)];
      if (first === second) continue;
      this.differences.add({
        path: `${pointer} (duplicate key)`,
        kind: first === undefined ? 'added' : second === undefined ? 'removed' : 'changed',
        severity: 'broken',
        ...(first === undefined ? {} : { before: first }),
        ...(second === undefined ? {} : { after: second }),
      });
    }
  }

  #objects(before: JsonObject, after: JsonObject): void {
    const depth = this.#path.push('') - 1;
    let shared = 0;
    for (const key of Object.keys(before)) {
      const value = before[key]!;
      const other = member(after, key);
      if (other !== undefined) shared++;
      if (other === value) continue;
      this.#path[depth] = key;
      if (other === undefined) this.#removed(value);
      else this.values(value, other);
    }
    const keys = Object.keys(after);
    for (const key of keys.length === shared ? [] : keys) {
      if (Object.hasOwn(before, key)) continue;
      this.#path[depth] = key;
      this.#added(after[key]!);
    }
    this.#path.pop();
  }

  #arrays(before: readonly JsonValue[], after: readonly JsonValue[]): void {
    const { elements, equal } = alignArrays(before, after, this.#explainer.namesAt(this.#path));
    if (equal) return;
    const depth = this.#path.push(0) - 1;
    if (elements === undefined) {
      for (let index = 0; index < before.length; index++) {
        this.#path[depth] = index;
        this.values(before[index]!, after[index]!);
      }
      this.#path.pop();
      return;
    }
    for (const { baseline, fresh } of elements) {
      this.#path[depth] = baseline === -1 ? fresh : baseline;
      if (baseline === -1) this.#added(after[fresh]!);
      else if (fresh === -1) this.#removed(before[baseline]!);
      else this.values(before[baseline]!, after[fresh]!);
    }
    this.#moves(
      elements.filter(({ moved }) => moved),
      depth,
    );
    this.#path.pop();
  }

  #moves(moved: readonly AlignedElement[], depth: number): void {
    if (moved.length > maxMovesPerArray) {
      this.#path.pop();
      this.#add({ kind: 'moved', severity: 'added', after: `${moved.length} elements stand in another order` });
      this.#path.push(0);
      return;
    }
    for (const { baseline, fresh } of moved) {
      this.#path[depth] = baseline;
      this.#add({ kind: 'moved', severity: 'added', before: `position ${baseline}`, after: `position ${fresh}` });
    }
  }

  #scalars(before: JsonValue, after: JsonValue): void {
    if (jsonEqual(before, after)) return;
    const [first, second] = clipPair(jsonText(before), jsonText(after));
    const texts = { before: first, after: second };
    this.#add({ kind: 'changed', ...texts, ...this.#explain(before, after) }, { before, after });
  }

  #explain(before: JsonValue, after: JsonValue): Explanation {
    if (typeof before === 'string' && typeof after === 'string') return this.#explainer.text(before, after, this.#path);
    if (typeof before === 'boolean') return { severity: 'changed' };
    return this.#explainer.number(jsonText(before), jsonText(after), this.#path);
  }

  #removed(value: JsonValue): void {
    this.#add({ kind: 'removed', severity: 'broken', before: jsonPreview(value) }, { before: value });
  }

  #added(value: JsonValue): void {
    this.#add({ kind: 'added', severity: 'added', after: jsonPreview(value) }, { after: value });
  }

  #add(difference: Omit<Difference, 'part' | 'path' | 'pattern'>, values: FoundValues = {}): void {
    let path = '';
    let pattern = '';
    for (const key of this.#path) {
      path = childPointer(path, key);
      pattern = childPointer(pattern, typeof key === 'number' ? '*' : key);
    }
    this.differences.add({ path, pattern, ...difference }, { keys: this.#path, ...values });
  }
}

function shadowedTexts(content: JsonDocument): Map<string, string> {
  const texts = new Map<string, string>();
  for (const { pointer, value } of content.shadowed) {
    texts.set(pointer, [texts.get(pointer), jsonText(value)].filter((text) => text !== undefined).join(', '));
  }
  return texts;
}
