import { childPointer } from '../model/json-pointer.ts';
import { type JsonLeaf, type JsonNode, type JsonObjectNode, jsonString } from '../model/json-tree.ts';
import { applyEdits, type TextEdit } from '../model/text-edit.ts';
import {
  environmentName,
  foldName,
  isSecretName,
  isSecretNumber,
  isSecretValue,
  type VisitSecret,
} from './secret-names.ts';
import { jsonUnits, rewriteUnits, writeJsonChar } from './wire-text.ts';

/** The edit that gives a string leaf another value, or undefined when it has it already. */
function stringEdit(text: string, leaf: JsonLeaf, value: string, replacement: string): TextEdit | undefined {
  if (replacement === value) return undefined;
  const span = { start: leaf.start + 1, end: leaf.end - 1 };
  const inner = text.slice(span.start, span.end);
  // Without escapes the literal is the value, and a pseudonym brings none in.
  if (inner === value) return { ...span, text: replacement };
  return { ...span, text: rewriteUnits(jsonUnits(inner), replacement, writeJsonChar) };
}

/** Replaces strings of a document in place; `member` is the top-level member a string stands under. */
export function editJsonStrings(
  text: string,
  root: JsonObjectNode,
  replace: (member: string, value: string) => string,
): string {
  const edits: TextEdit[] = [];
  const walk = (node: JsonNode, member: string): void => {
    if (node.kind === 'object') for (const { value } of node.members) walk(value, member);
    else if (node.kind === 'array') for (const item of node.items) walk(item, member);
    else if (node.kind === 'string') {
      const value = jsonString(text, node);
      const edit = stringEdit(text, node, value, replace(member, value));
      if (edit) edits.push(edit);
    }
  };
  for (const { key, value } of root.members) walk(value, key);
  return applyEdits(text, edits);
}

/** Shows every secret of a document to `visit` and writes what it returns in place; all other characters stay. */
export function editJsonSecrets(text: string, root: JsonNode, visit: VisitSecret): string {
  const edits: TextEdit[] = [];

  const leafEdit = (leaf: JsonLeaf, name: string, pointer: string): TextEdit | undefined => {
    const slot = { place: `json:${pointer}`, rule: `json:${foldName(name)}`, name: environmentName(name) };
    if (leaf.kind === 'string') {
      const value = jsonString(text, leaf);
      if (!isSecretValue(name, value)) return undefined;
      return stringEdit(text, leaf, value, visit({ ...slot, value }));
    }
    const literal = text.slice(leaf.start, leaf.end);
    if (leaf.kind !== 'number' || !isSecretNumber(name, literal)) return undefined;
    return { start: leaf.start, end: leaf.end, text: visit({ ...slot, value: literal }) };
  };

  /** `name` is that of the nearest member when it is a secret's: arrays pass it on to their items, objects do not. */
  const walk = (node: JsonNode, name: string | undefined, pointer: string): void => {
    if (node.kind === 'object') {
      for (const { key, value } of node.members) {
        const isSecret = isSecretName(key, 'json') || (name !== undefined && key === 'value');
        walk(value, isSecret ? (key === 'value' ? name : key) : undefined, childPointer(pointer, key));
      }
    } else if (node.kind === 'array') {
      node.items.forEach((item, i) => walk(item, name, childPointer(pointer, i)));
    } else if (name !== undefined) {
      const edit = leafEdit(node, name, pointer);
      if (edit) edits.push(edit);
    }
  };
  walk(root, undefined, '');
  return applyEdits(text, edits);
}
