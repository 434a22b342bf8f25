import type * as JsonP3 from 'json-p3';
import type { JSONPathQuery } from 'json-p3';
import { createRequire } from 'node:module';
import { problemOf } from '../base/errors.ts';
import { childPointer } from './json-pointer.ts';
import { type JsonNode, maxJsonDepth } from './json-tree.ts';
import { isJsonArray, isJsonObject, type JsonValue } from './json-value.ts';
import { compileLinearPattern, type LinearPattern } from './linear-pattern.ts';
import { meteredJson } from './metered-json.ts';

/** A JSONPath (RFC 9535), read and ready to be applied. */
export interface JsonPath {
  readonly text: string;
  /** Names, indexes and wildcards from the root; undefined for paths that can do more than that. */
  readonly steps: readonly JsonPathStep[] | undefined;
  /** The same with steps at any depth (`..name`) among them; undefined for paths that can do more than that. */
  readonly segments: readonly JsonPathSegment[] | undefined;
  /**
   * JSON Pointers (RFC 6901) of what the path selects, each once, in no promised order. Throws TooCostly: a filter in a
   * filter, or several `..`, may take longer on a large document than anybody waits.
   */
  readonly pointers: (value: JsonValue) => string[];
}

/** A name, an index from 0, or undefined: every member or item. */
export type JsonPathStep = string | number | undefined;

export interface JsonPathSegment {
  readonly step: JsonPathStep;
  /** `any`: after any number of keys in between. */
  readonly depth: 'next' | 'any';
}

export type CompiledJsonPath =
  | ({ readonly ok: true } & JsonPath)
  | {
      readonly ok: false;
      /** In the library's words, with the place of the mistake. */
      readonly problem: string;
    };

const simpleSegment =
  /(\.\.?)(?:([A-Za-z_\u{80}-\u{D7FF}\u{E000}-\u{10FFFF}][\w\u{80}-\u{D7FF}\u{E000}-\u{10FFFF}]*)|\*)|(\.\.)?\[(?:\*|(0|[1-9]\d{0,8})|'([^'\\\p{Cc}]*)'|"([^"\\\p{Cc}]*)")\]/uy;

/** Reads a JSONPath. Plain ones, the most, never load the library. */
export function compileJsonPath(text: string): CompiledJsonPath {
  const segments = simpleSegments(text);
  if (segments?.every(({ depth }) => depth === 'next')) {
    const steps = segments.map(({ step }) => step);
    return { ok: true, text, steps, segments, pointers: (value) => pointersOfSteps(steps, value) };
  }
  try {
    const query = compileQuery(text);
    return { ok: true, text, steps: undefined, segments, pointers: (value) => pointersOfQuery(query, value) };
  } catch (thrown) {
    // What its lexer says at the end of a text helps nobody.
    return { ok: false, problem: problemOf(thrown).replace("can't backup beyond start", 'it ends too early') };
  }
}

function simpleSegments(text: string): JsonPathSegment[] | undefined {
  if (!text.startsWith('$')) return undefined;
  const segments: JsonPathSegment[] = [];
  simpleSegment.lastIndex = 1;
  while (simpleSegment.lastIndex < text.length) {
    const found = simpleSegment.exec(text);
    if (!found) return undefined;
    const [, dots, shorthand, deep, index, single, double] = found;
    const step = index === undefined ? (shorthand ?? single ?? double) : Number(index);
    segments.push({ step, depth: dots === '..' || deep !== undefined ? 'any' : 'next' });
  }
  return segments;
}

/**
 * How many of these keys, from the root, lead to a place that the segments select, the most there are; undefined when
 * none do. Takes no document: what such a path selects is known from the keys.
 */
export function selectedDepth(
  segments: readonly JsonPathSegment[],
  keys: readonly (string | number)[],
): number | undefined {
  let deepest = segments.length === 0 ? 0 : undefined;
  /** Segments that may come next. */
  let open = new Set([0]);
  for (const [index, key] of keys.entries()) {
    const next = new Set<number>();
    for (const at of open) {
      const segment = segments[at];
      if (!segment) continue;
      if (segment.depth === 'any') next.add(at);
      if (segment.step === undefined || segment.step === key) next.add(at + 1);
    }
    if (next.has(segments.length)) deepest = index + 1;
    open = next;
  }
  return deepest;
}

/** What a path selects in a parsed document, by pointer. Throws RangeError for a path that cannot be read. */
export function jsonPathMatches(path: string | JsonPath, value: JsonValue): string[] {
  if (typeof path !== 'string') return path.pointers(value);
  const compiled = compileJsonPath(path);
  if (!compiled.ok) throw new RangeError(`JSONPath ${path}: ${compiled.problem}`);
  return compiled.pointers(value);
}

/** The path of these steps: `$.items[*].id`. */
export function formatJsonPath(steps: readonly JsonPathStep[]): string {
  const texts = steps.map((step) => {
    if (step === undefined) return '[*]';
    if (typeof step === 'number') return `[${step}]`;
    if (/^[A-Za-z_]\w*$/.test(step)) return `.${step}`;
    // Without escapes it is a simple segment.
    return step.includes('"') && !/['\\\p{Cc}]/u.test(step) ? `['${step}']` : `[${JSON.stringify(step)}]`;
  });
  return `$${texts.join('')}`;
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

/** Looks at members and elements: measured, a second, in which 10 MB are searched once. */
const mostLooks = 5_000_000;

function pointersOfQuery(query: JSONPathQuery, root: JsonValue): string[] {
  // Lazily: the other way spreads lists into arguments, and a long one is more than there can be.
  const nodes = query.lazyQuery(meteredJson(root, mostLooks) as Parameters<JSONPathQuery['query']>[0]);
  const found = new Set<string>();
  for (const { location } of nodes) found.add(location.reduce<string>(childPointer, ''));
  return [...found];
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
  const made = new JSONPathEnvironment({ maxRecursionDepth: maxJsonDepth + 2 });
  for (const [name, extent] of Object.entries(patternFunctions)) {
    const known = made.functionRegister.get(name)!;
    const { argTypes, returnType } = known;
    made.functionRegister.set(name, { argTypes, returnType, call: patternFunction(extent) });
  }
  return made;
}

/** RFC 9535 §2.4.6 and §2.4.7. The library's own use expressions that a hostile text makes last for ever. */
const patternFunctions = { match: 'whole', search: 'anywhere' } as const;

/** A pattern may come from the document, too: few are kept. */
const maxPatterns = 20;

function patternFunction(extent: keyof LinearPattern): (text: unknown, pattern: unknown) => boolean {
  const known = new Map<string, LinearPattern | undefined>();
  const compiled = (pattern: string): LinearPattern | undefined => {
    if (known.has(pattern)) return known.get(pattern);
    // RFC 9485 §5.1: a dot is any character but the ends of lines.
    const read = compileLinearPattern(
      pattern.replaceAll(/\\.|\[(?:\\.|[^\]\\])*\]|\./gs, (part) => (part === '.' ? String.raw`[^\n\r]` : part)),
    );
    if (known.size === maxPatterns) known.clear();
    known.set(pattern, read.ok ? read : undefined);
    return known.get(pattern);
  };
  return (text, pattern) =>
    typeof text === 'string' && typeof pattern === 'string' && compiled(pattern)?.[extent](text) === true;
}
