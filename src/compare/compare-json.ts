import { childPointer, pointerKeys } from '../model/json-pointer.ts';
import {
  isJsonArray,
  isJsonObject,
  jsonText,
  type JsonObject,
  type JsonValue,
  type ShadowedMember,
} from '../model/json-value.ts';
import type { Difference, DifferencePart, Severity } from '../model/verdict.ts';
import { alignArrays } from './align.ts';
import type { Comparison } from './comparison.ts';
import { clipPair, DifferenceList, keyMark, type FoundValues } from './difference-list.ts';
import type { AlignedElement } from './element-pairs.ts';
import type { Explanation } from './explain.ts';
import { jsonEqual, jsonPreview, jsonType, member } from './json-equal.ts';
import { isMapLike, renamedKeys } from './map-keys.ts';
import type { ArrayRuling } from './rulings.ts';
import { SubtreeMemory } from './subtree-memory.ts';

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
  readonly #rulings: Comparison['rulings'];
  readonly #memory: SubtreeMemory;
  /** Keys from the root in the baseline; the last one in the fresh document for what was added. */
  readonly #path: (string | number)[] = [];
  /** Where the fresh document has another key at a depth: elements that stand elsewhere, renamed members. */
  readonly #elsewhere = new Map<number, string | number>();
  /** The containers that the path leads through. */
  readonly #containers: (JsonObject | undefined)[] = [];
  readonly #maps = new Map<JsonObject, boolean>();

  constructor({ explainer, rulings, part = 'body' }: Comparison & { readonly part?: DifferencePart }) {
    this.#explainer = explainer;
    this.#rulings = rulings;
    this.#memory = new SubtreeMemory(explainer.namesAt([]));
    this.differences = new DifferenceList(part, rulings);
  }

  values(before: JsonValue, after: JsonValue): void {
    if (before === after) return;
    if (isJsonObject(before) && isJsonObject(after)) this.#objects(before, after);
    else if (isJsonArray(before) && isJsonArray(after)) this.#arrays(before, after);
    else if (jsonType(before) === jsonType(after)) this.#scalars(before, after);
    else if (!this.#passes('broken')) {
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
        path: pointer + duplicateMark,
        pattern: patternOf(pointer, first === undefined ? fresh.value : baseline.value) + duplicateMark,
        kind: first === undefined ? 'added' : second === undefined ? 'removed' : 'changed',
        severity: 'broken',
        ...(first === undefined ? {} : { before: first }),
        ...(second === undefined ? {} : { after: second }),
      });
    }
  }

  #objects(before: JsonObject, after: JsonObject): void {
    const depth = this.#enter('', before);
    const renamed = mayBeMap(before) ? this.#renamedMembers(before, after) : undefined;
    let left = 0;
    // Objects that were read inherit nothing enumerable; lists of keys would be most of the garbage of a comparison.
    for (const _ in after) left++;
    for (const key in before) {
      const value = before[key]!;
      const name = renamed?.get(key) ?? key;
      const other = member(after, name);
      if (other !== undefined) left--;
      if (other === value && name === key) continue;
      this.#path[depth] = key;
      if (other === undefined) this.#removed(value);
      else if (name === key) this.values(value, other);
      else this.#renamed({ value, other, name }, depth);
    }
    if (left > 0) this.#addedMembers({ before, after, renamed }, depth);
    this.#leave();
  }

  #renamedMembers(before: JsonObject, after: JsonObject): ReadonlyMap<string, string> | undefined {
    return renamedKeys(before, after, this.#explainer.namesAt(this.#path.slice(0, -1)));
  }

  #addedMembers({ before, after, renamed }: ComparedObjects, depth: number): void {
    const taken = new Set(renamed?.values());
    this.#containers[depth] = after;
    for (const key of Object.keys(after)) {
      if (taken.has(key) || (Object.hasOwn(before, key) && !renamed?.has(key))) continue;
      this.#path[depth] = key;
      this.#added(after[key]!);
    }
  }

  /** A member that the renaming of this run calls otherwise; what it holds is compared like any. */
  #renamed({ value, other, name }: RenamedMember, depth: number): void {
    const texts = { before: JSON.stringify(this.#path[depth]), after: JSON.stringify(name) };
    this.#elsewhere.set(depth, name);
    this.#add({ kind: 'changed', ...equivalentBy('renaming'), ...texts }, {}, keyMark);
    this.values(value, other);
    this.#elsewhere.delete(depth);
  }

  #arrays(before: readonly JsonValue[], after: readonly JsonValue[]): void {
    if (!isJsonObject(before[0]) && this.#memory.equal(before, after)) return;
    const ruling = this.#rulings.arrayAt([...this.#path]);
    const names = this.#explainer.namesAt([...this.#path]);
    const { elements } = alignArrays(before, after, { names, memory: this.#memory, ruling });
    const depth = this.#enter(0, undefined);
    if (elements === undefined) {
      for (let index = 0; index < before.length; index++) {
        this.#path[depth] = index;
        this.values(before[index]!, after[index]!);
      }
    } else this.#aligned(elements, { before, after, depth });
    this.#leave();
    if (elements) {
      this.#moves(
        elements.filter(({ moved }) => moved),
        ruling,
      );
    }
  }

  #aligned(elements: readonly AlignedElement[], { before, after, depth }: AlignedArrays): void {
    for (const { baseline, fresh, isEqual } of elements) {
      if (isEqual) continue;
      this.#path[depth] = baseline === -1 ? fresh : baseline;
      if (baseline === -1) this.#added(after[fresh]!);
      else if (fresh === -1) this.#removed(before[baseline]!);
      else {
        if (baseline !== fresh) this.#elsewhere.set(depth, fresh);
        this.values(before[baseline]!, after[fresh]!);
        this.#elsewhere.delete(depth);
      }
    }
  }

  #moves(moved: readonly AlignedElement[], ruling: ArrayRuling | undefined): void {
    if (moved.length === 0) return;
    const facts = ruling?.order === 'free' ? equivalentBy(ruling.rule) : ({ severity: 'added' } as const);
    if (moved.length > maxMovesPerArray) {
      this.#add({ kind: 'moved', ...facts, after: `${moved.length} elements stand in another order` });
      return;
    }
    const depth = this.#enter(0, undefined);
    for (const { baseline, fresh } of moved) {
      this.#path[depth] = baseline;
      this.#elsewhere.set(depth, fresh);
      this.#add({ kind: 'moved', ...facts, before: `position ${baseline}`, after: `position ${fresh}` });
    }
    this.#elsewhere.delete(depth);
    this.#leave();
  }

  #scalars(before: JsonValue, after: JsonValue): void {
    if (jsonEqual(before, after) || this.#passes('changed')) return;
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
    if (this.#passes('broken')) return;
    this.#add({ kind: 'removed', severity: 'broken', before: jsonPreview(value) }, { before: value });
  }

  #added(value: JsonValue): void {
    if (this.#passes('added')) return;
    this.#add({ kind: 'added', severity: 'added', after: jsonPreview(value) }, { after: value });
  }

  #enter(key: string | number, container: JsonObject | undefined): number {
    this.#containers.push(container);
    return this.#path.push(key) - 1;
  }

  #leave(): void {
    this.#containers.pop();
    this.#path.pop();
  }

  /** So many as bad ones are known that another would not be listed, and could not make the verdict worse. */
  #passes(severity: Severity): boolean {
    return this.differences.passes(severity, this.#path);
  }

  #add(difference: Omit<Difference, 'part' | 'path' | 'pattern'>, values: FoundValues = {}, mark = ''): void {
    let path = '';
    let pattern = '';
    for (const [depth, key] of this.#path.entries()) {
      path = childPointer(path, key);
      pattern = childPointer(pattern, this.#isCounted(depth) ? '*' : key);
    }
    const keys = [...this.#path];
    const freshKeys = keys.map((key, depth) => this.#elsewhere.get(depth) ?? key);
    const places = this.#elsewhere.size === 0 ? { keys } : { keys, freshKeys };
    this.differences.add({ path: path + mark, pattern: pattern + mark, ...difference }, { ...places, ...values });
  }

  /** Is the key at this depth a position in an array, or an identifier in a map? */
  #isCounted(depth: number): boolean {
    const container = this.#containers[depth];
    if (container === undefined) return true;
    let isMap = this.#maps.get(container);
    if (isMap === undefined) this.#maps.set(container, (isMap = isMapLike(container)));
    return isMap;
  }
}

interface ComparedObjects {
  readonly before: JsonObject;
  readonly after: JsonObject;
  readonly renamed: ReadonlyMap<string, string> | undefined;
}

interface RenamedMember {
  readonly value: JsonValue;
  readonly other: JsonValue;
  /** In the fresh document. */
  readonly name: string;
}

interface AlignedArrays {
  readonly before: readonly JsonValue[];
  readonly after: readonly JsonValue[];
  readonly depth: number;
}

function equivalentBy(rule: string): { readonly severity: 'equivalent'; readonly rule: string } {
  return { severity: 'equivalent', rule };
}

/** A look at one key is enough for nearly all objects: names of fields have no digits. */
function mayBeMap(object: JsonObject): boolean {
  for (const key in object) return /\d/.test(key);
  return false;
}

const duplicateMark = ' (duplicate key)';

/** A pointer into a document with positions as stars. */
function patternOf(pointer: string, document: JsonValue): string {
  let value: JsonValue | undefined = document;
  let pattern = '';
  for (const key of pointerKeys(pointer)) {
    pattern = childPointer(pattern, isJsonArray(value) ? '*' : key);
    value = isJsonArray(value) ? value[Number(key)] : isJsonObject(value) ? member(value, key) : undefined;
  }
  return pattern;
}

function shadowedTexts(content: JsonDocument): Map<string, string> {
  const texts = new Map<string, string>();
  for (const { pointer, value } of content.shadowed) {
    texts.set(pointer, [texts.get(pointer), jsonText(value)].filter((text) => text !== undefined).join(', '));
  }
  return texts;
}
