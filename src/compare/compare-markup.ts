import type { JsonValue } from '../model/json-value.ts';
import type { Difference } from '../model/verdict.ts';
import { MarkupAlignment, type MarkupPair } from './align-markup.ts';
import type { Comparison } from './comparison.ts';
import { clip, clipPair, DifferenceList, type FoundValues } from './difference-list.ts';
import {
  collapsed,
  leafText,
  type MarkupElement,
  type MarkupNode,
  markupText,
  nodeName,
  textName,
} from './markup-tree.ts';
import type { MarkupShape } from './markup-values.ts';
import type { ValuePath } from './renames.ts';

/** More moved children than this in one element are one statement about its order. */
const maxMovesPerElement = 50;

/** Enough for the text of a difference. */
const previewLength = 300;

/** Where a node stands. */
export interface MarkupSite {
  /** `/order/items/item[2]`: numbered from 1 among children of its name, if names are repeated there. */
  readonly path: string;
  readonly pattern: string;
  /** In the values that rules speak of: see `MarkupShape`. */
  readonly keys: ValuePath;
  readonly shape: MarkupShape;
}

/**
 * Structural differences of two documents: elements, attributes, texts. The order of attributes has no meaning; a child
 * that stands elsewhere, white space around or inside of text, comments and processing instructions are `added` in
 * severity at most.
 */
export function compareMarkup(
  { baseline, fresh, shape }: { baseline: MarkupElement; fresh: MarkupElement; shape: MarkupShape },
  comparison: Comparison,
): Difference[] {
  const walk = new MarkupComparison(comparison);
  walk.elements(baseline, fresh, rootSite(shape));
  return walk.differences.list();
}

export function rootSite(shape: MarkupShape): MarkupSite {
  return { path: '', pattern: '', keys: [], shape };
}

/** Where a child stands; `text()` is a text between elements. */
export function childSite(site: MarkupSite, name: string, place: number): MarkupSite {
  const shape = site.shape.of(name);
  const isText = name === textName;
  const isNumbered = isText ? site.shape.hasTexts : shape.isRepeated;
  const step = isText ? 'text()' : name;
  return {
    path: `${site.path}/${step}${isNumbered ? `[${place + 1}]` : ''}`,
    pattern: `${site.pattern}/${step}${isNumbered ? '[*]' : ''}`,
    keys: isNumbered ? [...site.keys, name, place] : [...site.keys, name],
    shape,
  };
}

class MarkupComparison {
  readonly differences: DifferenceList;
  readonly #explainer: Comparison['explainer'];
  readonly #alignment: MarkupAlignment;

  constructor({ explainer, rulings }: Comparison) {
    this.#explainer = explainer;
    this.#alignment = new MarkupAlignment(explainer);
    this.differences = new DifferenceList('body', rulings);
  }

  elements(before: MarkupElement, after: MarkupElement, site: MarkupSite): void {
    if (this.#alignment.areEqual(before, after)) return;
    this.#attributes(before, after, site);
    this.#asides(before.asides, after.asides, site);
    const [first, second] = [leafText(before), leafText(after)];
    if (first !== undefined && second !== undefined) {
      this.#texts(first, second, { ...site, keys: textKeys(site) });
      return;
    }
    const pairs = this.#alignment.children(before, after, site.keys);
    for (const pair of pairs) this.#pair(pair, site);
    // Of a text that is another one the place says nothing more.
    const isOther = ({ baseline, fresh }: MarkupPair): boolean =>
      baseline?.kind === 'text' && fresh?.kind === 'text' && baseline.text !== fresh.text;
    this.#moves(
      pairs.filter((pair) => pair.moved && !isOther(pair)),
      site,
    );
  }

  #pair({ baseline, fresh, place }: MarkupPair, parent: MarkupSite): void {
    const site = childSite(parent, nodeName((baseline ?? fresh)!), place);
    if (fresh === undefined) this.#alone('removed', baseline!, site);
    else if (baseline === undefined) this.#alone('added', fresh, site);
    else if (baseline.kind === 'element' && fresh.kind === 'element') this.elements(baseline, fresh, site);
    else if (baseline.kind === 'text' && fresh.kind === 'text') this.#texts(baseline.text, fresh.text, site);
  }

  #attributes(before: MarkupElement, after: MarkupElement, site: MarkupSite): void {
    for (const name of new Set([...before.attributes.keys(), ...after.attributes.keys()])) {
      const first = before.attributes.get(name);
      const second = after.attributes.get(name);
      if (first === second) continue;
      const at = {
        path: `${site.path}/@${name}`,
        pattern: `${site.pattern}/@${name}`,
        keys: [...site.keys, `@${name}`],
      };
      if (second === undefined)
        this.#add(at, { kind: 'removed', severity: 'broken', before: clip(first!) }, { before: first! });
      else if (first === undefined)
        this.#add(at, { kind: 'added', severity: 'added', after: clip(second) }, { after: second });
      else this.#values(first, second, { ...at, told: [...site.keys, told(before, name)] });
    }
  }

  /** Comments and processing instructions, all of an element as one. */
  #asides(before: readonly string[], after: readonly string[], site: MarkupSite): void {
    const [first, second] = clipPair(before.join(''), after.join(''));
    if (first === second && before.join('') === after.join('')) return;
    const at = { path: `${site.path}/comment()`, pattern: `${site.pattern}/comment()`, keys: site.keys };
    this.#add(at, {
      kind: first === '' ? 'added' : second === '' ? 'removed' : 'changed',
      severity: 'added',
      ...(first === '' ? {} : { before: first }),
      ...(second === '' ? {} : { after: second }),
    });
  }

  #texts(before: string, after: string, site: MarkupSite): void {
    if (before === after) return;
    if (collapsed(before) === collapsed(after)) {
      const [first, second] = clipPair(JSON.stringify(before), JSON.stringify(after));
      this.#add(site, { kind: 'changed', severity: 'added', before: first, after: second }, { before, after });
    } else this.#values(before, after, { ...site, told: site.keys.filter((key) => key !== textName) });
  }

  #values(before: string, after: string, site: Omit<MarkupSite, 'shape'> & { readonly told: ValuePath }): void {
    const [first, second] = clipPair(before, after);
    const explanation = this.#explainer.text(before, after, site.told);
    this.#add(site, { kind: 'changed', before: first, after: second, ...explanation }, { before, after });
  }

  #alone(fate: 'removed' | 'added', node: MarkupNode, site: MarkupSite): void {
    const value: JsonValue = node.kind === 'text' ? node.text : site.shape.valueOf(node);
    const text = clip(markupText(node, previewLength));
    if (node.kind === 'text' && node.text.trim() === '') {
      const words = 'white space';
      const seen = fate === 'removed' ? { before: words } : { after: words };
      this.#add(
        site,
        { kind: fate, severity: 'added', ...seen },
        fate === 'removed' ? { before: value } : { after: value },
      );
    } else if (fate === 'removed') this.#add(site, { kind: fate, severity: 'broken', before: text }, { before: value });
    else this.#add(site, { kind: fate, severity: 'added', after: text }, { after: value });
  }

  #moves(moved: readonly MarkupPair[], parent: MarkupSite): void {
    if (moved.length > maxMovesPerElement) {
      const after = `${moved.length} elements stand in another order`;
      this.#add(
        { ...parent, path: parent.path || '/', pattern: parent.pattern || '/' },
        { kind: 'moved', severity: 'added', after },
      );
      return;
    }
    for (const { baseline, place } of moved) {
      const site = childSite(parent, nodeName(baseline!), place);
      const after = 'stands elsewhere among its siblings';
      this.#add(site, { kind: 'moved', severity: 'added', after });
    }
  }

  #add(
    { path, pattern, keys }: Omit<MarkupSite, 'shape'>,
    difference: Omit<Difference, 'part' | 'path' | 'pattern'>,
    values: FoundValues = {},
  ): void {
    this.differences.add({ path, pattern, ...difference }, { keys, ...values });
  }
}

/** Where the text of an element that has nothing else inside is among the values. */
function textKeys({ keys, shape }: MarkupSite): ValuePath {
  if (shape.isText) return keys;
  return shape.hasTexts ? [...keys, textName, 0] : [...keys, textName];
}

/** What an attribute's value is: `<input name="token" value="…">` and `<meta name="token" content="…">` say so. */
function told({ attributes }: MarkupElement, name: string): string {
  return name === 'value' || name === 'content' ? (attributes.get('name') ?? name) : name;
}
