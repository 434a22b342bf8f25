import { mediaType } from '../model/content-shape.ts';
import { headerValue, toPairs } from '../model/headers.ts';
import { childPointer } from '../model/json-pointer.ts';
import type { JsonValue } from '../model/json-value.ts';
import { multipartParts } from '../model/multipart.ts';
import type { Difference } from '../model/verdict.ts';
import { noValues, type BodyFormat, type ReadBodies } from './body-format.ts';
import { compareJson } from './compare-json.ts';
import { compareUnalike } from './compare-unalike.ts';
import type { Comparison } from './comparison.ts';
import { contentOf, type Content } from './content.ts';
import { clip, DifferenceList } from './difference-list.ts';
import type { ValuePath } from './renames.ts';

/** One part: what its headers say of it, and what is in it. */
interface Part {
  readonly name: string | undefined;
  /** Header fields by lower-case name, and `filename`; without `content-type` where it says plain text. */
  readonly facts: Readonly<Record<string, string>>;
  readonly content: Content;
}

/** Parts of both sides that belong together, under the place they have. */
interface PartPair {
  /** Name of the part, and its number where the name is repeated; only a number where parts have no names. */
  readonly keys: ValuePath;
  readonly baseline?: Part;
  readonly fresh?: Part;
}

type ReadAlike = (baseline: Content, fresh: Content) => ReadBodies | undefined;

/**
 * Multipart bodies part by part: those of a name in order, those without one by position; boundaries and the order of
 * names have no meaning. Each part is an object of its filename, its header fields and its `body`, or only the body
 * where there is nothing else to say. Bodies are compared as their own types demand.
 *
 * @param readAlike Formats that parts may have; multipart is none of them.
 */
export function multipartFormat(readAlike: ReadAlike): BodyFormat {
  return {
    name: 'multipart',
    read: (baseline, fresh) => {
      const before = partsOf(baseline);
      if (!before || !fresh.contentType.startsWith('multipart/')) return undefined;
      const after = partsOf(fresh);
      if (!after) return { values: noValues, compare: (comparison) => unreadable(baseline, fresh, comparison) };
      const pairs = pairsOf(before, after).map((pair) => readPair(pair, readAlike));
      const values = { baseline: valueOf(pairs, 'baseline'), fresh: valueOf(pairs, 'fresh') };
      return {
        values,
        shownAs: 'values',
        compare: (comparison) => pairs.flatMap((pair) => comparePair(pair, comparison)),
      };
    },
  };
}

function partsOf(content: Content): Part[] | undefined {
  if (content.boundary === undefined || content.problem !== undefined) return undefined;
  return multipartParts(content.bytes, content.boundary)?.map(({ headers, body }) => {
    const disposition = headerValue(headers, 'content-disposition') ?? '';
    const facts = new Map<string, string>();
    for (const [name, value] of toPairs(headers)) {
      const key = name.toLowerCase();
      if (unsaid.has(key) || (key === 'content-type' && mediaType(headers) === 'text/plain')) continue;
      facts.set(key, facts.has(key) ? `${facts.get(key)}, ${value.trim()}` : value.trim());
    }
    for (const [name, value] of dispositionOf(disposition)) facts.set(name, value);
    return {
      name: parameterOf(disposition, 'name'),
      facts: Object.fromEntries(facts),
      content: contentOf(headers, body),
    };
  });
}

/** Told apart from the rest, or of the transport. */
const unsaid: ReadonlySet<string> = new Set(['content-disposition', 'content-length']);

/** How a part is to be used, where that is not the field of a form, and the names of its file. */
function dispositionOf(disposition: string): Map<string, string> {
  const found = new Map<string, string>();
  const use = /^\s*([^\s;]+)/.exec(disposition)?.[1]?.toLowerCase();
  if (use !== undefined && use !== 'form-data') found.set('disposition', use);
  for (const name of ['filename', 'filename*'] as const) {
    const value = parameterOf(disposition, name);
    if (value !== undefined) found.set(name, value);
  }
  return found;
}

function parameterOf(disposition: string, name: 'name' | 'filename' | 'filename*'): string | undefined {
  const found = new RegExp(
    `;\\s*${name.replace('*', String.raw`\*`)}\\s*=\\s*(?:"((?:[^"\\\\]|\\\\.)*)"|([^\\s;]+))`,
    'i',
  ).exec(disposition);
  return found ? (found[1]?.replaceAll(/\\(.)/g, '$1') ?? found[2]) : undefined;
}

function pairsOf(before: readonly Part[], after: readonly Part[]): PartPair[] {
  const isNamed = [...before, ...after].every(({ name }) => name !== undefined);
  const groups = [before, after].map((parts) => Map.groupBy(parts, ({ name }) => (isNamed ? name! : '')));
  const [first, second] = groups as [Map<string, Part[]>, Map<string, Part[]>];
  return [...new Set([...first.keys(), ...second.keys()])].flatMap((name) => {
    const [baseline, fresh] = [first.get(name) ?? [], second.get(name) ?? []];
    const count = Math.max(baseline.length, fresh.length);
    return Array.from({ length: count }, (_, index): PartPair => ({
      keys: [...(isNamed ? [name] : []), ...(isNamed && count === 1 ? [] : [index])],
      ...(baseline[index] ? { baseline: baseline[index] } : {}),
      ...(fresh[index] ? { fresh: fresh[index] } : {}),
    }));
  });
}

/** A pair with its bodies read. */
interface ReadPair extends PartPair {
  /** There is nothing but a body on either side. */
  readonly isPlain: boolean;
  readonly read: ReadBodies | undefined;
}

function readPair(pair: PartPair, readAlike: ReadAlike): ReadPair {
  const { baseline, fresh } = pair;
  const isPlain = [baseline, fresh].every((part) => Object.keys(part?.facts ?? {}).length === 0);
  return { ...pair, isPlain, read: baseline && fresh ? readAlike(baseline.content, fresh.content) : undefined };
}

/** `{name: part, …}`, or `[part, …]` where parts have no names. */
function valueOf(pairs: readonly ReadPair[], side: 'baseline' | 'fresh'): JsonValue {
  const here = pairs.filter((pair) => pair[side] !== undefined);
  if (pairs.some(({ keys }) => typeof keys[0] === 'number')) return here.map((pair) => partValue(pair, side));
  const groups = Map.groupBy(here, ({ keys }) => String(keys[0]));
  return Object.fromEntries(
    Array.from(groups, ([name, group]) => {
      const values = group.map((pair) => partValue(pair, side));
      return [name, group[0]!.keys.length === 1 ? values[0]! : values] as const;
    }),
  );
}

function partValue(pair: ReadPair, side: 'baseline' | 'fresh'): JsonValue {
  const { facts, content } = pair[side]!;
  const body = pair.read?.values[side] ?? (content.kind === 'bytes' ? `${content.bytes.length} bytes` : content.text);
  return pair.isPlain ? body : { ...facts, body };
}

function comparePair(pair: ReadPair, comparison: Comparison): Difference[] {
  const { keys, baseline, fresh, isPlain, read } = pair;
  const path = keys.reduce<string>(childPointer, '');
  const pattern = keys.reduce<string>((outer, key) => childPointer(outer, typeof key === 'number' ? '*' : key), '');
  if (!baseline || !fresh) {
    const found = new DifferenceList('body', comparison.rulings);
    if (baseline) {
      const before = partValue(pair, 'baseline');
      found.add({ path, pattern, kind: 'removed', severity: 'broken', before: preview(before) }, { keys, before });
    } else {
      const after = partValue(pair, 'fresh');
      found.add({ path, pattern, kind: 'added', severity: 'added', after: preview(after) }, { keys, after });
    }
    return found.list();
  }
  const at = { path, pattern, keys };
  const inside = isPlain ? at : { path: `${path}/body`, pattern: `${pattern}/body`, keys: [...keys, 'body'] };
  const sides = [baseline.facts, fresh.facts].map((value) => ({ value, shadowed: [] }));
  const bodies = (inner: Comparison): Difference[] => {
    if (read) return read.compare(inner);
    const [before, after] = [baseline.content, fresh.content];
    // What was typed into a field is one value, however many lines it has.
    if (!isPlain || before.kind !== 'text' || after.kind !== 'text') return compareUnalike(before, after, inner);
    return compareJson({ value: before.text, shadowed: [] }, { value: after.text, shadowed: [] }, inner);
  };
  return [
    ...(isPlain ? [] : placed(at, comparison, (inner) => compareJson(sides[0]!, sides[1]!, inner))),
    ...placed(inside, comparison, bodies),
  ];
}

interface PartSite {
  readonly path: string;
  readonly pattern: string;
  readonly keys: ValuePath;
}

/** A comparison of something inside: its differences stand, and are ruled on, under the place it has. */
function placed(site: PartSite, comparison: Comparison, compare: (inner: Comparison) => Difference[]): Difference[] {
  const { rulings } = comparison;
  const inner: Comparison = {
    explainer: comparison.explainer,
    rulings: {
      decide: (found) =>
        rulings.decide({
          ...found,
          path: joined(site.path, found.path),
          ...(found.keys ? { keys: [...site.keys, ...found.keys] } : { keys: site.keys }),
          ...(found.freshKeys ? { freshKeys: [...site.keys, ...found.freshKeys] } : {}),
        }),
      arrayAt: (keys) => rulings.arrayAt([...site.keys, ...keys]),
      conclude: (differences) => differences,
    },
  };
  return compare(inner).map((difference) => ({
    ...difference,
    path: joined(site.path, difference.path),
    pattern: joined(site.pattern, difference.pattern),
  }));
}

/** `/avatar/body` and `byte 7` are `/avatar/body byte 7`. */
function joined(outer: string, path: string): string {
  return path === '' || path.startsWith('/') ? outer + path : `${outer} ${path}`;
}

function preview(value: JsonValue): string {
  return clip(typeof value === 'string' ? value : JSON.stringify(value));
}

function unreadable(baseline: Content, fresh: Content, comparison: Comparison): Difference[] {
  const problem = fresh.problem ?? 'its parts cannot be told apart';
  return compareUnalike(
    baseline,
    { kind: 'bytes', contentType: fresh.contentType, bytes: fresh.bytes, problem },
    comparison,
  );
}
