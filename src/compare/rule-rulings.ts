import type { CompareMatcher } from '../model/compare-rule.ts';
import type { CompiledCompareRule } from '../model/compare-rule-set.ts';
import { isJsonArray, isJsonObject, type JsonValue } from '../model/json-value.ts';
import { member } from './json-equal.ts';
import type { ValuePath } from './renames.ts';
import { type Cover, CoveredPlaces, coverOf } from './rule-cover.ts';
import type { ComparedValues, FoundDifference, Objection, Ruling, Rulings, RulingsFor } from './rulings.ts';
import { classProblem, lengthProblem, patternProblem, toleranceProblem, type ValuePair } from './value-fit.ts';

/**
 * What rules about a response say of its differences: the first rule that explains one counts. A rule that is about a
 * difference and does not explain it says why. JSONPaths are applied when there is a difference that they may be about.
 */
export function ruleRulings(rules: readonly CompiledCompareRule[]): RulingsFor {
  return (values) => {
    const applied = rules.map((rule) => new AppliedRule(rule, values));
    return {
      decide: (found) => {
        let objection: Objection | undefined;
        for (const rule of applied) {
          const answer = rule.decide(found);
          if (answer?.rule !== undefined) return answer;
          objection ??= answer;
        }
        return objection;
      },
      arrayAt: (keys) => {
        for (const rule of applied) {
          const answer = rule.arrayAt(keys);
          if (answer) return answer;
        }
        return undefined;
      },
      conclude: (differences) => differences,
    };
  };
}

/** A rule on one pair of documents. */
export class AppliedRule {
  readonly #compiled: CompiledCompareRule;
  readonly #values: () => ComparedValues;
  readonly #places: CoveredPlaces | undefined;

  constructor(compiled: CompiledCompareRule, values: () => ComparedValues) {
    this.#compiled = compiled;
    this.#values = values;
    this.#places = compiled.jsonPath && new CoveredPlaces(compiled.jsonPath, values);
  }

  /** Does it speak of what differs, whatever it says? */
  isAbout(found: FoundDifference): boolean {
    return coverOf(this.#compiled.rule, found, this.#places) !== undefined;
  }

  decide(found: FoundDifference): Ruling | Objection | undefined {
    const cover = coverOf(this.#compiled.rule, found, this.#places);
    if (cover === undefined) return undefined;
    if (cover.kind === 'costly') return this.#objection('its JSONPath takes too long on this document');
    const { matcher } = this.#compiled.rule;
    switch (matcher.kind) {
      case 'ignore':
        return this.#ruling();
      case 'type':
        return found.kind === 'changed' ? this.#ruling() : this.#structural(found);
      case 'unordered':
        return this.#unordered(found, cover);
      case 'length':
        return this.#length(found, { cover, matcher });
      case 'volatile':
      case 'regex':
      case 'tolerance':
        return cover.kind === 'exact' ? this.#value(found, matcher) : undefined;
      default:
        return matcher satisfies never;
    }
  }

  arrayAt(keys: ValuePath): ReturnType<Rulings['arrayAt']> {
    const { name, rule } = this.#compiled;
    if (rule.matcher.kind !== 'unordered' || this.#places?.depth('baseline', keys) !== keys.length) return undefined;
    const { by } = rule.matcher;
    return { order: 'free', ...(by === undefined ? {} : { by }), rule: name };
  }

  #value(
    found: FoundDifference,
    matcher: Extract<CompareMatcher, { readonly kind: 'volatile' | 'regex' | 'tolerance' }>,
  ): Ruling | Objection | undefined {
    const { before, after, kind } = found;
    // Of a piece of a header that came or went both values are there, those of the header.
    const isValue = kind !== 'type' && kind !== 'moved';
    if (!isValue || before === undefined || after === undefined) return this.#structural(found);
    const problem = this.#valueProblem({ before, after }, { matcher, name: nameOf(found) });
    return problem === undefined ? this.#ruling() : this.#objection(problem);
  }

  #valueProblem(
    pair: ValuePair,
    {
      matcher,
      name,
    }: {
      readonly matcher: Extract<CompareMatcher, { readonly kind: 'volatile' | 'regex' | 'tolerance' }>;
      readonly name: string | undefined;
    },
  ): string | undefined {
    switch (matcher.kind) {
      case 'volatile':
        return classProblem(pair, matcher.class, name);
      case 'regex':
        return patternProblem(pair, this.#compiled.pattern!);
      case 'tolerance':
        return toleranceProblem(pair, matcher.by);
      default:
        return matcher satisfies never;
    }
  }

  /** The order of one array: what stands in its elements is none of it. */
  #unordered({ kind, keys = [] }: FoundDifference, cover: Cover): Ruling | undefined {
    if (kind !== 'moved') return undefined;
    const isOwn = cover.kind === 'exact' || (cover.kind === 'inside' && cover.baseline?.length === keys.length - 1);
    return isOwn ? this.#ruling() : undefined;
  }

  #length(
    found: FoundDifference,
    { cover, matcher }: { readonly cover: Cover; readonly matcher: Extract<CompareMatcher, { kind: 'length' }> },
  ): Ruling | Objection | undefined {
    const { kind, keys = [], freshKeys = keys, before, after } = found;
    if (cover.kind === 'exact' && kind !== 'moved') {
      if (kind === 'type' || before === undefined || after === undefined) return this.#structural(found);
      const problem = lengthProblem({ before, after }, matcher);
      return problem === undefined ? this.#ruling() : this.#objection(problem);
    }
    if (cover.kind === 'costly') return undefined;
    const own = cover.kind === 'exact' ? keys : (cover.baseline ?? cover.fresh ?? []);
    const values = this.#values();
    const baseline = valueAt(values.baseline, cover.kind === 'exact' ? keys : (cover.baseline ?? own));
    const fresh = valueAt(values.fresh, cover.kind === 'exact' ? freshKeys : (cover.fresh ?? own));
    if (!isJsonArray(baseline) || !isJsonArray(fresh)) return undefined;
    const problem = lengthProblem({ before: baseline, after: fresh }, matcher);
    if (problem !== undefined) return this.#objection(problem);
    const isElement = keys.length <= own.length + 1;
    return kind === 'changed' || (isElement && kind !== 'type') ? this.#ruling() : this.#structural(found);
  }

  /** Nothing but `ignored` explains that a value is gone, or is of another type. */
  #structural({ kind }: FoundDifference): Objection | undefined {
    if (kind === 'removed') return this.#objection('it is gone');
    return kind === 'type' ? this.#objection('it is of another type') : undefined;
  }

  #ruling(): Ruling {
    return { rule: this.#compiled.name, note: this.#compiled.words };
  }

  #objection(problem: string): Objection {
    const { name, words } = this.#compiled;
    return { note: `${name} expects ${words}, but ${problem}` };
  }
}

/** The nearest key, or the name of a header or cookie: it may say what a value is. */
function nameOf({ keys, path }: FoundDifference): string | undefined {
  return keys ? keys.findLast((key) => typeof key === 'string') : /([^:;]*)(?:;.*)?$/.exec(path)?.[1];
}

function valueAt(root: JsonValue | undefined, keys: ValuePath): JsonValue | undefined {
  let value = root;
  for (const key of keys) {
    if (isJsonArray(value) && typeof key === 'number') value = value[key];
    else if (isJsonObject(value) && typeof key === 'string') value = member(value, key);
    else return undefined;
  }
  return value;
}
