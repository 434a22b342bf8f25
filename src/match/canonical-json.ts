import { childPointer } from '../model/json-pointer.ts';
import { type JsonNode, type JsonObjectNode, jsonString } from '../model/json-tree.ts';
import type { MaskSet } from './mask-set.ts';

/**
 * One text for all JSON that means the same: members sorted by name (members of one name keep their order, so that
 * duplicates still tell documents apart), arrays in order, numbers by exact value, strings without needless escapes.
 */
export function canonicalJson(text: string, root: JsonNode, masks: MaskSet): string {
  const isMasked = masks.has('json');

  const render = (node: JsonNode, pointer: string): string => {
    switch (node.kind) {
      case 'object':
        return renderObject(node, pointer);
      case 'array': {
        const items = node.items.map((item, i) => render(item, isMasked ? childPointer(pointer, i) : ''));
        return `[${items.join(',')}]`;
      }
      case 'string':
      case 'number':
      case 'literal': {
        const mark = isMasked ? masks.take(`json:${pointer}`) : undefined;
        if (mark !== undefined) return node.kind === 'string' ? `"${mark}"` : mark;
        return canonicalLeaf(text.slice(node.start, node.end));
      }
      default:
        return node satisfies never;
    }
  };

  const renderObject = (node: JsonObjectNode, pointer: string): string => {
    const members = node.members.toSorted((a, b) => (a.key < b.key ? -1 : Number(a.key > b.key)));
    const rendered = members.map(
      ({ key, value }) => `${JSON.stringify(key)}:${render(value, isMasked ? childPointer(pointer, key) : '')}`,
    );
    return `{${rendered.join(',')}}`;
  };

  return render(root, '');
}

/** Leaves of a document by JSON Pointer, in order; empty arrays and objects are leaves. Of equal names the last counts. */
export function jsonLeaves(text: string, root: JsonNode, masks: MaskSet): Map<string, string> {
  const leaves = new Map<string, string>();
  const walk = (node: JsonNode, pointer: string): void => {
    if (node.kind === 'object' && node.members.length > 0) {
      for (const { key, value } of node.members) walk(value, childPointer(pointer, key));
    } else if (node.kind === 'array' && node.items.length > 0) {
      node.items.forEach((item, i) => walk(item, childPointer(pointer, i)));
    } else if (node.kind === 'object') leaves.set(pointer, '{}');
    else if (node.kind === 'array') leaves.set(pointer, '[]');
    else leaves.set(pointer, masks.take(`json:${pointer}`) ?? canonicalLeaf(text.slice(node.start, node.end)));
  };
  walk(root, '');
  return leaves;
}

/** A string, number, `true`, `false` or `null` in its one spelling. */
function canonicalLeaf(literal: string): string {
  const first = literal.charCodeAt(0);
  if (first === 0x22) {
    return literal.includes('\\') ? JSON.stringify(jsonString(literal, wholeString(literal))) : literal;
  }
  return first === 0x2d || (first >= 0x30 && first <= 0x39) ? canonicalNumber(literal) : literal;
}

function wholeString(literal: string): { kind: 'string'; start: number; end: number } {
  return { kind: 'string', start: 0, end: literal.length };
}

/**
 * A JSON number in one spelling per value, exact whatever its size: `1.0`, `1` and `10e-1` are `1`, `-0` is `0`,
 * 9007199254740993 stays itself.
 */
export function canonicalNumber(literal: string): string {
  if (/^-?[1-9]\d{0,14}$/.test(literal)) return literal;
  const [, sign = '', whole = '', fraction = '', power = '0'] =
    /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(literal) ?? [];
  const digits = (whole + fraction).replace(/^0+/, '');
  const significant = digits.replace(/0+$/, '');
  if (significant === '') return '0';
  const exponent = BigInt(power) - BigInt(fraction.length) + BigInt(digits.length - significant.length);
  // Up to 10^20 written out, as JavaScript does; the border only has to be the same for every spelling.
  if (exponent >= 0n && exponent <= 20n) return sign + significant + '0'.repeat(Number(exponent));
  return `${sign}${significant}e${exponent}`;
}
