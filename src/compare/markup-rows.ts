import type { Difference } from '../model/verdict.ts';
import { MarkupAlignment, type MarkupPair } from './align-markup.ts';
import { childSite, type MarkupSite, rootSite } from './compare-markup.ts';
import type { RowState } from './diff-row.ts';
import type { FoundDifferences } from './json-rows.ts';
import {
  attributeText,
  escapedText,
  leafText,
  type MarkupElement,
  type MarkupNode,
  nodeName,
  openTag,
} from './markup-tree.ts';
import type { MarkupShape } from './markup-values.ts';
import { RowSegments, type LineBlock } from './row-segments.ts';

/**
 * Two documents side by side, laid out alike: an element a line, its children indented beneath it. What belongs together
 * stands on one row; attributes have rows of their own where they differ.
 */
export function markupSegments(
  { baseline, fresh, shape }: { baseline: MarkupElement; fresh: MarkupElement; shape: MarkupShape },
  found: FoundDifferences,
): RowSegments {
  const walk = new MarkupRowWalk(found);
  const site = { ...rootSite(shape), depth: 0 };
  if (!sameAttributes(baseline, fresh)) walk.attributes(baseline, fresh, site);
  walk.inside(baseline, fresh, site);
  return walk.segments;
}

interface RowSite extends MarkupSite {
  readonly depth: number;
}

class MarkupRowWalk {
  readonly segments = new RowSegments();
  readonly #differences: ReadonlyMap<string, Difference>;
  readonly #alignment: MarkupAlignment;

  constructor({ differences, explainer }: FoundDifferences) {
    this.#differences = differences;
    this.#alignment = new MarkupAlignment(explainer);
  }

  /** A row for each. */
  attributes(before: MarkupElement, after: MarkupElement, site: RowSite): void {
    for (const name of new Set([...before.attributes.keys(), ...after.attributes.keys()])) {
      const line = (value: string | undefined): string[] => (value === undefined ? [] : [attributeText([name, value])]);
      this.#lines(line(before.attributes.get(name)), line(after.attributes.get(name)), this.#at(site, `/@${name}`));
    }
  }

  /** Comments and children of two elements that differ. */
  inside(before: MarkupElement, after: MarkupElement, site: RowSite): void {
    this.#lines(before.asides.flatMap(splitText), after.asides.flatMap(splitText), this.#at(site, '/comment()'));
    const [first, second] = [leafText(before), leafText(after)];
    if (first !== undefined && second !== undefined) {
      this.#lines(textLines(first), textLines(second), { depth: site.depth, path: site.path, kind: 'changed' });
      return;
    }
    for (const pair of this.#alignment.children(before, after, site.keys)) this.#pair(pair, site);
  }

  #at({ path, depth }: RowSite, step: string): LinePlace {
    return { path: path + step, depth };
  }

  #pair({ baseline, fresh, place, moved }: MarkupPair, parent: RowSite): void {
    const site = { ...childSite(parent, nodeName((baseline ?? fresh)!), place), depth: parent.depth };
    if (baseline?.kind === 'element' && fresh?.kind === 'element' && !this.#alignment.areEqual(baseline, fresh)) {
      this.#elements(baseline, fresh, { site, moved });
      return;
    }
    this.#lines(linesOf(baseline), linesOf(fresh), { path: site.path, depth: site.depth, moved });
  }

  #elements(before: MarkupElement, after: MarkupElement, { site, moved }: { site: RowSite; moved: boolean }): void {
    const isTextOnly = sameAttributes(before, after) && before.asides.join('') === after.asides.join('');
    if (isTextOnly && !moved && leafText(before) !== undefined && leafText(after) !== undefined) {
      this.#lines(linesOf(before), linesOf(after), { path: site.path, depth: site.depth });
      return;
    }
    const inner = { ...site, depth: site.depth + 1 };
    const opening = sameAttributes(before, after) ? openTag(before, '>') : `<${before.name}`;
    this.#lines([opening], [opening], { path: site.path, depth: site.depth, moved });
    this.segments.enter();
    if (!sameAttributes(before, after)) {
      this.attributes(before, after, inner);
      this.#lines(['>'], ['>'], { depth: site.depth });
    }
    this.inside(before, after, inner);
    this.segments.leave();
    const closing = `</${before.name}>`;
    this.#lines([closing], [closing], { depth: site.depth });
  }

  #lines(before: readonly string[], after: readonly string[], place: LinePlace): void {
    if (before.length === 0 && after.length === 0) return;
    const state = this.#stateOf(before, after, place);
    this.segments.add({
      state,
      baseline: block(before, place.depth),
      fresh: block(after, place.depth),
      difference: this.#key(place, state),
    });
  }

  #stateOf(before: readonly string[], after: readonly string[], { path, moved }: LinePlace): RowState {
    if (before.length === 0) return 'added';
    if (after.length === 0) return 'removed';
    if (before.length === after.length && before.every((line, i) => line === after[i])) return moved ? 'moved' : 'same';
    return path !== undefined && this.#differences.get(path)?.severity === 'equivalent' ? 'equivalent' : 'changed';
  }

  /** The difference at a place, whose path is marked where another one has it (see `DifferenceList`). */
  #key({ path, kind }: LinePlace, state: RowState): string | undefined {
    if (state === 'same' || path === undefined) return undefined;
    const wanted = kind ?? (state === 'equivalent' ? 'changed' : state);
    const known = [`${path} (${wanted})`, path].find((candidate) => this.#differences.get(candidate)?.kind === wanted);
    return known === undefined ? undefined : `body:${known}`;
  }
}

interface LinePlace {
  readonly depth: number;
  /** Of the difference, if there is one. */
  readonly path?: string;
  readonly moved?: boolean;
  /** Of the difference, where the lines do not tell: a text that is gone is a change of its element. */
  readonly kind?: 'changed';
}

const indentation = '  ';

/** Real pages are some twenty levels deep; what is deeper is not moved further to the right. */
const maxIndentation = 60;

function block(lines: readonly string[], depth: number): LineBlock | undefined {
  if (lines.length === 0) return undefined;
  const lead = indentation.repeat(Math.min(depth, maxIndentation));
  return {
    count: lines.length,
    write: ({ from, to }, put) => {
      for (let line = from; line < Math.min(to, lines.length); line++) put(lead + lines[line]!, line);
    },
  };
}

/** A node laid out; none for a node that is not there. */
function linesOf(node: MarkupNode | undefined): string[] {
  const lines: string[] = [];
  if (node) write(node, '', lines);
  return lines;
}

function write(node: MarkupNode, lead: string, lines: string[]): void {
  const put = (text: string): void => {
    for (const line of splitText(text)) lines.push(lead + line);
  };
  if (node.kind === 'text') {
    put(escapedText(node.text));
    return;
  }
  const text = leafText(node);
  if (text !== undefined && node.asides.length === 0) {
    put(text === '' ? openTag(node, ' />') : `${openTag(node, '>')}${escapedText(text)}</${node.name}>`);
    return;
  }
  put(openTag(node, '>'));
  const inner = lead.length < maxIndentation * indentation.length ? lead + indentation : lead;
  for (const aside of node.asides) for (const line of splitText(aside)) lines.push(inner + line);
  for (const child of node.children) write(child, inner, lines);
  put(`</${node.name}>`);
}

function textLines(text: string): string[] {
  return text === '' ? [] : splitText(escapedText(text));
}

function splitText(text: string): string[] {
  return text.split(/\r\n?|\n/);
}

function sameAttributes({ attributes: before }: MarkupElement, { attributes: after }: MarkupElement): boolean {
  return before.size === after.size && [...before].every(([name, value]) => after.get(name) === value);
}
