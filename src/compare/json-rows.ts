import { childPointer } from '../model/json-pointer.ts';
import { isJsonArray, isJsonObject, type JsonObject, type JsonValue } from '../model/json-value.ts';
import type { Difference } from '../model/verdict.ts';
import { alignArrays, type Alignment } from './align.ts';
import type { RowState } from './diff-row.ts';
import type { AlignedElement } from './element-pairs.ts';
import { keyMark } from './difference-list.ts';
import type { Explainer } from './explain.ts';
import { FoundAlignments } from './found-alignments.ts';
import { identityKey } from './identity-key.ts';
import { jsonPreview, member } from './json-equal.ts';
import { childLead, closingLine, JsonLines, openingLine, type LineLead } from './json-lines.ts';
import { RowSegments, type LineBlock } from './row-segments.ts';
import { SubtreeMemory } from './subtree-memory.ts';

/** Longer identities are cut in labels. */
const maxLabelLength = 60;

export interface FoundDifferences {
  /** Those of the body, by path. */
  readonly differences: ReadonlyMap<string, Difference>;
  readonly explainer: Explainer;
}

/**
 * Two JSON documents side by side, pretty-printed, members and elements that belong together on one row. Members are
 * in the baseline's order, new ones last.
 */
export function jsonSegments(baseline: JsonValue, fresh: JsonValue, found: FoundDifferences): RowSegments {
  const walk = new JsonRowWalk(found);
  walk.pair(baseline, fresh, { lead: { depth: 0, prefix: '' }, pointer: '' });
  return walk.segments;
}

interface Site {
  readonly lead: LineLead;
  /** Where the fresh document calls the member otherwise. */
  readonly freshLead?: LineLead;
  /** As in differences: places in the baseline, in the fresh document for what was added. */
  readonly pointer: string;
  readonly label?: string | undefined;
  readonly moved?: boolean;
}

class JsonRowWalk {
  readonly segments = new RowSegments();
  readonly #lines = new JsonLines();
  readonly #differences: ReadonlyMap<string, Difference>;
  readonly #alignments: FoundAlignments;
  readonly #differing: DifferingPairs;

  constructor({ differences, explainer }: FoundDifferences) {
    this.#differences = differences;
    this.#alignments = new FoundAlignments(differences);
    this.#differing = new DifferingPairs(explainer, this.#alignments);
  }

  pair(before: JsonValue, after: JsonValue, site: Site): void {
    const differ = this.#differing.has(before, after, site.pointer);
    const isOpen = differ || site.freshLead !== undefined;
    if (isOpen && isJsonObject(before) && isJsonObject(after)) this.#objects(before, after, site);
    else if (isOpen && isJsonArray(before) && isJsonArray(after)) this.#arrays(before, after, site);
    else if (!differ) this.#together(before, before, site, bracketState(site));
    else
      this.#together(before, after, site, this.#severityAt(site.pointer) === 'equivalent' ? 'equivalent' : 'changed');
  }

  #objects(before: JsonObject, after: JsonObject, site: Site): void {
    this.#bracket(before, site);
    const taken = new Set<string>();
    for (const key of Object.keys(before)) {
      const child = this.#child(site, key, key);
      const name = this.#alignments.freshKey(child.pointer) ?? key;
      const other = member(after, name);
      if (other === undefined) this.#alone('removed', before[key]!, child);
      else this.pair(before[key]!, other, name === key ? child : { ...child, freshLead: childLead(site.lead, name) });
      taken.add(name);
    }
    for (const key of Object.keys(after)) {
      if (!taken.has(key)) this.#alone('added', after[key]!, this.#child(site, key, key));
    }
    this.#close(closingLine(before, site.lead));
  }

  #arrays(before: readonly JsonValue[], after: readonly JsonValue[], site: Site): void {
    const alignment = this.#differing.alignment(before);
    this.#bracket(before.length > 0 ? before : after, site);
    for (const { baseline, fresh, moved } of elementsOf(alignment, before)) {
      const value = baseline === -1 ? after[fresh]! : before[baseline]!;
      const child = {
        ...this.#child(site, baseline === -1 ? fresh : baseline, undefined),
        label: identityLabel(value, alignment.key),
        moved,
      };
      if (baseline === -1) this.#alone('added', value, child);
      else if (fresh === -1) this.#alone('removed', value, child);
      else this.pair(value, after[fresh]!, child);
    }
    this.#close(closingLine(before, site.lead));
  }

  #child(site: Site, step: string | number, key: string | undefined): Site {
    return { lead: childLead(site.lead, key), pointer: childPointer(site.pointer, step) };
  }

  #bracket(container: JsonValue, site: Site): void {
    this.segments.add({
      state: bracketState(site),
      baseline: oneLine(openingLine(container, site.lead)),
      fresh: oneLine(openingLine(container, site.freshLead ?? site.lead)),
      ...this.#note(site),
    });
    this.segments.enter();
  }

  #close(text: string): void {
    this.segments.leave();
    this.segments.add({ state: 'same', baseline: oneLine(text), fresh: oneLine(text) });
  }

  #together(before: JsonValue, after: JsonValue, site: Site, state: RowState): void {
    this.segments.add({
      state,
      baseline: this.#block(before, site.lead),
      fresh: this.#block(after, site.freshLead ?? site.lead),
      ...this.#note(site),
    });
  }

  #alone(state: 'added' | 'removed', value: JsonValue, site: Site): void {
    const block = this.#block(value, site.lead);
    this.segments.add({
      state,
      ...(state === 'removed' ? { baseline: block } : { fresh: block }),
      difference: this.#key(site.pointer, state),
      label: site.label,
    });
  }

  #note(site: Site): { readonly difference: string | undefined; readonly label: string | undefined } {
    const own = this.#key(site.pointer, site.moved ? 'moved' : 'changed');
    const keyChange = site.freshLead && `body:${site.pointer}${keyMark}`;
    return { difference: own ?? keyChange, label: site.label };
  }

  #block(value: JsonValue, lead: LineLead): LineBlock {
    return {
      count: this.#lines.count(value),
      write: (range, put) => this.#lines.write({ value, lead }, range, put),
    };
  }

  #severityAt(pointer: string): Difference['severity'] | undefined {
    return this.#differences.get(pointer)?.severity;
  }

  /** The difference of this kind at a path, which is marked where another one has the path (see `DifferenceList`). */
  #key(pointer: string, kind: 'added' | 'removed' | 'moved' | 'changed'): string | undefined {
    const path = [`${pointer} (${kind})`, pointer].find((candidate) => {
      const found = this.#differences.get(candidate)?.kind;
      return found === kind || (kind === 'changed' && found === 'type');
    });
    return path === undefined ? undefined : `body:${path}`;
  }
}

function bracketState({ moved, freshLead }: Site): RowState {
  if (moved) return 'moved';
  return freshLead ? 'equivalent' : 'same';
}

/** Which containers differ and how their arrays are aligned, found once for a pair of documents. */
class DifferingPairs {
  readonly #explainer: Explainer;
  readonly #found: FoundAlignments;
  readonly #memory: SubtreeMemory;
  readonly #known = new Map<JsonValue, boolean>();
  readonly #alignments = new Map<readonly JsonValue[], Alignment>();

  constructor(explainer: Explainer, found: FoundAlignments) {
    this.#explainer = explainer;
    this.#found = found;
    this.#memory = new SubtreeMemory(explainer.namesAt([]));
  }

  alignment(before: readonly JsonValue[]): Alignment {
    return this.#alignments.get(before) ?? {};
  }

  has(before: JsonValue, after: JsonValue, pointer: string): boolean {
    const bothArrays = isJsonArray(before) && isJsonArray(after);
    const bothObjects = isJsonObject(before) && isJsonObject(after);
    if (!bothArrays && !bothObjects) return !this.#memory.equal(before, after);
    const known = this.#known.get(before);
    if (known !== undefined) return known;
    const differ = !this.#memory.equal(before, after);
    this.#known.set(before, differ);
    if (differ && bothArrays) this.#alignments.set(before, this.#align(before, after, pointer));
    return differ;
  }

  #align(before: readonly JsonValue[], after: readonly JsonValue[], pointer: string): Alignment {
    const names = this.#explainer.namesAt([]);
    const elements = this.#found.elementsAt(pointer, before, after);
    if (elements === undefined) return alignArrays(before, after, { names, memory: this.#memory });
    const key = identityKey(before, after, names)?.key;
    return key === undefined ? { elements } : { key, elements };
  }
}

function elementsOf(alignment: Alignment, before: readonly JsonValue[]): readonly AlignedElement[] {
  return alignment.elements ?? before.map((_, index) => ({ baseline: index, fresh: index, moved: false }));
}

function identityLabel(element: JsonValue, key: string | undefined): string | undefined {
  if (key === undefined || !isJsonObject(element)) return undefined;
  const identity = member(element, key);
  if (identity === undefined) return undefined;
  return `[${key}=${typeof identity === 'string' ? identity.slice(0, maxLabelLength) : jsonPreview(identity)}]`;
}

function oneLine(text: string): LineBlock {
  return { count: 1, write: (range, put) => (range.from <= 0 && range.to > 0 ? put(text, 0) : undefined) };
}
