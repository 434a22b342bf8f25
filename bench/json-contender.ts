/**
 * Compares one pair of JSON texts again and again, in a process of its own: another tool may need all its memory or all
 * the time there is. `node json-contender.ts NAME PAIR.json ROUNDS`; prints a `ContenderTimes` when done.
 */
import { readFileSync } from 'node:fs';
import { diffLines } from 'diff';
import { create } from 'jsondiffpatch';
import { compareJson } from '../src/compare/compare-json.ts';
import { Explainer } from '../src/compare/explain.ts';
import { knownRenames } from '../src/compare/renames.ts';
import { allRulings } from '../src/compare/rulings.ts';
import { parseJsonValue } from '../src/model/json-value.ts';
import type { JsonPair } from './json-pairs.ts';

/**
 * CPU milliseconds of each round, threads that collect garbage included: of `JSON.parse` of both texts, and of the whole
 * comparison with its parsing.
 */
export interface ContenderTimes {
  readonly parseMs: readonly number[];
  readonly ms: readonly number[];
  /** What came out: differences, hunks or bytes of a patch. */
  readonly found: string;
}

const never = { startMs: 0, endMs: 0 };
const explainer = new Explainer({
  renames: { ...knownRenames(() => []), isEmpty: true },
  baselineWindow: never,
  freshWindow: never,
});
const rulings = allRulings([], () => ({ baseline: undefined, fresh: undefined }));
const patcher = create({
  objectHash: (item: object, index?: number) => ('id' in item ? String(item.id) : `#${index}`),
});

/** jsdiff stops by itself after this long. */
const diffTimeoutMs = 10_000;

const contenders: Readonly<Record<string, (pair: JsonPair) => string>> = {
  retake: ({ before, after }) => {
    const [first, second] = [parseJsonValue(before), parseJsonValue(after)];
    if (!first.ok || !second.ok) throw new Error('not JSON');
    return `${compareJson(first, second, { explainer, rulings }).length} differences`;
  },
  'jsdiff lines': ({ before, after }) => {
    const [first, second] = [before, after].map((text) => JSON.stringify(JSON.parse(text), undefined, 2));
    const changes = diffLines(first!, second!, { timeout: diffTimeoutMs });
    if (changes === undefined) throw new Error(`over ${diffTimeoutMs / 1000} s`);
    return `${changes.filter(({ added, removed }) => added || removed).length} hunks`;
  },
  jsondiffpatch: ({ before, after }) => {
    const delta = patcher.diff(JSON.parse(before), JSON.parse(after));
    return `${JSON.stringify(delta)?.length ?? 0} bytes`;
  },
};

/** Not measured: the first rounds of a process run code that nothing has compiled yet. */
const warmUpMs = 300;

/** Documents that were only parsed. */
export let held: readonly unknown[] = [];

/** Short comparisons are repeated until a round takes this long. */
const minRoundMs = 20;

function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

function main([name, file, rounds]: readonly string[]): void {
  const contender = contenders[name!]!;
  const pair = JSON.parse(readFileSync(file!, 'utf8')) as JsonPair;
  const parseMs: number[] = [];
  const ms: number[] = [];
  let found = '';
  const round = (times: number): number => {
    const start = cpuMs();
    // Both are held together, as in a comparison.
    for (let time = 0; time < times; time++) held = [JSON.parse(pair.before), JSON.parse(pair.after)];
    const between = cpuMs();
    held = [];
    for (let time = 0; time < times; time++) found = contender(pair);
    const end = cpuMs();
    parseMs.push((between - start) / times);
    ms.push((end - between) / times);
    return (end - start) / times;
  };
  let shortest = Infinity;
  for (let warm = 0; warm < warmUpMs; warm += Math.max(shortest, 0.01)) shortest = Math.min(shortest, round(1));
  parseMs.length = 0;
  ms.length = 0;
  const times = Math.ceil(minRoundMs / shortest);
  for (let index = 0; index < Number(rounds); index++) round(times);
  const result: ContenderTimes = { parseMs, ms, found };
  process.stdout.write(JSON.stringify(result));
}

main(process.argv.slice(2));
