import { childPointer } from '../model/json-pointer.ts';
import { type JsonLeaf, type JsonMember, type JsonNode, type JsonObjectNode, jsonString } from '../model/json-tree.ts';
import { canonicalNumber } from '../model/json-value.ts';
import { leftOut, type Marks } from './mask-set.ts';

/**
 * One text for all JSON that means the same: members sorted by name (members of one name keep their order, so that
 * duplicates still tell documents apart), arrays in order, numbers by exact value, strings without needless escapes.
 */
export function canonicalJson(text: string, root: JsonNode, masks: Marks): string {
  const isMasked = masks.has('json');

  if (isMasked) masks.document?.(text, root);

  const render = (node: JsonNode, pointer: string): string => {
    if (isMasked && node.kind !== 'string' && masks.isLeftOut?.(`json:${pointer}`)) return leftOut;
    switch (node.kind) {
      case 'object':
        return renderObject(node, pointer);
      case 'array': {
        const items = node.items.map((item, i) => render(item, isMasked ? childPointer(pointer, i) : ''));
        return `[${items.filter((item) => item !== leftOut).join(',')}]`;
      }
      case 'string':
      case 'number':
      case 'literal': {
        const mark = isMasked ? masks.take(`json:${pointer}`, leafText(text, node)) : undefined;
        if (mark !== undefined) return node.kind === 'string' && mark !== leftOut ? `"${mark}"` : mark;
        return canonicalLeaf(text.slice(node.start, node.end));
      }
      default:
        return node satisfies never;
    }
  };

  const renderObject = (node: JsonObjectNode, pointer: string): string => {
    let rendered = '{';
    for (const { key, value } of inOrder(node.members)) {
      const member = render(value, isMasked ? childPointer(pointer, key) : '');
      if (member === leftOut) continue;
      const comma = rendered.length === 1 ? '' : ',';
      rendered += `${comma}${canonicalKey(key)}:${member}`;
    }
    return `${rendered}}`;
  };

  return render(root, '');
}

/** Sorted by key. Programs mostly send members in one order, so that checking is cheaper than sorting. */
function inOrder(members: readonly JsonMember[]): readonly JsonMember[] {
  for (let i = 1; i < members.length; i++) {
    if (members[i]!.key < members[i - 1]!.key) {
      return members.toSorted((a, b) => (a.key < b.key ? -1 : Number(a.key > b.key)));
    }
  }
  return members;
}

function canonicalKey(key: string): string {
  return /^[\w .:/-]*$/.test(key) ? `"${key}"` : JSON.stringify(key);
}

/** Leaves of a document by JSON Pointer, in order; empty arrays and objects are leaves. Of equal names the last counts. */
export function jsonLeaves(text: string, root: JsonNode, masks: Marks): Map<string, string> {
  const leaves = new Map<string, string>();
  if (masks.has('json')) masks.document?.(text, root);
  const walk = (node: JsonNode, pointer: string): void => {
    if (node.kind !== 'string' && masks.isLeftOut?.(`json:${pointer}`)) return;
    if (node.kind === 'object' && node.members.length > 0) {
      for (const { key, value } of node.members) walk(value, childPointer(pointer, key));
    } else if (node.kind === 'array' && node.items.length > 0) {
      node.items.forEach((item, i) => walk(item, childPointer(pointer, i)));
    } else if (node.kind === 'object') leaves.set(pointer, '{}');
    else if (node.kind === 'array') leaves.set(pointer, '[]');
    else {
      const mark = masks.has('json') ? masks.take(`json:${pointer}`, leafText(text, node)) : undefined;
      if (mark !== leftOut) leaves.set(pointer, mark ?? canonicalLeaf(text.slice(node.start, node.end)));
    }
  };
  walk(root, '');
  return leaves;
}

function leafText(text: string, leaf: JsonLeaf): string {
  return leaf.kind === 'string' ? jsonString(text, leaf) : text.slice(leaf.start, leaf.end);
}

/** A string, number, `true`, `false` or `null` in its one spelling. */
function canonicalLeaf(literal: string): string {
  const first = literal.charCodeAt(0);
  if (first === 0x22) {
    return literal.includes('\\') ? JSON.stringify(jsonString(literal, { start: 0, end: literal.length })) : literal;
  }
  return first === 0x2d || (first >= 0x30 && first <= 0x39) ? canonicalNumber(literal) : literal;
}
