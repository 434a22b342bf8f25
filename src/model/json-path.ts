import type * as JsonP3 from 'json-p3';
import type { JSONPathQuery } from 'json-p3';
import { createRequire } from 'node:module';
import { problemOf } from '../base/errors.ts';
import { childPointer } from './json-pointer.ts';
import { type JsonNode, maxJsonDepth } from './json-tree.ts';
import { ExactNumber, isJsonArray, isJsonObject, type JsonValue } from './json-value.ts';

/** A JSONPath (RFC 9535), read and ready to be applied. */
export interface JsonPath {
  readonly text: string;
  /** Names, indexes and wildcards from the root; undefined for paths that can do more than that. */
  readonly steps: readonly JsonPathStep[] | undefined;
  /** JSON Pointers (RFC 6901) of what the path selects, each once, in no promised order. */
  readonly pointers: (value: JsonValue) => string[];
}

/** A name, an index from 0, or undefined: every member or item. */
export type JsonPathStep = string | number | undefined;

export type CompiledJsonPath =
  | ({ readonly ok: true } & JsonPath)
  | {
      readonly ok: false;
      /** In the library's words, with the place of the mistake. */
      readonly problem: string;
    };

const simpleSegment =
  /\.([A-Za-z_\u{80}-\u{D7FF}\u{E000}-\u{10FFFF}][\w\u{80}-\u{D7FF}\u{E000}-\u{10FFFF}]*)|\.\*|\[(?:(\*)|(0|[1-9]\d{0,8})|'([^'\\\p{Cc}]*)'|"([^"\\\p{Cc}]*)")\]/uy;

/** Reads a JSONPath. Plain ones, the most, never load the library. */
export function compileJsonPath(text: string): CompiledJsonPath {
  const steps = simpleSteps(text);
  if (steps) return { ok: true, text, steps, pointers: (value) => pointersOfSteps(steps, value) };
  try {
    const query = compileQuery(text);
    return { ok: true, text, steps: undefined, pointers: (value) => pointersOfQuery(query, value) };
  } catch (thrown) {
    // What its lexer says at the end of a text helps nobody.
    return { ok: false, problem: problemOf(thrown).replace("can't backup beyond start", 'it ends too early') };
  }
}

function simpleSteps(text: string): JsonPathStep[] | undefined {
  if (!text.startsWith('$')) return undefined;
  const steps: JsonPathStep[] = [];
  simpleSegment.lastIndex = 1;
  while (simpleSegment.lastIndex < text.length) {
    const found = simpleSegment.exec(text);
    if (!found) return undefined;
    const [, shorthand, , index, single, double] = found;
    steps.push(index === undefined ? (shorthand ?? single ?? double) : Number(index));
  }
  return steps;
}

/** What a path selects in a parsed document, by pointer. Throws RangeError for a path that cannot be read. */
export function jsonPathMatches(path: string | JsonPath, value: JsonValue): string[] {
  if (typeof path !== 'string') return path.pointers(value);
  const compiled = compileJsonPath(path);
  if (!compiled.ok) throw new RangeError(`JSONPath ${path}: ${compiled.problem}`);
  return compiled.pointers(value);
}

function pointersOfSteps(steps: readonly JsonPathStep[], root: JsonValue): string[] {
  const found: string[] = [];
  const walk = (value: JsonValue | undefined, pointer: string, depth: number): void => {
    if (value === undefined) return;
    if (depth === steps.length) {
      found.push(pointer);
      return;
    }
    const step = steps[depth];
    if (isJsonArray(value)) {
      if (step === undefined) value.forEach((item, i) => walk(item, childPointer(pointer, i), depth + 1));
      else if (typeof step === 'number') walk(value[step], childPointer(pointer, step), depth + 1);
    } else if (isJsonObject(value)) {
      if (step === undefined) {
        for (const key of Object.keys(value)) walk(value[key], childPointer(pointer, key), depth + 1);
      } else if (typeof step === 'string' && Object.hasOwn(value, step)) {
        walk(value[step], childPointer(pointer, step), depth + 1);
      }
    }
  };
  walk(root, '', 0);
  return found;
}

/**
 * The same on a document as text and tree, without making values of it: a path of names, indexes and wildcards walks the
 * tree. Equal names in one object share a pointer.
 */
export function jsonPathPlaces(path: JsonPath, document: { readonly text: string; readonly root: JsonNode }): string[] {
  const { steps } = path;
  if (!steps) return path.pointers(JSON.parse(document.text.replace(/^\uFEFF/, '')) as JsonValue);
  const found = new Set<string>();
  const walk = (node: JsonNode | undefined, pointer: string, depth: number): void => {
    if (node === undefined) return;
    if (depth === steps.length) {
      found.add(pointer);
      return;
    }
    const step = steps[depth];
    if (node.kind === 'array') {
      if (step === undefined) node.items.forEach((item, i) => walk(item, childPointer(pointer, i), depth + 1));
      else if (typeof step === 'number') walk(node.items[step], childPointer(pointer, step), depth + 1);
    } else if (node.kind === 'object') {
      for (const { key, value } of node.members) {
        if (step === undefined || step === key) walk(value, childPointer(pointer, key), depth + 1);
      }
    }
  };
  walk(document.root, '', 0);
  return [...found];
}

function pointersOfQuery(query: JSONPathQuery, root: JsonValue): string[] {
  const nodes = query.query(plainValue(root) as Parameters<JSONPathQuery['query']>[0]);
  return [...new Set(nodes.locations().map((location) => location.reduce<string>(childPointer, '')))];
}

/** Exact numbers as doubles, for the library: it selects by position and compares with doubles anyway. */
function plainValue(value: JsonValue): JsonValue {
  if (value instanceof ExactNumber) return Number(value.text);
  if (isJsonArray(value)) return value.map(plainValue);
  if (!isJsonObject(value)) return value;
  const entries = Object.entries(value).map(([key, member]) => [key, plainValue(member)] as const);
  return Object.fromEntries(entries);
}

let environment: JsonP3.JSONPathEnvironment | undefined;

function compileQuery(text: string): JSONPathQuery {
  if (!text.startsWith('$'))
    throw new Error(`a JSONPath begins with "$", not with ${JSON.stringify(text.slice(0, 1))}`);
  // Loaded by the first path that needs it: a replay is expected to answer at once, and few have such a rule.
  environment ??= newEnvironment();
  return environment.compile(text);
}

function newEnvironment(): JsonP3.JSONPathEnvironment {
  // Not in one expression: the compiler drops the parentheses that keep `new` from calling `createRequire`.
  const { JSONPathEnvironment } = createRequire(import.meta.url)('json-p3') as typeof JsonP3;
  // It counts leaves and the root as well.
  return new JSONPathEnvironment({ maxRecursionDepth: maxJsonDepth + 2 });
}
